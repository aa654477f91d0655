/* A readers-writer lock of a mutex and a condition variable: two readers and one who writes two
 * variables that must be equal. With BUG a writer looks for other writers, but not for readers.
 * finds: data race */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t free_again = PTHREAD_COND_INITIALIZER;
static int readers;
static bool writing;
static int first, second;

static void read_lock(void)
{
    pthread_mutex_lock(&mutex);
    while (writing)
        pthread_cond_wait(&free_again, &mutex);
    readers++;
    pthread_mutex_unlock(&mutex);
}

static void read_unlock(void)
{
    pthread_mutex_lock(&mutex);
    if (--readers == 0)
        pthread_cond_broadcast(&free_again);
    pthread_mutex_unlock(&mutex);
}

static bool is_taken(void)
{
#ifdef BUG
    return writing;
#else
    return writing || readers;
#endif
}

static void write_lock(void)
{
    pthread_mutex_lock(&mutex);
    while (is_taken())
        pthread_cond_wait(&free_again, &mutex);
    writing = true;
    pthread_mutex_unlock(&mutex);
}

static void write_unlock(void)
{
    pthread_mutex_lock(&mutex);
    writing = false;
    pthread_cond_broadcast(&free_again);
    pthread_mutex_unlock(&mutex);
}

static void *reader(void *argument)
{
    read_lock();
    assert(first == second);
    read_unlock();
    return argument;
}

static void *writer(void *argument)
{
    write_lock();
    first++;
    second++;
    write_unlock();
    return argument;
}

int main(void)
{
    pthread_t tasks[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&tasks[i], NULL, i ? reader : writer, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(tasks[i], NULL);
}
