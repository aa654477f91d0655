/* finds: deadlock */
#define SEATS 7
#include "philosophers.h"
