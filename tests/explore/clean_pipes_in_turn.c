/* clean */
#define FIXED
#include "deadlock_pipes_crossed.c"
