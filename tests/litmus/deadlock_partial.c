/* Two threads wait for each other for ever; main goes on, and the program ends as it likes. */
// expect: deadlock
// expect-location: g_a
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_rwlock_t g_a = PTHREAD_RWLOCK_INITIALIZER;
pthread_mutex_t g_b = PTHREAD_MUTEX_INITIALIZER;
static int g_tids[2];

static void first(void)
{
    __atomic_store_n(&g_tids[0], invisible_gettid(), __ATOMIC_SEQ_CST);
    pthread_rwlock_rdlock(&g_a);
    meet(3);
    pthread_mutex_lock(&g_b);
}

static void second(void)
{
    __atomic_store_n(&g_tids[1], invisible_gettid(), __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&g_b);
    meet(3);
    pthread_rwlock_wrlock(&g_a);
}

int main(void)
{
    spawn_detached(first);
    spawn_detached(second);
    meet(3);
    for (int i = 0; i < 2; i++)
        invisible_await_asleep(__atomic_load_n(&g_tids[i], __ATOMIC_SEQ_CST));
    _exit(0);
}
