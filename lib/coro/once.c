/*
 * once: a function that runs once, and everybody waits for its end.
 *
 * state: NEW, RUNNING (who comes waits in the queue), DONE for ever. All changes are under the
 * guard; DONE alone is looked at without. A function that calls Do for its own once waits for
 * itself: a deadlock, as in Go. How the function ends does not matter: at a panic or rgo_exit a
 * deferred call marks it done.
 *
 * Happens-before (G29): the function's end before the return of every Do, by a clock at the once's
 * address. Hooks are under the guard.
 */
#include "controlled.h"
#include "sync.h"

enum once_state { ONCE_NEW, ONCE_RUNNING, ONCE_DONE = RGO_ONCE_DONE, ONCE_TOLD };

static void once_set(rgo_once *o, enum once_state state)
{
    __atomic_store_n(&o->state, state, __ATOMIC_RELEASE);
}

static void once_tell(rgo_once *o)
{
    void *task = sync_task();
    lock_take(sync_guard(&o->guard));
    runtime_hooks->acquire(task, o);
    lock_release(sync_guard(&o->guard));
}

/* true: the caller is to run the function; false: it has been run. */
static bool once_begin(rgo_once *o, const void *pc)
{
    lock_take(sync_guard(&o->guard));
    if (o->state == ONCE_NEW) {
        once_set(o, ONCE_RUNNING);
        lock_release(sync_guard(&o->guard));
        return true;
    }
    if (o->state >= ONCE_DONE) {
        lock_release(sync_guard(&o->guard));
    } else {
        struct waiter waiter = {.g = sync_self(), .pc = pc};
        sync_append(&o->waiters, &waiter);
        park(sync_guard(&o->guard), WAIT_ONCE, o, pc);
    }
    if (UNLIKELY(runtime_hooks != NULL))
        once_tell(o);
    return false;
}

static void once_end(void *raw)
{
    rgo_once *o = raw;
    TOUCH(o);
    lock_take(sync_guard(&o->guard));
    HOOK(release(sync_task(), o));
    once_set(o, runtime_hooks ? ONCE_TOLD : ONCE_DONE);
    struct waiter *woken = sync_take_all(&o->waiters);
    lock_release(sync_guard(&o->guard));
    sync_ready_all(woken);
}

static void once_slow(rgo_once *o, void (*fn)(void *), void *argument, const void *pc)
{
    if (UNLIKELY(!o))
        panic_text(NIL_WORDS);
    POINT(WAIT, o, pc);
    if (!once_begin(o, pc))
        return;
    rgo_defer(once_end, (void *)o);
    fn(argument);
}

static void call_plain(void *fn)
{
    ((void (*)(void))fn)();
}

void rgo_once_do(rgo_once *o, void (*fn)(void))
{
    once_slow(o, call_plain, (void *)fn, CALLER());
}

void rgo_once_do_with(rgo_once *o, void (*fn)(void *argument), void *argument)
{
    once_slow(o, fn, argument, CALLER());
}
