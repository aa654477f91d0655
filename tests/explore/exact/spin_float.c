/* traces: 4
 * Three looks; how many is known to floating point alone, in the processor's new registers and in
 * its old ones. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    double looks = 0;
    long double left = 3;
    while (left > 0 && looks < 3 && !atomic_load(&flag)) {
        looks += 1;
        left -= 1;
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
