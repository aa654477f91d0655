/* G29: who makes a context with a deadline is ordered before those who see it pass. */
#include "golitmus.h"

static context *ctx;

int g_x;

static void maker(void)
{
    g_x = 1;
    context *made = context_with_timeout(NULL, us(100));
    __asm__ volatile("movq %0, (%1)" : : "r"(made), "r"(&ctx) : "memory");
    reach(1);
}

static void worker(void)
{
    context *mine;
    await(1);
    __asm__ volatile("movq (%1), %0" : "=r"(mine) : "r"(&ctx) : "memory");
    chan_recv(context_done(mine), NULL);
    must(g_x == 1);
    context_release(mine);
}

int main(void)
{
    run2(maker, worker);
    return 0;
}
