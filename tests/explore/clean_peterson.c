/* clean: the wish, then the turn */
#define FIXED
#include "assert_peterson.c"
