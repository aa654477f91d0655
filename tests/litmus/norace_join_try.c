/* P1: a successful pthread_tryjoin_np is a join. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static int tid;

static void writer(void)
{
    tid = invisible_gettid();
    g_x = 1;
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    invisible_await_dead(invisible_peek(&tid));
    must(pthread_tryjoin_np(t, NULL) == 0);
    must(g_x == 1);
    return 0;
}
