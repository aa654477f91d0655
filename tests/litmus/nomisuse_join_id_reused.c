/* P14: ids of joined and of detached threads are given to others, which are joined in their turn; a
 * join that failed may be repeated. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

static int g_tid;

static void worker(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
}

static void slow(void)
{
    await(1);
}

static void *joiner(void *thread)
{
    join(*(pthread_t *)thread);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 50; i++) {
        pthread_t target = spawn(worker), other;
        must(pthread_create(&other, NULL, joiner, &target) == 0);
        join(other);
        spawn_detached(worker);
        join(spawn(worker));
    }
    pthread_t thread = spawn(slow);
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    must(pthread_tryjoin_np(thread, NULL) == EBUSY);
    must(pthread_timedjoin_np(thread, NULL, &soon) == ETIMEDOUT);
    reach(1);
    join(thread);
    return 0;
}
