/* clean: broadcast */
#define FIXED
#include "lost_wakeup_two_kinds.c"
