/* P4: cnd_wait is an unlock and a lock of its mutex, woken or timed out. */
// tsan: C11 mtx, cnd and call_once are unknown to it
#include "../support/litmus.h"
#include <threads.h>

int g_ready;
int g_x;
static mtx_t lock;
static cnd_t changed;

static void waiter(void)
{
    must(mtx_lock(&lock) == thrd_success);
    g_x = 1;
    reach(1);
    while (!g_ready)
        must(cnd_wait(&changed, &lock) == thrd_success);
    g_x++;
    struct timespec until = deadline(CLOCK_REALTIME, 5);
    while (cnd_timedwait(&changed, &lock, &until) == thrd_success)
        continue;
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
}

static void signaller(void)
{
    await(1);
    must(mtx_lock(&lock) == thrd_success);
    g_x++;
    g_ready = 1;
    must(cnd_signal(&changed) == thrd_success);
    must(mtx_unlock(&lock) == thrd_success);
    must(mtx_lock(&lock) == thrd_success);
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
}

int main(void)
{
    must(mtx_init(&lock, mtx_plain) == thrd_success);
    must(cnd_init(&changed) == thrd_success);
    litmus_run2(waiter, signaller);
    cnd_destroy(&changed);
    mtx_destroy(&lock);
    return 0;
}
