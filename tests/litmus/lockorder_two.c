/* P15: two threads take two mutexes in opposite orders. It went well this time. */
// expect: lock-order inversion
// expect-location: g_a
// expect-location: g_b
// expect-frame: a_then_b
// expect-frame: b_then_a
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_a = PTHREAD_MUTEX_INITIALIZER, g_b = PTHREAD_MUTEX_INITIALIZER;

static void a_then_b(void)
{
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&g_a);
        pthread_mutex_lock(&g_b);
        pthread_mutex_unlock(&g_b);
        pthread_mutex_unlock(&g_a);
    }
    reach(1);
}

static void b_then_a(void)
{
    await(1);
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&g_b);
        pthread_mutex_lock(&g_a);
        pthread_mutex_unlock(&g_a);
        pthread_mutex_unlock(&g_b);
    }
}

int main(void)
{
    litmus_run2(a_then_b, b_then_a);
    return 0;
}
