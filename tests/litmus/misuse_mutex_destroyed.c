/* P14: a mutex is locked and unlocked after it was destroyed. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-frame: destroy_it
// expect-frame: use_it
#include "../support/litmus.h"
#include <errno.h>

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static NOINLINE void destroy_it(void)
{
    must(pthread_mutex_destroy(&g_lock) == 0);
}

static NOINLINE void use_it(void)
{
    must(pthread_mutex_lock(&g_lock) == EINVAL);
}

int main(void)
{
    destroy_it();
    use_it();
    return 0;
}
