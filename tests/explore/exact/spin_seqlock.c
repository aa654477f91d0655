/* traces: 20
 * A reader that looks at two words until no writer has come between: two loops, one in the other,
 * over three locations. What the reader's variables contain before its first round is part of its
 * state, so it must not be what happened to lie on the stack. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int sequence, low, high;

static void *writer(void *argument)
{
    atomic_store(&sequence, 1);
    atomic_store(&low, 1);
    atomic_store(&high, 1);
    atomic_store(&sequence, 2);
    return argument;
}

int main(void)
{
    pthread_t thread;
    volatile int before = -1, a = -1, b = -1;
    pthread_create(&thread, NULL, writer, NULL);
    do {
        while ((before = atomic_load(&sequence)) & 1)
            ;
        a = atomic_load(&low);
        b = atomic_load(&high);
    } while (atomic_load(&sequence) != before);
    assert(a == b);
    pthread_join(thread, NULL);
}
