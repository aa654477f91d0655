/* clean */
#define FIXED
#include "deadlock_event_loop.c"
