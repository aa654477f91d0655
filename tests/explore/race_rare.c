/* finds: data race */
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int ready, value;

static void *writer(void *unused)
{
    pthread_mutex_lock(&m);
    ready = 1;
    pthread_mutex_unlock(&m);
    value = 42; /* too late: ready says that it is there */
    return unused;
}

static void *reader(void *unused)
{
    pthread_mutex_lock(&m);
    int is_ready = ready;
    pthread_mutex_unlock(&m);
    if (is_ready)
        return value ? unused : NULL;
    return unused;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, writer, NULL);
    pthread_create(&b, NULL, reader, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
