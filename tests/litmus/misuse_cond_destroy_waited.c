/* P14: a condition variable is destroyed while a thread waits for it. */
// expect: misuse (condition variable)
// expect-location: g_cond
// expect-frame: waiter
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int g_tid;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    pthread_cond_wait(&g_cond, &lock);
    __builtin_trap();
}

/* The real call waits for the waiter, for ever. */
static void destroyer(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(2);
    pthread_cond_destroy(&g_cond);
    reach(3);
}

int main(void)
{
    spawn_detached(waiter);
    spawn_detached(destroyer);
    await(2);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    _exit(0);
}
