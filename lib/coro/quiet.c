/* Waiting until nobody else can run; see quiet.h. */
#include "quiet.h"

#include "fork.h"

#define AGAIN_NS INT64_C(5000000) /* until the poller looks again when somebody runs */

_Atomic bool quiet_wanted;

static struct {
    struct lock lock;
    struct goroutine *waiter; /* NULL: not yet parked */
    _Atomic int64_t patience, end;
} quiet;
FORK_LOCK(quiet_fork_lock, quiet.lock);

enum quiet quiet_wait(int64_t patience, int64_t end)
{
    atomic_store(&quiet.patience, patience);
    atomic_store(&quiet.end, end);
    atomic_store(&quiet_wanted, true);
    scheduler_timer_changed(); /* a poller that sleeps already learns of it */
    lock_take(&quiet.lock);
    quiet.waiter = goroutine_self();
    void *told = park(&quiet.lock, WAIT_QUIET, NULL, __builtin_return_address(0));
    return (enum quiet)(uintptr_t)told;
}

/* False: nobody waits (yet). */
static bool quiet_tell(enum quiet what)
{
    lock_take(&quiet.lock);
    struct goroutine *g = quiet.waiter;
    quiet.waiter = NULL;
    if (g)
        atomic_store(&quiet_wanted, false);
    lock_release(&quiet.lock);
    if (g)
        ready(g, (void *)(uintptr_t)what);
    return g != NULL;
}

int64_t quiet_look(int64_t deadline, bool forever, bool moment)
{
    if (forever && quiet_tell(QUIET_FOREVER))
        return 0;
    int64_t now = time_now(), patience = atomic_load(&quiet.patience);
    if (moment && now >= patience && quiet_tell(QUIET_MOMENT))
        return 0;
    int64_t next = now < patience ? patience : now + AGAIN_NS;
    return next < deadline ? next : deadline;
}

void quiet_pass(void)
{
    if (time_now() >= atomic_load(&quiet.end))
        quiet_tell(QUIET_NEVER);
}
