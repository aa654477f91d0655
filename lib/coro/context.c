/*
 * Contexts: a tree of immutable records in which some can be cancelled.
 *
 * Each record holds a reference to its parent. One that can be cancelled also stands, without a
 * reference, in a list of the nearest such one above it (its *ancestor*), from its making until
 * either is cancelled or it ends; so do the functions of context_after_func, which do hold one. The
 * list and the links in it are guarded by the ancestor's lock, and so is `err` becoming set, once
 * and for all: nothing is linked to a cancelled context. Only one lock is held at a time.
 *
 * Whoever cancels takes the dependents off one by one, and a context only while it still has
 * references (retain_if_alive): one without is about to take itself off and is not waited for. What
 * has been taken is cancelled in turn, from a list and not by recursion, as trees may be deep and
 * stacks are small.
 *
 * Happens-before (G29): the cancel releases to the context; who sees err or asks for the channel
 * later acquires it; the channel's close does the rest.
 */
#define RGO_NO_SHORT_NAMES
#include "racerun/go/context.h"

#include <stdlib.h>

#include "chan.h"
#include "controlled.h"
#include "finding.h"
#include "timer.h"
#include "worker.h"

const char rgo_context_canceled[] = "context canceled";
const char rgo_context_deadline_exceeded[] = "context deadline exceeded";

/* Something that a cancel takes along. */
struct dependent {
    struct dependent *next, *prev;
    rgo_context *context;            /* to be cancelled, or */
    struct rgo_context_after *after; /* to be started */
    bool linked;
};

enum kind { KIND_ROOT, KIND_CANCEL, KIND_VALUE, KIND_WITHOUT };

struct rgo_context {
    enum kind kind;
    bool timed; /* the timer is or was set */
    _Atomic size_t references;
    rgo_context *parent;
    rgo_context *canceller; /* itself, or what its cancellation comes from, or NULL */
    int64_t deadline;       /* TIME_NEVER: none */

    const void *key;
    void *value;
    void (*destroy)(void *);

    /* of a KIND_CANCEL: */
    struct lock lock;
    _Atomic(const char *) err;
    const char *cause;
    const char *late; /* what the cause will be if the time is up first */
    rgo_chan *done;   /* made when it is asked for */
    struct dependent *dependents;
    rgo_context *ancestor;
    struct dependent link;
    rgo_context *cancel_next; /* in the list of him who took it off its ancestor */
    struct timer timer;
    struct timer_origin origin;
};

struct rgo_context_after {
    struct dependent link;
    rgo_context *canceller; /* a reference */
    void (*fn)(void *);
    void *argument;
    const void *pc;
};

static rgo_context background = {.kind = KIND_ROOT, .deadline = TIME_NEVER};
static rgo_context todo = {.kind = KIND_ROOT, .deadline = TIME_NEVER};

/* ---- references ---- */

rgo_context *rgo_context_retain(rgo_context *ctx)
{
    if (ctx && ctx->kind != KIND_ROOT)
        atomic_fetch_add_explicit(&ctx->references, 1, memory_order_relaxed);
    return ctx;
}

static bool retain_if_alive(rgo_context *ctx)
{
    size_t count = atomic_load(&ctx->references);
    while (count)
        if (atomic_compare_exchange_weak(&ctx->references, &count, count + 1))
            return true;
    return false;
}

/* Takes it off the list if it is in it; under the lock of the context whose list it is. */
static bool dependent_unlink(rgo_context *of, struct dependent *d)
{
    if (!d->linked)
        return false;
    d->linked = false;
    if (d->prev)
        d->prev->next = d->next;
    else
        of->dependents = d->next;
    if (d->next)
        d->next->prev = d->prev;
    return true;
}

static void leave_ancestor(rgo_context *ctx)
{
    if (!ctx->ancestor)
        return;
    lock_take(&ctx->ancestor->lock);
    dependent_unlink(ctx->ancestor, &ctx->link);
    lock_release(&ctx->ancestor->lock);
}

static void cancellation_done(rgo_context *ctx)
{
    leave_ancestor(ctx);
    if (ctx->timed) {
        timer_stop(&ctx->timer);
        timer_origin_done(&ctx->origin, &ctx->timer);
    }
    HOOK(die(ctx, sizeof *ctx));
    unfinished_remove(ctx);
    chan_discard(ctx->done);
}

void rgo_context_release(rgo_context *ctx)
{
    while (ctx && ctx->kind != KIND_ROOT && atomic_fetch_sub(&ctx->references, 1) == 1) {
        rgo_context *parent = ctx->parent;
        if (ctx->kind == KIND_CANCEL)
            cancellation_done(ctx);
        if (ctx->destroy)
            ctx->destroy(ctx->value);
        free(ctx);
        ctx = parent;
    }
}

/* ---- cancelling ---- */

static void function_start(void (*fn)(void *), void *argument, const void *pc)
{
    int error = spawn_closure(NULL, fn, argument, pc);
    if (error)
        rgo_launch_failed(error);
}

/* Takes one dependent off; a context goes to the list, a function is started. False: there is none.
 */
static bool dependent_take(rgo_context *ctx, rgo_context **list)
{
    lock_take(&ctx->lock);
    struct dependent *d = ctx->dependents;
    if (!d) {
        lock_release(&ctx->lock);
        return false;
    }
    dependent_unlink(ctx, d);
    rgo_context *child = d->context && retain_if_alive(d->context) ? d->context : NULL;
    struct rgo_context_after after = d->after ? *d->after : (struct rgo_context_after){0};
    lock_release(&ctx->lock);
    if (child) {
        child->cancel_next = *list;
        *list = child;
    }
    if (after.fn)
        function_start(after.fn, after.argument, after.pc);
    return true;
}

static void cancel_one(rgo_context *ctx, const char *err, const char *cause, rgo_context **list)
{
    TOUCH(ctx);
    lock_take(&ctx->lock);
    if (atomic_load_explicit(&ctx->err, memory_order_relaxed)) {
        lock_release(&ctx->lock);
        return;
    }
    ctx->cause = cause;
    HOOK(release(goroutine_self()->task, ctx));
    atomic_store(&ctx->err, err);
    unfinished_remove(ctx);
    rgo_chan *done = ctx->done;
    lock_release(&ctx->lock);
    if (done)
        rgo_chan_close_(done);
    while (dependent_take(ctx, list))
        ;
    if (ctx->timed)
        timer_stop(&ctx->timer);
    leave_ancestor(ctx);
}

static void cancel(rgo_context *ctx, const char *err, const char *cause)
{
    rgo_context *list = NULL;
    cancel_one(ctx, err, cause, &list);
    while (list) {
        rgo_context *child = list;
        list = child->cancel_next;
        cancel_one(child, err, cause, &list);
        rgo_context_release(child);
    }
}

void rgo_context_cancel_cause(rgo_context *ctx, const char *cause)
{
    if (!ctx)
        return;
    if (ctx->kind != KIND_CANCEL)
        panic_text(
            "context: cancel of a context that was not made with cancel, timeout or deadline");
    cancel(ctx, rgo_context_canceled, cause ? cause : rgo_context_canceled);
}

void rgo_context_cancel(rgo_context *ctx)
{
    rgo_context_cancel_cause(ctx, NULL);
}

void rgo_context_end(rgo_context *ctx)
{
    rgo_context_cancel(ctx);
    rgo_context_release(ctx);
}

/* In a goroutine of its own, with a reference. */
static void expire(void *raw)
{
    rgo_context *ctx = raw;
    cancel(ctx, rgo_context_deadline_exceeded, ctx->late);
    rgo_context_release(ctx);
}

static void expire_fire(struct timer *t, int64_t now)
{
    (void)now;
    rgo_context *ctx = t->context;
    if (!retain_if_alive(ctx))
        return; /* whoever ends it waits in timer_stop until this has returned */
    struct timer_origin before = timer_origin_enter(&ctx->origin, t);
    function_start(expire, ctx, ctx->origin.pc);
    timer_origin_leave(&before);
}

/* ---- making ---- */

rgo_context *rgo_context_background(void)
{
    return &background;
}

rgo_context *rgo_context_todo(void)
{
    return &todo;
}

static rgo_context *context_make(enum kind kind, rgo_context *parent)
{
    runtime_start();
    if (!parent)
        parent = &background;
    rgo_context *ctx = calloc(1, sizeof *ctx);
    if (!ctx)
        fatal_text("runtime: cannot allocate memory for a context");
    ctx->kind = kind;
    atomic_init(&ctx->references, 1);
    ctx->parent = rgo_context_retain(parent);
    ctx->canceller = parent->canceller;
    ctx->deadline = parent->deadline;
    return ctx;
}

/* NULL: linked, it will hear of a cancel. Else what `of` was cancelled with. */
static const char *dependent_link(rgo_context *of, struct dependent *d, const char **ret_cause)
{
    lock_take(&of->lock);
    const char *err = atomic_load_explicit(&of->err, memory_order_relaxed);
    if (err) {
        HOOK(acquire(goroutine_self()->task, of));
        *ret_cause = of->cause;
    } else {
        d->linked = true;
        d->next = of->dependents;
        if (d->next)
            d->next->prev = d;
        of->dependents = d;
    }
    lock_release(&of->lock);
    return err;
}

static rgo_context *make_cancellable(rgo_context *parent, const void *pc)
{
    rgo_context *ctx = context_make(KIND_CANCEL, parent);
    ctx->ancestor = ctx->canceller;
    ctx->canceller = ctx;
    ctx->link.context = ctx;
    unfinished_add(RGO_FINDING_CONTEXT, OBJECT(CONTEXT, ctx), pc);
    return ctx;
}

static void join_ancestor(rgo_context *ctx)
{
    const char *err, *cause;
    if (ctx->ancestor && (err = dependent_link(ctx->ancestor, &ctx->link, &cause)))
        cancel(ctx, err, cause);
}

rgo_context *rgo_context_with_cancel(rgo_context *parent)
{
    rgo_context *ctx = make_cancellable(parent, __builtin_return_address(0));
    join_ancestor(ctx);
    return ctx;
}

static rgo_context *make_with_deadline(rgo_context *parent, int64_t when, const char *cause,
                                       const void *pc)
{
    rgo_context *ctx = make_cancellable(parent, pc);
    bool sooner = when < ctx->deadline;
    if (sooner) {
        ctx->deadline = when;
        ctx->late = cause ? cause : rgo_context_deadline_exceeded;
        ctx->timed = true; /* before others can find and cancel it */
        timer_origin_init(&ctx->origin, (const void *)expire, pc);
        timer_start(&ctx->timer, when, expire_fire, ctx);
    }
    join_ancestor(ctx);
    if (sooner && when <= time_now())
        cancel(ctx, rgo_context_deadline_exceeded, ctx->late);
    return ctx;
}

rgo_context *rgo_context_with_deadline(rgo_context *parent, int64_t when)
{
    return make_with_deadline(parent, when, NULL, __builtin_return_address(0));
}

rgo_context *rgo_context_with_deadline_cause(rgo_context *parent, int64_t when, const char *cause)
{
    return make_with_deadline(parent, when, cause, __builtin_return_address(0));
}

rgo_context *rgo_context_with_timeout(rgo_context *parent, int64_t ns)
{
    return make_with_deadline(parent, timer_when(ns), NULL, __builtin_return_address(0));
}

rgo_context *rgo_context_with_timeout_cause(rgo_context *parent, int64_t ns, const char *cause)
{
    return make_with_deadline(parent, timer_when(ns), cause, __builtin_return_address(0));
}

rgo_context *rgo_context_with_value(rgo_context *parent, const void *key, void *value,
                                    void (*destroy)(void *value))
{
    rgo_context *ctx = context_make(KIND_VALUE, parent);
    ctx->key = key;
    ctx->value = value;
    ctx->destroy = destroy;
    return ctx;
}

rgo_context *rgo_context_without_cancel(rgo_context *parent)
{
    rgo_context *ctx = context_make(KIND_WITHOUT, parent);
    ctx->canceller = NULL;
    ctx->deadline = TIME_NEVER;
    return ctx;
}

/* ---- functions ---- */

rgo_context_after *rgo_context_after_func(rgo_context *ctx, void (*fn)(void *argument),
                                          void *argument)
{
    if (!ctx || !ctx->canceller)
        return NULL;
    struct rgo_context_after *after = calloc(1, sizeof *after);
    if (!after)
        fatal_text("runtime: cannot allocate memory for a context");
    after->canceller = rgo_context_retain(ctx->canceller);
    after->fn = fn;
    after->argument = argument;
    after->pc = __builtin_return_address(0);
    after->link.after = after;
    const char *cause;
    if (dependent_link(after->canceller, &after->link, &cause))
        function_start(fn, argument, after->pc);
    return after;
}

bool rgo_context_after_stop(rgo_context_after *after)
{
    if (!after)
        return true;
    lock_take(&after->canceller->lock);
    bool stopped = dependent_unlink(after->canceller, &after->link);
    lock_release(&after->canceller->lock);
    rgo_context_release(after->canceller);
    free(after);
    return stopped;
}

/* ---- asking ---- */

rgo_chan_of(char) rgo_context_done(rgo_context *ctx)
{
    rgo_context *from = ctx ? ctx->canceller : NULL;
    if (!from)
        return NULL;
    TOUCH(from);
    lock_take(&from->lock);
    bool over = atomic_load_explicit(&from->err, memory_order_relaxed) != NULL;
    if (over)
        HOOK(acquire(goroutine_self()->task, from));
    if (!from->done) {
        from->done = rgo_chan_new(sizeof(char), 0);
        if (over)
            rgo_chan_close_(from->done); /* nobody else knows it */
    }
    rgo_chan *done = from->done;
    lock_release(&from->lock);
    return (rgo_chan_of(char))done;
}

/* What a cancelled context says; NULL: it is none. */
static const char *cancelled_says(rgo_context *ctx, bool cause)
{
    rgo_context *from = ctx ? ctx->canceller : NULL;
    if (!from)
        return NULL;
    TOUCH(from);
    if (!atomic_load_explicit(&from->err, memory_order_acquire))
        return NULL;
    lock_take(&from->lock);
    HOOK(acquire(goroutine_self()->task, from));
    const char *says = cause ? from->cause : atomic_load(&from->err);
    lock_release(&from->lock);
    return says;
}

const char *rgo_context_err(rgo_context *ctx)
{
    return cancelled_says(ctx, false);
}

const char *rgo_context_cause(rgo_context *ctx)
{
    return cancelled_says(ctx, true);
}

bool rgo_context_deadline(const rgo_context *ctx, int64_t *ret_when)
{
    if (!ctx || ctx->deadline == TIME_NEVER)
        return false;
    if (ret_when)
        *ret_when = ctx->deadline;
    return true;
}

void *rgo_context_value(const rgo_context *ctx, const void *key)
{
    for (; ctx; ctx = ctx->parent)
        if (ctx->kind == KIND_VALUE && ctx->key == key)
            return ctx->value;
    return NULL;
}
