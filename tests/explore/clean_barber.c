/* clean: looks under the lock */
#define FIXED
#include "lost_wakeup_barber.c"
