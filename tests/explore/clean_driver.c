/* clean: counted before it looks */
#define FIXED
#include "assert_driver_stopped.c"
