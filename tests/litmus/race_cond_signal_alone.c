/* P4: a signal orders nothing; the write came after the signaller's unlock. */
// expect-location: g_x
// expect-frame: waiter
// expect-frame: signaller
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void waiter(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    use(g_x);
}

static void signaller(void)
{
    await(1);
    pthread_mutex_lock(&lock); /* had only when the waiter waits */
    pthread_mutex_unlock(&lock);
    g_x = 1;
    pthread_cond_signal(&changed);
}

int main(void)
{
    litmus_run2(waiter, signaller);
    return 0;
}
