/* clean: looks whether it is still there */
#define FIXED
#include "assert_hazard_too_late.c"
