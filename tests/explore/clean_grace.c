/* clean: two changes of phase */
#define FIXED
#include "assert_grace_too_short.c"
