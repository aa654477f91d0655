/* P4: the textbook: a predicate under the mutex. */
#include "../support/litmus.h"

int g_ready;
int g_data;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void consumer(void)
{
    pthread_mutex_lock(&lock);
    reach(1);
    while (!g_ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    must(g_data == 42);
}

static void producer(void)
{
    await(1);
    g_data = 42;
    pthread_mutex_lock(&lock);
    g_ready = 1;
    pthread_mutex_unlock(&lock);
    pthread_cond_signal(&changed);
}

int main(void)
{
    litmus_run2(consumer, producer);
    return 0;
}
