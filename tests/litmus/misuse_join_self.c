/* P14: a thread waits for its own end. */
// expect: misuse (thread)
// expect-frame: worker
#include "../support/litmus.h"
#include <errno.h>

static void worker(void)
{
    must(pthread_join(pthread_self(), NULL) == EDEADLK);
}

int main(void)
{
    join(spawn(worker));
    return 0;
}
