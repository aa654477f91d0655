/* P16: a mutex on a dead thread's stack died with it; one at the same place in the next thread
 * carries no order. */
// tsan: the mutex may outlive the dead thread's stack
// expect-location: g_x
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static int tid;

static NOINLINE void lock_once(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

static void first(void)
{
    g_x = 1;
    lock_once();
    tid = invisible_gettid();
    reach(1);
}

static void second(void)
{
    lock_once();
    use(g_x);
}

int main(void)
{
    spawn_detached(first);
    await(1);
    invisible_await_dead(invisible_peek(&tid));
    join(spawn(second));
    return 0;
}
