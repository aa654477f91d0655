/* G19: a goroutine and a thread with a mutex each, of its own kind, guard nothing. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;
static mutex lock;
static pthread_mutex_t thread_lock = PTHREAD_MUTEX_INITIALIZER;

static void thread(void)
{
    pthread_mutex_lock(&thread_lock);
    g_x = 1;
    pthread_mutex_unlock(&thread_lock);
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(thread);
    await(1);
    with_mutex(&lock)
        use(g_x);
    join(t);
    return 0;
}
