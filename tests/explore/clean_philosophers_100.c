/* clean: the forks are ordered */
#define SEATS 100
#define FIXED
#include "philosophers.h"
