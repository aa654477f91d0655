/* P14: a mutex is destroyed while another thread holds it. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-frame: holder
// expect-frame: destroyer
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void holder(void)
{
    pthread_mutex_lock(&g_lock);
    reach(1);
    await(2);
    pthread_mutex_unlock(&g_lock);
}

static void destroyer(void)
{
    await(1);
    must(pthread_mutex_destroy(&g_lock) == EBUSY);
    reach(2);
}

int main(void)
{
    litmus_run2(holder, destroyer);
    return 0;
}
