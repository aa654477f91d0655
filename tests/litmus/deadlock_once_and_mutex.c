/* P15: one thread is in the routine and wants the mutex, the other has it and waits for the
 * routine; main could go on. */
// expect: deadlock
// expect-count: 1
// expect-location: g_once
// expect-location: g_mutex
// expect-frame: make
#include "../support/litmus.h"
#include <unistd.h>

pthread_once_t g_once = PTHREAD_ONCE_INIT;
pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct invisible user, other;

static void make(void)
{
    reach(1);
    await(2);
    invisible_await_asleep(invisible_peek(&user));
    invisible_reach(&other, invisible_gettid());
    reach(3);
    pthread_mutex_lock(&g_mutex);
    pthread_mutex_unlock(&g_mutex);
}

static void maker(void)
{
    pthread_once(&g_once, make);
}

static void locker(void)
{
    await(1);
    invisible_reach(&user, invisible_gettid());
    pthread_mutex_lock(&g_mutex);
    reach(2);
    pthread_once(&g_once, make);
    pthread_mutex_unlock(&g_mutex);
}

int main(void)
{
    spawn_detached(maker);
    spawn_detached(locker);
    await(2);
    invisible_await_asleep(invisible_peek(&user));
    await(3);
    invisible_await_asleep(invisible_peek(&other));
    _exit(0);
}
