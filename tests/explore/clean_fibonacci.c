/* clean: the bound is right */
#define FIXED
#include "assert_fibonacci.c"
