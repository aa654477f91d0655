/* clean: all are woken, and finish what is queued */
#include "pool.h"
