/* P4: a broadcast orders nothing. */
// expect-location: g_x
// expect-frame: waiter
// expect-frame: caller
#include "../support/litmus.h"

int g_x;
int g_waiting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    meet(1);
    pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    use(g_x);
}

static void caller(void)
{
    await_meeting(2);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    g_x = 1;
    pthread_cond_broadcast(&changed);
}

int main(void)
{
    litmus_run3(waiter, waiter, caller);
    return 0;
}
