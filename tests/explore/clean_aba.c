/* clean: a count of changes beside the top */
#define FIXED
#include "aba.h"
