/* clean: keeps a reference */
#define FIXED
#include "assert_cpp_weak_expired.cc"
