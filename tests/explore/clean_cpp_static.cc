/* clean: asks each time */
#define FIXED
#include "assert_cpp_static.cc"
