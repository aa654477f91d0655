/* clean: tickets */
#define FIXED
#include "assert_overtaken_often.c"
