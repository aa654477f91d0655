/* P14: a thread is cancelled while it holds a mutex, without a cleanup handler that unlocks. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;

static void holder(void)
{
    pthread_mutex_lock(&g_lock);
    reach(1);
    for (;;)
        pause();
}

int main(void)
{
    pthread_t thread = spawn(holder);
    await(1);
    must(pthread_cancel(thread) == 0);
    join(thread);
    return 0;
}
