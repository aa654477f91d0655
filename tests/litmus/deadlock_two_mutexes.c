/* A real deadlock: two threads wait for each other's mutex, and main for them. */
// expect: deadlock
// expect-location: g_a
// expect-location: g_b
// expect-frame: first
// expect-frame: second
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"

pthread_mutex_t g_a = PTHREAD_MUTEX_INITIALIZER, g_b = PTHREAD_MUTEX_INITIALIZER;

static void first(void)
{
    pthread_mutex_lock(&g_a);
    meet(2);
    pthread_mutex_lock(&g_b);
}

static void second(void)
{
    pthread_mutex_lock(&g_b);
    meet(2);
    pthread_mutex_lock(&g_a);
}

int main(void)
{
    pthread_t a = spawn(first), b = spawn(second);
    await_meeting(2);
    join(a);
    join(b);
    return 0;
}
