/* clean: one write a message */
#define FIXED
#include "assert_pipe_torn.c"
