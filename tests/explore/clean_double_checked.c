/* clean: filled in before it is published */
#define FIXED
#include "assert_double_checked.c"
