/* finds: assertion */
#define THREADS 8
#define LOST 8
#include "token_ring.h"
