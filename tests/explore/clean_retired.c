/* clean: looks through it under the lock */
#define FIXED
#include "crash_retired.c"
