/* clean: copies what is there */
#define FIXED
#include "assert_string_buffer.c"
