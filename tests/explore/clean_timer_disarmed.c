/* clean */
#define FIXED
#include "assert_timer_too_late.c"
