/* clean: adds in one step */
#define FIXED
#include "assert_counter_of_two.c"
