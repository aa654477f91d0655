/* traces: 5
 * by hand: four looks, each of which may be the first that sees the flag, or none; how far it is
 * stands in a struct on its own stack, which libc writes. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    struct {
        unsigned seed, last;
    } state = {1, 1};
    for (int i = 0; i < 3; i++)
        rand_r(&state.last);
    while (!atomic_load(&flag) && state.seed != state.last)
        rand_r(&state.seed);
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
