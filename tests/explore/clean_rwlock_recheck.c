/* clean: looks again under the write lock */
#define FIXED
#include "assert_rwlock_recheck.c"
