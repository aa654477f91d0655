/* clean: looks again when woken */
#define FIXED
#include "assert_buffer_if.c"
