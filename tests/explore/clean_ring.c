/* clean: notices that it was lapped */
#define FIXED
#include "assert_ring_lapped.c"
