/* traces: 2
 * As spin_flag.c: a yield between two looks is no difference. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    while (!atomic_load(&flag))
        sched_yield();
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
