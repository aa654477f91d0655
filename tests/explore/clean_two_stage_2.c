/* clean: both stages under the first lock */
#define WRITERS 1
#define READERS 1
#define FIXED
#include "two_stage.h"
