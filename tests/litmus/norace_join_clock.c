/* P1: a successful pthread_clockjoin_np is a join. */
// tsan: does not know the function
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;

static void writer(void)
{
    g_x = 1;
}

int main(void)
{
    pthread_t t = spawn(writer);
    struct timespec until = deadline(CLOCK_MONOTONIC, 20000);
    must(pthread_clockjoin_np(t, NULL, CLOCK_MONOTONIC, &until) == 0);
    must(g_x == 1);
    return 0;
}
