/* finds: assertion */
#include "aba.h"
