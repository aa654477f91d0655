/* clean */
#define FIXED
#include "deadlock_handler_locks.c"
