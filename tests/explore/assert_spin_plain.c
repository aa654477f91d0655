/* finds: assertion */
/*
 * A loop that waits for a flag by code that nobody sees: no instrumentation, no library. It is
 * stopped where it has computed for long, so that others go on. The flag is set too early. Fixed,
 * after the data.
 */
#include "threads.h"

static volatile bool ready;
static atomic_int data;

__attribute__((no_sanitize("thread"), noinline)) static void ready_await(void)
{
    while (!ready)
        ;
}

__attribute__((no_sanitize("thread"), noinline)) static void ready_tell(void)
{
    ready = true;
}

static void *consumer(void *unused)
{
    ready_await();
    assert(atomic_load(&data) == 1);
    return unused;
}

int main(void)
{
    start(consumer);
    work_for(1);
#ifdef FIXED
    atomic_store(&data, 1);
    ready_tell();
#else
    ready_tell();
    atomic_store(&data, 1);
#endif
    join_all();
    return 0;
}
