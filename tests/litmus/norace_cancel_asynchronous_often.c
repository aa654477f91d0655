/* P1: asynchronous cancellation at any instruction, also of the detector, leaves nothing locked; the
 * end of the cancelled thread is ordered before the join. */
#include "../support/litmus.h"

long g_table[4096];

static void __attribute__((noinline)) step(long i)
{
    g_table[i & 4095] += i;
}

static void *endless(void *argument)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (long i = 0;; i++)
        step(i);
    return argument;
}

int main(void)
{
    for (int i = 0; i < 100; i++) {
        pthread_t thread;
        long sum = 0;
        must(pthread_create(&thread, NULL, endless, NULL) == 0);
        for (volatile int wait = 0; wait < 20000 + i * 500; wait++)
            ;
        pthread_cancel(thread);
        must(pthread_join(thread, NULL) == 0);
        for (int j = 0; j < 4096; j++)
            sum += g_table[j];
        use(sum);
    }
    return 0;
}
