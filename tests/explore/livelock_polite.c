/* finds: livelock; options: --max-steps=2000 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* Each waits until the other has begun, and takes back its own sign when both have. */
static atomic_int wants[2];

static void *polite(void *argument)
{
    long me = (long)argument;
    atomic_store(&wants[me], 1);
    if (atomic_load(&wants[!me]))
        atomic_store(&wants[me], 0);
    while (!atomic_load(&wants[me]))
        sched_yield();
    return NULL;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, polite, (void *)0);
    pthread_create(&b, NULL, polite, (void *)1);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
