/* clean: knows before it locks */
#define FIXED
#include "deadlock_semaphore_order.c"
