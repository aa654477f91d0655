/*
 * timer: something that is to happen at a given time. Sleep, select's timeout, deadlines of the
 * network and of semaphores, timers and tickers of the program are made of it.
 *
 * A record belongs to its user and may live on a parked goroutine's stack. It is *idle* (zeroed, or
 * stopped, or fired), *set* (in a heap) or *firing* (fire() is running). Calls for one record must
 * not overlap, except that timer_stop may meet its fire().
 *
 * fire() runs in the scheduler's context of whichever worker notices, with no lock held. It must be
 * short and never wait: it may take locks of primitives, call ready() and ready_last(), do channel
 * operations that do not wait and start goroutines and other timers. It must not start, stop or
 * reset the timer that fires. The record is no more looked at once fire() of a timer without a
 * period has begun, so fire() may make its owner ready: nothing but fire() itself uses it then.
 *
 * timer_stop waits for a fire() that is under way elsewhere: do not hold a lock then that fire()
 * takes.
 */
#ifndef RACERUN_CORO_TIMER_H
#define RACERUN_CORO_TIMER_H

#include "runtime.h"

#ifdef timer_stop
#error "define RGO_NO_SHORT_NAMES before the public headers: timer_stop is the runtime's own here"
#endif

struct timer {
    int64_t when; /* monotonic, see time_now */
    void (*fire)(struct timer *t, int64_t now);
    void *context;  /* the user's */
    int64_t period; /* > 0: set again by itself, so much later; filled in before the start */
    uint32_t place; /* in its heap, from 1; 0: in none, or not told. Guarded by the heap's lock */
    uint32_t heap;  /* the one in which it is or was last */
};

/* t is idle. when <= now: it fires at the next opportunity, never within this call. */
void timer_start(struct timer *t, int64_t when, void (*fire)(struct timer *t, int64_t now),
                 void *context);

/* The same for a timer without a period that nobody stops: the heap need not tell it its place,
 * which costs a cache miss a level. */
void timer_start_certain(struct timer *t, int64_t when, void (*fire)(struct timer *t, int64_t now),
                         void *context);

/* true: it was set and will not fire (again). false: it was idle, or has fired. When it returns,
 * nobody uses the record and fire() is not running. Not from t's own fire(). */
bool timer_stop(struct timer *t);

/* timer_stop and timer_start with the same fire and context. Returns what timer_stop did. */
bool timer_reset(struct timer *t, int64_t when);

/* `after` nanoseconds from now, which may be negative; TIME_NEVER when that is beyond all time. */
int64_t timer_when(int64_t after);

/* ---- on whose behalf: fire() runs in the scheduler's context, which is no task of the detector's.
 * What a timer of the program does then is done by a task of its own, whose beginning is the
 * timer's creation and which acquires each later start (G24). Costs nothing without a detector.
 * ---- */
struct timer_origin {
    void *task;
    uint64_t creator; /* goroutine */
    const void *pc;   /* where the timer was made */
};
void timer_origin_init(struct timer_origin *origin, const void *fn, const void *pc);
/* Around what fire() does. t is the object by which starts are known. */
struct timer_origin timer_origin_enter(const struct timer_origin *origin, const struct timer *t);
void timer_origin_leave(const struct timer_origin *before);
/* The caller is about to start t again. */
void timer_origin_again(const struct timer *t);
void timer_origin_done(struct timer_origin *origin, const struct timer *t);

/* For chan.c: the channel of rgo_after ends. */
struct rgo_timer;
void timer_after_end(struct rgo_timer *t);

/* ---- for worker.c ----
 * The worker that is about to sleep for the timers says until when it means to; it gets a time that
 * is no later than any timer's. From then on whoever starts an earlier one wakes it. */
int64_t timers_sleep_begin(int64_t deadline);
void timers_sleep_end(void);

#endif
