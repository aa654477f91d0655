/* P4: every waiter that a broadcast wakes reacquires the mutex. */
#include "../support/litmus.h"

int g_ready;
int g_woken;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    meet(1);
    while (!g_ready)
        pthread_cond_wait(&changed, &lock);
    g_woken++;
    pthread_mutex_unlock(&lock);
}

static void caller(void)
{
    await_meeting(2);
    pthread_mutex_lock(&lock);
    g_ready = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run3(waiter, waiter, caller);
    must(g_woken == 2);
    return 0;
}
