/* P15: a cycle of three threads and three locks of different sorts. */
// expect: lock-order inversion
// expect-location: g_a
// expect-location: g_b
// expect-location: g_c
// expect-frame: first
// expect-frame: second
// expect-frame: third
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_a = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t g_b = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t g_c;

static void first(void)
{
    pthread_mutex_lock(&g_a);
    pthread_rwlock_rdlock(&g_b);
    pthread_rwlock_unlock(&g_b);
    pthread_mutex_unlock(&g_a);
    reach(1);
}

static void second(void)
{
    await(1);
    pthread_rwlock_wrlock(&g_b);
    pthread_spin_lock(&g_c);
    pthread_spin_unlock(&g_c);
    pthread_rwlock_unlock(&g_b);
    reach(2);
}

static void third(void)
{
    await(2);
    pthread_spin_lock(&g_c);
    pthread_mutex_lock(&g_a);
    pthread_mutex_unlock(&g_a);
    pthread_spin_unlock(&g_c);
}

int main(void)
{
    must(pthread_spin_init(&g_c, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run3(first, second, third);
    return 0;
}
