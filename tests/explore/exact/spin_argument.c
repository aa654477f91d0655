/* traces: 4
 * What a round goes on by may stand in nothing but the arguments of the next operation: the value
 * to write, the byte to look at. Each of the two loops sees its index before or after it is set; of
 * what the first saw, the second knows nothing. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int from = 1, to = 1;
static _Atomic unsigned char bytes[4];
static atomic_int chosen;

static void *writer(void *argument)
{
    while (atomic_exchange(&to, atomic_load(&from)) != 2)
        ;
    return argument;
}

static void *reader(void *argument)
{
    while (!atomic_load(&bytes[atomic_load(&chosen)]))
        ;
    return argument;
}

static void run(void *(*routine)(void *), atomic_int *number, int value)
{
    pthread_t thread;
    pthread_create(&thread, NULL, routine, NULL);
    atomic_store(number, value);
    pthread_join(thread, NULL);
}

int main(void)
{
    bytes[1] = 1;
    run(writer, &from, 2);
    run(reader, &chosen, 1);
}
