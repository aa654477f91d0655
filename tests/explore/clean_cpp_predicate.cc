/* clean: asks */
#define FIXED
#include "lost_wakeup_cpp_predicate.cc"
