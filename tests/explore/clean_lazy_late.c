/* clean: looks again under the lock */
#define FIXED
#include "assert_lazy_late.c"
