/* clean: looks at the flag, not at the error */
#define FIXED
#include "assert_time_out_ignores_flag.c"
