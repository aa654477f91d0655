/* clean: the forks are ordered */
#define SEATS 3
#define FIXED
#include "philosophers.h"
