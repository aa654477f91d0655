/* clean: a semaphore */
#define FIXED
#include "deadlock_eventfd_counts.c"
