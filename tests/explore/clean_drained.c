/* clean: looks and takes in one critical section */
#define FIXED
#include "assert_drained.c"
