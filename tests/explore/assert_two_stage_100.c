/* finds: assertion */
#define WRITERS 99
#define READERS 1
#include "two_stage.h"
