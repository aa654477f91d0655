/* traces: 102
 * stopped: schedules
 * The loop counts its rounds where all can see it: rounds differ, so a hundred of them are
 * explored, and no proof is claimed. */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;
int rounds;

static void *waiter(void *argument)
{
    while (!atomic_load(&flag))
        rounds++;
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
