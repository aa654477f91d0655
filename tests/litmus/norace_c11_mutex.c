/* P2: mtx_lock, mtx_trylock, mtx_timedlock and mtx_unlock order as their pthread kin. */
// tsan: C11 mtx, cnd and call_once are unknown to it
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static mtx_t lock;

static void first(void)
{
    must(mtx_lock(&lock) == thrd_success);
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
    reach(1);
}

static void second(void)
{
    await(1);
    must(mtx_trylock(&lock) == thrd_success);
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
    reach(2);
}

static void third(void)
{
    struct timespec until = deadline(CLOCK_REALTIME, 20000);
    await(2);
    must(mtx_timedlock(&lock, &until) == thrd_success);
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
}

int main(void)
{
    must(mtx_init(&lock, mtx_timed) == thrd_success);
    litmus_run3(first, second, third);
    mtx_destroy(&lock);
    return 0;
}
