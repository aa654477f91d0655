/* finds: deadlock|lost wake-up; options: --spurious=0 */
#define SINGLE
#include "pool.h"
