/* P14: a mutex is destroyed by its owner while another thread waits for it. */
// expect: misuse (mutex)
// expect-location: g_lock
#include "../support/litmus.h"
#include <unistd.h>

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static int g_tid;

static void waiter(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(1);
    pthread_mutex_lock(&g_lock);
    __builtin_trap();
}

int main(void)
{
    pthread_mutex_lock(&g_lock);
    spawn_detached(waiter);
    await(1);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    pthread_mutex_destroy(&g_lock);
    _exit(0);
}
