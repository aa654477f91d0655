/* clean: the others wait */
#define FIXED
#include "assert_once_home_made.c"
