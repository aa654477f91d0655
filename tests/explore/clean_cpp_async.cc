/* clean: the predicate decides */
#define FIXED
#include "assert_cpp_async.cc"
