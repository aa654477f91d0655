/* finds: assertion */
#define THREADS 5
#define LOST 5
#include "token_ring.h"
