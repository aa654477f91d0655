/* P14: a thread is detached twice. */
// expect: misuse (thread)
// expect-frame: detach_it
// expect-frame: main
#include "../support/litmus.h"
#include <errno.h>

static void worker(void)
{
    await(1);
}

static NOINLINE void detach_it(pthread_t thread)
{
    must(pthread_detach(thread) == 0);
}

int main(void)
{
    pthread_t thread = spawn(worker);
    detach_it(thread);
    must(pthread_detach(thread) == EINVAL);
    reach(1);
    return 0;
}
