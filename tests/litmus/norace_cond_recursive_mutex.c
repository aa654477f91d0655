/* P4, P2: wait releases a recursive mutex that is held once. */
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_ready;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    while (!g_ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_lock(&lock);
    g_ready++;
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
}

static void signaller(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    g_ready++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    litmus_run2(waiter, signaller);
    return 0;
}
