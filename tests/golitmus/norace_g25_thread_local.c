/* G25: what is a thread's own is used by its goroutines in turns, never at once: a function may
 * keep there what it needs until others run. */
#include "golitmus.h"

static __thread int scratch[8];

static NOINLINE int sum_of(int value)
{
    int sum = 0;
    for (int i = 0; i < 8; i++)
        scratch[i] = value + i;
    for (int i = 0; i < 8; i++)
        sum += scratch[i];
    return sum;
}

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        must(sum_of(i) == 8 * i + 28);
        go_yield();
    }
}

int main(void)
{
    run3(worker, worker, worker);
    return 0;
}
