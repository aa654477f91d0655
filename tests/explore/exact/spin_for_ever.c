/* traces: 1
 * finds: livelock
 * Nobody sets the flag. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    while (!atomic_load(&flag))
        ;
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    pthread_join(thread, NULL);
}
