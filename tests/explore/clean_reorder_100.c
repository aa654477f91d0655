/* clean: a pair changes in one critical section */
#define SETTERS 100
#define FIXED
#include "reorder.h"
