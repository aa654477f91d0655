/* clean: waits for the generation to change */
#define FIXED
#include "deadlock_barrier_reuse.c"
