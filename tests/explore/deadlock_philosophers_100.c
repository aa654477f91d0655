/* finds: deadlock */
#define SEATS 100
#include "philosophers.h"
