/* traces: 4
 * stopped: schedules
 * A waiting loop on a stack that the program has made: its state is not known, so its rounds are
 * left after three that met nothing new, and the search is not exhaustive. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <ucontext.h>

static atomic_int flag;
static ucontext_t outer, inner;

static void wait(void)
{
    while (!atomic_load(&flag))
        ;
}

static void *waiter(void *argument)
{
    enum { SIZE = 65536 };
    void *stack = malloc(SIZE);
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = SIZE;
    inner.uc_link = &outer;
    makecontext(&inner, wait, 0);
    swapcontext(&outer, &inner);
    free(stack);
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
