/* finds: assertion */
#include "threads.h"

/* A driver's requests count themselves, and who stops it waits for those in progress. One that
 * looked whether it is being stopped before it was counted goes on when all has been taken down. */
enum { REQUESTS = 4, TEARDOWN = 6 };
static atomic_int in_progress = 1;
static atomic_bool stopping, stopped;

static void request_end(void)
{
    atomic_fetch_sub(&in_progress, 1);
}

static bool request_begin(void)
{
#ifdef FIXED
    atomic_fetch_add(&in_progress, 1);
    if (!atomic_load(&stopping))
        return true;
    request_end();
    return false;
#else
    if (atomic_load(&stopping))
        return false;
    atomic_fetch_add(&in_progress, 1);
    return true;
#endif
}

static void *serve(void *unused)
{
    for (int i = 0; i < REQUESTS && request_begin(); i++) {
        assert(!atomic_load(&stopped));
        request_end();
    }
    return unused;
}

static void *stop(void *unused)
{
    atomic_store(&stopping, true);
    request_end();
    while (atomic_load(&in_progress))
        continue;
    work_for(TEARDOWN); /* in which it may be used, as nobody can tell */
    atomic_store(&stopped, true);
    return unused;
}

int main(void)
{
    start(serve);
    start(stop);
    join_all();
    return 0;
}
