/* clean */
#define FIXED
#include "crash_signal_by_default.c"
