/* P14: what is locked has the bytes of no initialiser. */
// expect: misuse (mutex)
// expect-location: g_lock
#include "../support/litmus.h"
#include <errno.h>
#include <string.h>

pthread_mutex_t g_lock;

int main(void)
{
    memset(&g_lock, 0x5c, sizeof g_lock);
    g_lock.__data.__lock = 0;
    must(pthread_mutex_lock(&g_lock) == EINVAL);
    return 0;
}
