/* clean: a lock around it all */
#define FIXED
#include "deadlock_triangle.c"
