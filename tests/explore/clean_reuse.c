/* clean: no slot is used twice */
#define FIXED
#include "assert_reuse_too_soon.c"
