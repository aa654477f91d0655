/* clean: both stages under the first lock */
#define WRITERS 50
#define READERS 50
#define FIXED
#include "two_stage.h"
