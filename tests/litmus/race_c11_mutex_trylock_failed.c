/* P2: mtx_trylock that answers thrd_busy orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static mtx_t lock;

static void writer(void)
{
    must(mtx_lock(&lock) == thrd_success);
    g_x = 1;
    reach(1);
    await(2);
    must(mtx_unlock(&lock) == thrd_success);
}

static void reader(void)
{
    await(1);
    must(mtx_trylock(&lock) == thrd_busy);
    use(g_x);
    reach(2);
}

int main(void)
{
    must(mtx_init(&lock, mtx_plain) == thrd_success);
    litmus_run2(writer, reader);
    return 0;
}
