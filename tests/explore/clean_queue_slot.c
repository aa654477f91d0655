/* clean: slots are published in order */
#define FIXED
#include "assert_queue_slot.c"
