/* clean */
#define FIXED
#include "assert_interrupted_wait.c"
