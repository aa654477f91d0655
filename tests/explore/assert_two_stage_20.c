/* finds: assertion */
#define WRITERS 19
#define READERS 1
#include "two_stage.h"
