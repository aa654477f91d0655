/* clean: looks under the lock */
#define FIXED
#include "lost_wakeup_late_signal.c"
