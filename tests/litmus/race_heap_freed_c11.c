/* P12: C11's mutexes, condition variables and once flags in freed memory. */
// expect: heap use-after-free
// expect-frame: locks
// expect-frame: signals
// expect-frame: once
// expect-count: 3
// tsan: C11 mtx, cnd and call_once are unknown to it
#include "../support/litmus.h"
#include <stdlib.h>
#include <threads.h>

static NOINLINE void locks(void)
{
    mtx_t *mutex = malloc(sizeof *mutex);
    must(mutex && mtx_init(mutex, mtx_plain) == thrd_success);
    free(launder(mutex));
    mtx_lock(launder(mutex));
}

static NOINLINE void signals(void)
{
    cnd_t *cond = malloc(sizeof *cond);
    must(cond && cnd_init(cond) == thrd_success);
    free(launder(cond));
    cnd_signal(launder(cond));
}

static void routine(void)
{
}

static NOINLINE void once(void)
{
    once_flag *flag = calloc(1, sizeof *flag);
    must(flag != NULL);
    call_once(flag, routine);
    free(launder(flag));
    call_once(launder(flag), routine);
}

int main(void)
{
    locks();
    signals();
    once();
    return 0;
}
