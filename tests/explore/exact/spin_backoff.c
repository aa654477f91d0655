/* traces: 5
 * Pauses that double differ from each other: four looks until they are too long, each of which may
 * be the first that sees the flag, or none. */
#include <immintrin.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    for (int pauses = 1; pauses <= 8 && !atomic_load(&flag); pauses *= 2)
        for (int i = 0; i < pauses; i++)
            _mm_pause();
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
