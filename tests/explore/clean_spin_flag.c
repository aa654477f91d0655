/* clean: test and set at once */
#define FIXED
#include "assert_spin_flag.c"
