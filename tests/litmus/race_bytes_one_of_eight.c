/* HB: seven threads keep to their own byte, the eighth reads its neighbour's. */
// expect-location: g_bytes
// expect-count: 1
// expect-frame: nosy
// tsan: four cells a word; the reader's or writer's may be evicted
#include "../support/litmus.h"

enum { THREADS = 7 };
char g_bytes[8] __attribute__((aligned(8)));

static void *worker(void *mine)
{
    *(char *)mine = 1;
    meet(THREADS);
    return NULL;
}

static void nosy(void)
{
    g_bytes[7] = 1;
    use(g_bytes[0]);
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        must(pthread_create(&threads[i], NULL, worker, &g_bytes[i]) == 0);
    await_meeting(THREADS);
    for (int i = 1; i < THREADS; i++)
        join(threads[i]);
    join(spawn(nosy));
    join(threads[0]);
    return 0;
}
