/* clean: few, as each is stopped by time; options: --schedules=5 */
#define FIXED
#include "assert_spin_plain.c"
