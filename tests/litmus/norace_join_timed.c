/* P1: a successful pthread_timedjoin_np is a join. */
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
    struct timespec until = deadline(CLOCK_REALTIME, 20000);
    must(pthread_timedjoin_np(t, NULL, &until) == 0);
    must(g_x == 1);
    return 0;
}
