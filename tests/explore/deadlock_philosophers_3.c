/* finds: deadlock */
#define SEATS 3
#include "philosophers.h"
