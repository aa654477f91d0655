/* P4: clockwait, woken, is an unlock and a lock. */
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_ready;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    struct timespec until = deadline(CLOCK_MONOTONIC, 20000);
    pthread_mutex_lock(&lock);
    reach(1);
    while (!g_ready)
        must(pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &until) == 0);
    g_ready = 2;
    pthread_mutex_unlock(&lock);
}

static void signaller(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    g_ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(waiter, signaller);
    return 0;
}
