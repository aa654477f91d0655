/* clean: exchanges what it saw */
#define FIXED
#include "assert_list_insert.c"
