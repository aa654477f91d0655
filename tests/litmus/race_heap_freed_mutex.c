/* P12: a mutex in freed memory is locked. */
// expect: heap use-after-free
// expect-frame: user
#include "../support/litmus.h"

#include <stdlib.h>

pthread_mutex_t *g_lock;

NOINLINE void user(void)
{
    pthread_mutex_lock(g_lock);
    pthread_mutex_unlock(g_lock);
}

int main(void)
{
    g_lock = launder(calloc(1, sizeof *g_lock));
    user();
    free(launder(g_lock));
    user();
    return 0;
}
