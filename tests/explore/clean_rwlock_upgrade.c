/* clean: lets go before it asks */
#define FIXED
#include "deadlock_rwlock_upgrade.c"
