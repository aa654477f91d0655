/*
 * The program's clocks, sleep, timers and tickers, made of struct timer. A timer with a channel
 * sends into it from fire(), as sends to a buffered channel need not wait; one with a function
 * starts a goroutine.
 *
 * Happens-before (G24): making or resetting a timer releases to it and fire() acquires that, each
 * timer by a task of its own; the channel and the start of the goroutine do the rest. So nothing
 * orders two functions or two timers' sends.
 */
#define RGO_NO_SHORT_NAMES
#include "racerun/go/time.h"

#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "finding.h"
#include "panic.h"
#include "timer.h"
#include "worker.h"

struct rgo_timer {
    struct timer timer;
    struct timer_origin origin;
    struct lock lock; /* one stop or reset at a time; never taken by fire() */
    rgo_chan *channel;
    struct timer_call *call; /* if there is no channel; a reference */
};

/* What a timer with a function calls; each goroutine that it has started keeps it, too. */
struct timer_call {
    _Atomic unsigned references;
    void (*destroy)(void *);
    struct rgo_defer record; /* with what belongs on the stack behind it */
};

struct rgo_ticker {
    struct rgo_timer base;
};

/* ---- clocks and sleep ---- */

int64_t rgo_now(void)
{
    return time_now();
}

int64_t rgo_wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void sleep_fire(struct timer *t, int64_t now)
{
    (void)now;
    ready_last(t->context, NULL);
}

void rgo_sleep(int64_t ns)
{
    if (ns <= 0) {
        rgo_yield();
        return;
    }
    runtime_start();
    struct timer timer = {0};
    timer_start_certain(&timer, timer_when(ns), sleep_fire, goroutine_self());
    park(NULL, WAIT_SLEEP, NULL, __builtin_return_address(0));
}

/* ---- on whose behalf ---- */

void timer_origin_init(struct timer_origin *origin, const void *fn, const void *pc)
{
    const struct goroutine *self = goroutine_self();
    *origin = (struct timer_origin){.creator = self->id, .pc = pc};
    if (UNLIKELY(runtime_hooks != NULL))
        origin->task =
            runtime_hooks->task_create(self->task, goroutine_new_id(worker_self()), fn, pc);
}

struct timer_origin timer_origin_enter(const struct timer_origin *origin, const struct timer *t)
{
    struct goroutine *self = goroutine_self();
    struct timer_origin before = {.task = self->task, .creator = self->id};
    self->task = origin->task;
    self->id = origin->creator;
    HOOK(acquire(origin->task, t));
    return before;
}

void timer_origin_leave(const struct timer_origin *before)
{
    struct goroutine *self = goroutine_self();
    self->task = before->task;
    self->id = before->creator;
}

void timer_origin_again(const struct timer *t)
{
    HOOK(release_merge(goroutine_self()->task, t));
}

void timer_origin_done(struct timer_origin *origin, const struct timer *t)
{
    HOOK(task_end(origin->task));
    HOOK(die(t, sizeof *t));
    (void)origin, (void)t;
}

/* ---- calls ---- */

/* What the program destroys last, one of the goroutines may have used last. */
static void call_release(struct timer_call *call)
{
    if (call->destroy)
        HOOK(release_merge(goroutine_self()->task, call));
    if (atomic_fetch_sub(&call->references, 1) != 1)
        return;
    if (call->destroy) {
        HOOK(acquire(goroutine_self()->task, call));
        HOOK(die(call, sizeof *call));
        call->destroy((void *)(uintptr_t)call->record.general[0]);
    }
    free(call);
}

/* The program's was linked as a deferred call, or not at all. */
static struct timer_call *call_take(struct rgo_defer *captured, void (*destroy)(void *))
{
    struct goroutine *self = goroutine_self();
    if (self->defers == (struct defer_record *)captured)
        self->defers = (struct defer_record *)captured->head.next;
    size_t bytes = sizeof *captured + captured->head.stack_bytes;
    struct timer_call *call = malloc(offsetof(struct timer_call, record) + bytes);
    if (!call)
        fatal_text("runtime: cannot allocate memory for a timer");
    atomic_init(&call->references, 1);
    call->destroy = destroy;
    memcpy(&call->record, captured, bytes);
    return call;
}

/* The goroutine that a timer starts. */
static void call_run(void *raw)
{
    struct timer_call *call = raw;
    goroutine_self()->fn = call->record.head.fn; /* what dumps are to show */
    rgo_defer(call_release, call);
    defer_call((struct defer_record *)&call->record);
}

/* ---- timers ---- */

static void send_fire(struct timer *core, int64_t now)
{
    struct rgo_timer *t = core->context;
    struct timer_origin before = timer_origin_enter(&t->origin, core);
    if (t->timer.period <= 0)
        unfinished_remove(t);
    rgo_chan_try_send_(t->channel, &now); /* full: the receiver is slow, the tick is dropped */
    timer_origin_leave(&before);
}

/* The goroutine gets a reference to the call. */
static void call_start(const struct rgo_timer *t)
{
    struct timer_origin before = timer_origin_enter(&t->origin, &t->timer);
    int error = spawn_closure(NULL, call_run, t->call, t->origin.pc);
    timer_origin_leave(&before);
    if (error)
        rgo_launch_failed(error);
}

static void start_fire(struct timer *core, int64_t now)
{
    (void)now;
    const struct rgo_timer *t = core->context;
    unfinished_remove(t);
    atomic_fetch_add(&t->call->references, 1);
    call_start(t);
}

/* Nobody else knows of it. */
static void start_once_fire(struct timer *core, int64_t now)
{
    (void)now;
    struct rgo_timer *t = core->context;
    call_start(t);
    timer_origin_done(&t->origin, core);
    free(t);
}

/* call: NULL for one with a channel. */
static struct rgo_timer *timer_make(size_t size, struct timer_call *call, const void *pc)
{
    runtime_start();
    struct rgo_timer *t = calloc(1, size);
    if (!t)
        fatal_text("runtime: cannot allocate memory for a timer");
    timer_origin_init(&t->origin, call ? (const void *)call->record.head.fn : NULL, pc);
    t->call = call;
    if (!call)
        t->channel = rgo_chan_new(sizeof(int64_t), 1);
    return t;
}

/* Under the lock, or while nobody else knows it. */
static bool timer_halt(struct rgo_timer *t)
{
    bool stopped = timer_stop(&t->timer);
    unfinished_remove(t);
    if (t->channel && rgo_chan_try_recv_(t->channel, NULL, NULL))
        stopped = true; /* nobody has noticed that it fired */
    return stopped;
}

rgo_timer *rgo_timer_new(int64_t ns)
{
    struct rgo_timer *t = timer_make(sizeof *t, NULL, __builtin_return_address(0));
    unfinished_add(RGO_FINDING_TIMER, OBJECT(TIMER, t), t->origin.pc);
    timer_start(&t->timer, timer_when(ns), send_fire, t);
    return t;
}

rgo_timer *rgo_after_call_(int64_t ns, struct rgo_defer *call, void (*destroy)(void *))
{
    runtime_start();
    struct rgo_timer *t =
        timer_make(sizeof *t, call_take(call, destroy), __builtin_return_address(0));
    unfinished_add(RGO_FINDING_TIMER, OBJECT(TIMER, t), t->origin.pc);
    timer_start(&t->timer, timer_when(ns), start_fire, t);
    return t;
}

void rgo_go_after_call_(int64_t ns, struct rgo_defer *call, void (*destroy)(void *))
{
    runtime_start();
    struct rgo_timer *t =
        timer_make(sizeof *t, call_take(call, destroy), __builtin_return_address(0));
    timer_start_certain(&t->timer, timer_when(ns), start_once_fire, t);
}

rgo_chan_of(int64_t) rgo_after(int64_t ns)
{
    struct rgo_timer *t = timer_make(sizeof *t, NULL, __builtin_return_address(0));
    t->channel->timer = t;
    timer_start(&t->timer, timer_when(ns), send_fire, t);
    return (rgo_chan_of(int64_t))t->channel;
}

void timer_after_end(struct rgo_timer *t)
{
    timer_stop(&t->timer);
    timer_origin_done(&t->origin, &t->timer);
    free(t);
}

rgo_chan_of(int64_t) rgo_timer_chan(const rgo_timer *t)
{
    return (rgo_chan_of(int64_t))t->channel;
}

bool rgo_timer_stop(rgo_timer *t)
{
    lock_take(&t->lock);
    bool stopped = timer_halt(t);
    lock_release(&t->lock);
    return stopped;
}

/* It may tell a worker meanwhile, by a system call; only others who stop or reset this timer wait.
 */
static bool timer_again(struct rgo_timer *t, int64_t ns, int64_t period)
{
    lock_take(&t->lock);
    bool stopped = timer_halt(t);
    timer_origin_again(&t->timer);
    t->timer.period = period;
    unfinished_add(RGO_FINDING_TIMER, OBJECT(TIMER, t), t->origin.pc);
    timer_start(&t->timer, timer_when(ns), t->timer.fire, t);
    lock_release(&t->lock);
    return stopped;
}

bool rgo_timer_reset(rgo_timer *t, int64_t ns)
{
    return timer_again(t, ns, 0);
}

void rgo_timer_free(rgo_timer *t)
{
    if (!t)
        return;
    timer_halt(t);
    timer_origin_done(&t->origin, &t->timer);
    chan_discard(t->channel);
    if (t->call)
        call_release(t->call);
    free(t);
}

/* ---- tickers ---- */

rgo_ticker *rgo_ticker_new(int64_t period_ns)
{
    if (period_ns <= 0)
        panic_text("non-positive interval for NewTicker");
    struct rgo_ticker *t = (void *)timer_make(sizeof *t, NULL, __builtin_return_address(0));
    t->base.timer.period = period_ns;
    unfinished_add(RGO_FINDING_TIMER, OBJECT(TIMER, &t->base), t->base.origin.pc);
    timer_start(&t->base.timer, timer_when(period_ns), send_fire, &t->base);
    return t;
}

rgo_chan_of(int64_t) rgo_ticker_chan(const rgo_ticker *t)
{
    return rgo_timer_chan(&t->base);
}

void rgo_ticker_stop(rgo_ticker *t)
{
    rgo_timer_stop(&t->base);
}

void rgo_ticker_reset(rgo_ticker *t, int64_t period_ns)
{
    if (period_ns <= 0)
        panic_text("non-positive interval for Ticker.Reset");
    timer_again(&t->base, period_ns, period_ns);
}

void rgo_ticker_free(rgo_ticker *t)
{
    if (t)
        rgo_timer_free(&t->base);
}
