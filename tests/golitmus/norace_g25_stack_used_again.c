/* G25: a stack that was a dead goroutine's is nobody's (P16). */
#include "golitmus.h"

static void tell(volatile int *mine, int value)
{
    for (int i = 0; i < 64; i++)
        mine[i] = value;
    for (int i = 0; i < 64; i++)
        must(mine[i] == value);
}

static void worker(int value)
{
    volatile int mine[64];
    tell(mine, value);
    arrive();
}

int main(void)
{
    for (int i = 1; i <= 50; i++) {
        go(worker, i);
        go(worker, -i);
        await_arrivals(2 * i);
    }
    return 0;
}
