/* clean: size and entry under one lock */
#define FIXED
#include "assert_cpp_shared_mutex.cc"
