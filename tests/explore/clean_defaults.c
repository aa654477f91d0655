/* clean: waits for it; options: --expect-exit=0 */
#define FIXED
#include "exit_defaults.c"
