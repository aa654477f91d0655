/* clean: writes before it passes the token on */
#define THREADS 3
#define LOST 1
#define FIXED
#include "token_ring.h"
