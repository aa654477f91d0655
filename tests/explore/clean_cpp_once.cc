/* clean: call_once */
#define FIXED
#include "assert_cpp_lazy.cc"
