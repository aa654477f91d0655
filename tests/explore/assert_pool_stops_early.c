/* finds: assertion; options: --spurious=0 */
#define EARLY
#include "pool.h"
