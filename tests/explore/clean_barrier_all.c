/* clean: all come to the barrier */
#define FIXED
#include "deadlock_barrier_leaver.c"
