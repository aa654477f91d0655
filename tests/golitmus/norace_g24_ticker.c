/* G24: each tick comes after the ticker was made. */
#include "golitmus.h"

static ticker *clock_work;

int g_x;

static void starter(void)
{
    g_x = 1;
    clock_work = ticker_new(us(100));
    reach(1);
}

static void sleeper(void)
{
    await(1);
    ticker *t;
    __asm__ volatile("movq (%1), %0" : "=r"(t) : "r"(&clock_work) : "memory");
    for (int i = 0; i < 3; i++)
        chan_get(ticker_chan(t));
    must(g_x == 1);
    ticker_free(t);
}

int main(void)
{
    run2(starter, sleeper);
    return 0;
}
