/* clean: alone from question to answer */
#define FIXED
#include "assert_socket_answers.c"
