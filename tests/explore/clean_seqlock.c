/* clean: begins at an even number */
#define FIXED
#include "assert_seqlock.c"
