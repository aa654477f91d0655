/* finds: assertion */
#define SETTERS 3
#include "reorder.h"
