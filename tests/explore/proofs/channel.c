/* A bounded channel of one mutex and two condition variables, with room for one item: two senders,
 * two receivers, and spurious wake-ups. With BUG both sides wait on one condition variable, and a
 * signal may wake the wrong side. finds: lost wake-up */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER, items = PTHREAD_COND_INITIALIZER;
#ifdef BUG
#define items room
#endif
static int item, sum;

static void *sender(void *argument)
{
    pthread_mutex_lock(&mutex);
    while (item)
        pthread_cond_wait(&room, &mutex);
    item = (int)(long)argument;
    pthread_cond_signal(&items);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void *receiver(void *argument)
{
    pthread_mutex_lock(&mutex);
    while (!item)
        pthread_cond_wait(&items, &mutex);
    sum += item;
    item = 0;
    pthread_cond_signal(&room);
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void)
{
    pthread_t tasks[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&tasks[i], NULL, i < 2 ? sender : receiver, (void *)(i + 1));
    for (int i = 0; i < 4; i++)
        pthread_join(tasks[i], NULL);
    assert(sum == 3);
}
