/* clean: counting and locking are one step */
#define FIXED
#include "assert_readers_writers.c"
