/* clean: few, as each is stopped by time; options: --schedules=5 */
#define FIXED
#include "deadlock_spin_signalled.c"
