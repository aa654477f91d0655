/* clean: a pair changes in one critical section */
#define SETTERS 3
#define FIXED
#include "reorder.h"
