/* finds: assertion */
#define SETTERS 100
#include "reorder.h"
