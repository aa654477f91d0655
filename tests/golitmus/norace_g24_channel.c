/* G24: starting a timer is ordered before the receive from its channel. */
#include "golitmus.h"

static timer *alarm_clock;

int g_x;

static void starter(void)
{
    g_x = 1;
    alarm_clock = timer_new(us(50));
    reach(1);
}

static void sleeper(void)
{
    await(1);
    timer *t;
    __asm__ volatile("movq (%1), %0" : "=r"(t) : "r"(&alarm_clock) : "memory");
    must(chan_get(timer_chan(t)) > 0);
    must(g_x == 1);
    timer_free(t);
}

int main(void)
{
    run2(starter, sleeper);
    return 0;
}
