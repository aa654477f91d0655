/* clean */
#define FIXED
#include "deadlock_signal_before_pause.c"
