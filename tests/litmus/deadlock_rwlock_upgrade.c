/* P15: a reader wants to write, too, and waits for itself; main goes on. */
// expect: deadlock
// expect-location: g_lock
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct invisible tid;

static void reader(void)
{
    pthread_rwlock_rdlock(&g_lock);
    invisible_reach(&tid, invisible_gettid());
    pthread_rwlock_wrlock(&g_lock);
}

int main(void)
{
    spawn_detached(reader);
    invisible_await(&tid, 1);
    invisible_await_asleep(invisible_peek(&tid));
    _exit(0);
}
