/* finds: assertion */
#define WRITERS 1
#define READERS 1
#define LATE 6
#include "two_stage.h"
