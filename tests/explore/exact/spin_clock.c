/* traces: 102
 * stopped: schedules
 * Looking at the clock moves it, so no round is like the one before, also where nothing shows it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    while (!atomic_load(&flag))
        time(NULL);
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
