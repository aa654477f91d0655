/* finds: deadlock */
#define SEATS 5
#include "philosophers.h"
