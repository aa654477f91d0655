/* finds: deadlock; options: --spurious=0 */
#define SINGLE
#include "pool.h"
