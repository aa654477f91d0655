/* clean: broadcast wakes both kinds */
#define FIXED
#include "lost_wakeup_bounded_buffer.c"
