/* clean: both are there */
#define FIXED
#include "assert_cpp_future.cc"
