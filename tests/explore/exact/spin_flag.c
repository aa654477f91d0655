/* traces: 2
 * The flag is set before it is looked at, or after a look that came to nothing. Further looks find
 * what that found. */
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
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
