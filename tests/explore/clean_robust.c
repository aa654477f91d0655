/* clean: makes it consistent */
#define FIXED
#include "assert_robust_not_repaired.c"
