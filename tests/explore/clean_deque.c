/* clean: owner and thief agree on the last item */
#define FIXED
#include "assert_deque_last_item.c"
