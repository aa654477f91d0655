/* clean: the routine runs once, before every return */
#include <assert.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int made;

static void make(void)
{
    pthread_mutex_lock(&m);
    made++;
    pthread_mutex_unlock(&m);
}

static void *use(void *unused)
{
    pthread_once(&once, make);
    assert(made == 1);
    return unused;
}

int main(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, use, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
