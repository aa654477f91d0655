/* P14: a thread ends while it holds a mutex. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-frame: holder
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void *holder(void *argument)
{
    pthread_mutex_lock(&g_lock);
    return argument;
}

int main(void)
{
    pthread_t thread;
    must(pthread_create(&thread, NULL, holder, NULL) == 0);
    join(thread);
    return 0;
}
