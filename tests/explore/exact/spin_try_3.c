/* traces: 48
 * by hand: as spin_lock_3.c, but two tries in vain commute: 3! * 4 * 2. */
#define THREADS 3
#include "spin_try_2.c"
