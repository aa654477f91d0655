/* clean */
#define FIXED
#include "deadlock_cancel_keeps_mutex.c"
