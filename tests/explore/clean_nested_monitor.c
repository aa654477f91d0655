/* clean: lets the outer one go */
#define FIXED
#include "deadlock_nested_monitor.c"
