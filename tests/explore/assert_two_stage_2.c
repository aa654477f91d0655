/* finds: assertion */
#define WRITERS 1
#define READERS 1
#include "two_stage.h"
