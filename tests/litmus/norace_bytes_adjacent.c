/* HB: eight threads, eight bytes of one word. */
#include "../support/litmus.h"

enum { THREADS = 8 };
char g_bytes[THREADS] __attribute__((aligned(8)));

static void *worker(void *mine)
{
    char *byte = (char *)mine;
    meet(THREADS);
    for (int i = 0; i < 100; i++) {
        *byte += 1;
        use(*byte);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        must(pthread_create(&threads[i], NULL, worker, &g_bytes[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    return 0;
}
