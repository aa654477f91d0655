/* P14: a thread joins another one that a third is joining. */
#define _GNU_SOURCE
// expect: misuse (thread)
// expect-frame: first
// expect-frame: second
#include "../support/litmus.h"

static pthread_t g_target;
static int g_tid;

static void target(void)
{
    await(2);
}

static void first(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(1);
    join(g_target);
}

static void second(void)
{
    await(1);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    pthread_tryjoin_np(g_target, NULL);
    reach(2);
}

int main(void)
{
    g_target = spawn(target);
    litmus_run2(first, second);
    return 0;
}
