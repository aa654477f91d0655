/* traces: 4
 * Three looks, counted in memory that each round takes anew from its stack. */
#include <alloca.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    int *looks = alloca(sizeof *looks);
    *looks = 0;
    while (*looks < 3 && !atomic_load(&flag)) {
        int *next = alloca(sizeof *next);
        *next = *looks + 1;
        looks = next;
    }
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
