/* P14: the owner of a normal mutex locks it again, and waits for itself. */
// expect: misuse (mutex)
// expect-location: g_lock
// expect-frame: locked_first
// expect-frame: locked_again
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static int g_tid;

static NOINLINE void locked_first(void)
{
    must(pthread_mutex_lock(&g_lock) == 0);
}

static NOINLINE void locked_again(void)
{
    pthread_mutex_lock(&g_lock);
    __builtin_trap();
}

static void worker(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    locked_first();
    reach(1);
    locked_again();
}

int main(void)
{
    spawn_detached(worker);
    await(1);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    _exit(0);
}
