/* clean: ready when it is */
#define FIXED
#include "assert_reorder_late.c"
