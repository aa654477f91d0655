/* P14: a thread is joined that was created detached. */
// expect: misuse (thread)
// expect-frame: create_it
#include "../support/litmus.h"
#include <errno.h>

static void *worker(void *argument)
{
    await(1);
    return argument;
}

static NOINLINE pthread_t create_it(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    must(pthread_attr_init(&attr) == 0);
    must(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
    must(pthread_create(&thread, &attr, worker, NULL) == 0);
    return thread;
}

int main(void)
{
    pthread_t thread = create_it();
    must(pthread_join(thread, NULL) == EINVAL);
    reach(1);
    return 0;
}
