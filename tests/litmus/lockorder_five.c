/* P15: a cycle of five threads and five locks of all sorts, one of them recursive and locked again
 * meanwhile, which is no request. */
// expect: lock-order inversion
// expect-location: g_a
// expect-location: g_b
// expect-location: g_c
// expect-location: g_d
// expect-location: g_e
// expect-frame: first
// expect-frame: second
// expect-frame: third
// expect-frame: fourth
// expect-frame: fifth
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <threads.h>

pthread_mutex_t g_a = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
mtx_t g_b;
pthread_spinlock_t g_c;
pthread_rwlock_t g_d = PTHREAD_RWLOCK_INITIALIZER;
pthread_mutex_t g_e = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void first(void)
{
    pthread_mutex_lock(&g_a);
    must(mtx_lock(&g_b) == thrd_success);
    pthread_mutex_lock(&g_a);
    pthread_mutex_unlock(&g_a);
    must(mtx_unlock(&g_b) == thrd_success);
    pthread_mutex_unlock(&g_a);
    reach(1);
}

static void second(void)
{
    await(1);
    must(mtx_lock(&g_b) == thrd_success);
    pthread_spin_lock(&g_c);
    pthread_spin_unlock(&g_c);
    must(mtx_unlock(&g_b) == thrd_success);
    reach(2);
}

static void third(void)
{
    await(2);
    pthread_spin_lock(&g_c);
    pthread_rwlock_wrlock(&g_d);
    pthread_rwlock_unlock(&g_d);
    pthread_spin_unlock(&g_c);
    reach(3);
}

static void fourth(void)
{
    await(3);
    pthread_rwlock_rdlock(&g_d);
    pthread_mutex_lock(&g_e);
    pthread_mutex_unlock(&g_e);
    pthread_rwlock_unlock(&g_d);
    reach(4);
}

static void fifth(void)
{
    await(4);
    pthread_mutex_lock(&g_e);
    pthread_mutex_lock(&g_a);
    pthread_mutex_unlock(&g_a);
    pthread_mutex_unlock(&g_e);
}

int main(void)
{
    must(mtx_init(&g_b, mtx_plain) == thrd_success);
    must(pthread_spin_init(&g_c, PTHREAD_PROCESS_PRIVATE) == 0);
    pthread_t a = spawn(first), b = spawn(second);
    litmus_run3(third, fourth, fifth);
    join(a);
    join(b);
    return 0;
}
