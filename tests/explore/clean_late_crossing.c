/* clean: one order */
#define FIXED
#include "deadlock_late_crossing.c"
