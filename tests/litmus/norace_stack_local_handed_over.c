/* P16: the creator's local, used by the thread, then by the creator after join; and the frame's
 * memory reused by later calls. */
#include "../support/litmus.h"

static void *worker(void *arg)
{
    int *numbers = (int *)arg;
    for (int i = 0; i < 64; i++)
        numbers[i]++;
    return NULL;
}

static NOINLINE void round_trip(void)
{
    int numbers[64] = {0};
    pthread_t t;
    must(pthread_create(&t, NULL, worker, numbers) == 0);
    join(t);
    must(numbers[63] == 1);
}

static NOINLINE void overwrite(void)
{
    volatile char bytes[1024];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    use(bytes[5]);
}

int main(void)
{
    for (int i = 0; i < 10; i++) {
        round_trip();
        overwrite();
    }
    return 0;
}
