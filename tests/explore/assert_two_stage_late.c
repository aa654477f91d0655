/* finds: assertion */
#define WRITERS 1
#define READERS 1
#define LATE 12
#include "two_stage.h"
