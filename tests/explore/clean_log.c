/* clean: waits for room */
#define FIXED
#include "assert_log_drops.c"
