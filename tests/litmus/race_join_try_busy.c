/* P1: pthread_tryjoin_np that answers EBUSY orders nothing. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

int g_x;

static void writer(void)
{
    g_x = 1;
    reach(1);
    await(2);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    must(pthread_tryjoin_np(t, NULL) == EBUSY);
    use(g_x);
    reach(2);
    join(t);
    return 0;
}
