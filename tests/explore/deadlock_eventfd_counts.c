/* finds: deadlock; options: --hang=1 */
#include <sys/eventfd.h>

#include "threads.h"

/* One read takes all that was written, unless it is a semaphore. */
static int events;

static void *happen(void *unused)
{
    eventfd_write(events, 1);
    return unused;
}

static void *await(void *unused)
{
    eventfd_t count;
    for (int i = 0; i < 2; i++)
        eventfd_read(events, &count);
    return unused;
}

int main(void)
{
#ifdef FIXED
    events = eventfd(0, EFD_SEMAPHORE);
#else
    events = eventfd(0, 0);
#endif
    start_many(2, happen);
    start(await);
    join_all();
    return 0;
}
