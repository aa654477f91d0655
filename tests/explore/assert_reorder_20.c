/* finds: assertion */
#define SETTERS 20
#include "reorder.h"
