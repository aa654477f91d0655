/* P15: a writer and one of two readers wait for each other; the later reader, main, goes on. */
// expect: deadlock
// expect-location: g_lock
// expect-location: g_mutex
// expect-frame: reader
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_rwlock_t g_lock = PTHREAD_RWLOCK_INITIALIZER;
pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct invisible reader_id, writer_id;

static void reader(void)
{
    pthread_rwlock_rdlock(&g_lock);
    reach(1);
    await(3);
    invisible_reach(&reader_id, invisible_gettid());
    pthread_mutex_lock(&g_mutex);
}

static void writer(void)
{
    await(2);
    pthread_mutex_lock(&g_mutex);
    reach(3);
    invisible_await(&reader_id, 1);
    invisible_await_asleep(invisible_peek(&reader_id));
    invisible_reach(&writer_id, invisible_gettid());
    pthread_rwlock_wrlock(&g_lock);
}

int main(void)
{
    spawn_detached(reader);
    spawn_detached(writer);
    await(1);
    pthread_rwlock_rdlock(&g_lock);
    reach(2);
    invisible_await(&writer_id, 1);
    invisible_await_asleep(invisible_peek(&writer_id));
    _exit(0);
}
