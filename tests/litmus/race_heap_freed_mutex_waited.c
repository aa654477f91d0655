/* P12: a thread waits for a mutex in freed memory, which its owner holds: that is told before it
 * goes on, and the unlock, too. */
// expect: heap use-after-free
// expect-frame: waits
// expect-frame: unlocks
// expect-count: 2
#include "../support/litmus.h"
#include <stdlib.h>

pthread_mutex_t *g_mutex;
static struct invisible tid;

static NOINLINE void waits(void)
{
    invisible_reach(&tid, invisible_gettid());
    pthread_mutex_lock(g_mutex);
    pthread_mutex_unlock(g_mutex);
}

static NOINLINE void unlocks(void)
{
    pthread_mutex_unlock(g_mutex);
}

int main(void)
{
    g_mutex = malloc(sizeof *g_mutex);
    must(g_mutex && pthread_mutex_init(g_mutex, NULL) == 0);
    pthread_mutex_lock(g_mutex);
    free(launder(g_mutex));
    g_mutex = launder(g_mutex);
    pthread_t thread = spawn(waits);
    invisible_await(&tid, 1);
    invisible_await_asleep(invisible_peek(&tid));
    unlocks();
    join(thread);
    return 0;
}
