/* P14: a barrier is destroyed while a thread waits at it. */
// expect: misuse (barrier)
// expect-location: g_barrier
// expect-frame: waiter
#include "../support/litmus.h"
#include <unistd.h>

pthread_barrier_t g_barrier;
static int g_tid;

static void waiter(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(1);
    pthread_barrier_wait(&g_barrier);
    __builtin_trap();
}

static void destroyer(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(2);
    pthread_barrier_destroy(&g_barrier); /* waits for the waiter, for ever */
    __builtin_trap();
}

int main(void)
{
    must(pthread_barrier_init(&g_barrier, NULL, 2) == 0);
    spawn_detached(waiter);
    await(1);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    spawn_detached(destroyer);
    await(2);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    _exit(0);
}
