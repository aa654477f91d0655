/* clean: the forks are ordered */
#define SEATS 7
#define FIXED
#include "philosophers.h"
