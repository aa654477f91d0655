/* clean */
#define FIXED
#include "assert_cancel_loses_unit.c"
