/* clean: waits for the opening */
#define FIXED
#include "assert_shutdown_overtakes.c"
