/* traces: 11
 * A loop that gives up: each of its ten looks may be the first that sees the flag, or none. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    for (int i = 0; i < 10; i++)
        if (atomic_load(&flag))
            return argument;
    return NULL;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
