/* clean: begins with the first sign */
#define FIXED
#include "assert_watchdog.c"
