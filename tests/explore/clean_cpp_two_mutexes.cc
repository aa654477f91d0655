/* clean: scoped_lock finds an order */
#define FIXED
#include "deadlock_cpp_two_mutexes.cc"
