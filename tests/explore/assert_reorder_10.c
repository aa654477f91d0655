/* finds: assertion */
#define SETTERS 10
#include "reorder.h"
