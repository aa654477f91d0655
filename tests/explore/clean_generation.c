/* clean: enough generations */
#define FIXED
#include "assert_generation_wraps.c"
