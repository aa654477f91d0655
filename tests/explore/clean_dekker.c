/* clean: looks again */
#define FIXED
#include "assert_dekker.c"
