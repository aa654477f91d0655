/* P4: cnd_broadcast orders nothing by itself. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static mtx_t lock;
static cnd_t changed;

static void waiter(void)
{
    must(mtx_lock(&lock) == thrd_success);
    reach(1);
    must(cnd_wait(&changed, &lock) == thrd_success);
    must(mtx_unlock(&lock) == thrd_success);
    use(g_x);
}

static void signaller(void)
{
    await(1);
    must(mtx_lock(&lock) == thrd_success);
    must(mtx_unlock(&lock) == thrd_success);
    g_x = 1;
    must(cnd_broadcast(&changed) == thrd_success);
}

int main(void)
{
    must(mtx_init(&lock, mtx_plain) == thrd_success);
    must(cnd_init(&changed) == thrd_success);
    litmus_run2(waiter, signaller);
    return 0;
}
