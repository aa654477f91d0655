/* clean: looks through what it took */
#define FIXED
#include "crash_late_retired.c"
