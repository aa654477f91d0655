/* clean: counts and looks in one step */
#define FIXED
#include "assert_refcount.c"
