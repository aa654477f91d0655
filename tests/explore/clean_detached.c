/* clean: whom the end of the program meets on the way waits for nobody who waits for it */
#define FIXED
#include "deadlock_detached.c"
