/* clean: draws in one step */
#define FIXED
#include "assert_ticket_lock.c"
