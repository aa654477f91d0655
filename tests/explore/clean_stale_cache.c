/* clean: compares versions */
#define FIXED
#include "assert_stale_cache.c"
