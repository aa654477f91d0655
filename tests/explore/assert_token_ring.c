/* finds: assertion */
#define THREADS 3
#define LOST 1
#include "token_ring.h"
