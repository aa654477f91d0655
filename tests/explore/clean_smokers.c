/* clean: only the one who has the third reaches for the other two */
#define FIXED
#include "deadlock_smokers.c"
