/*
 * racerun/go/time.h: durations, clocks, sleep, timers and tickers.
 *
 * Durations are nanoseconds in an int64_t: ms(5), seconds(2), us(50) + 7. Times are nanoseconds of the
 * monotonic clock (rgo_now), which is that of CLOCK_MONOTONIC; rgo_wall_clock is for people.
 *
 *     go_sleep(ms(5));
 *     timer *t = timer_new(seconds(1));
 *     int64_t at = chan_get(timer_chan(t));
 *     timer_free(t);
 *     go_after(ms(10), move, it, 3, 4);        // move(it, 3, 4) in a goroutine of its own
 *
 * Timers and tickers are made by ..._new and ended by ..._free, which may come at any time, whether they
 * have fired or not; NULL is allowed. Their channel belongs to them and ends with them.
 *
 * Happens-before: starting or resetting a timer before its function runs and before a receive from its
 * channel completes. Two functions are not ordered with each other.
 *
 * Everything here may be called from goroutines and from threads of the program's own (which then block
 * where a goroutine would wait), never from signal handlers; several may use one timer at a time, but
 * free it only once and last. Running out of memory is fatal, as in starting a goroutine.
 */
#ifndef RACERUN_GO_TIME_H
#define RACERUN_GO_TIME_H

/* See base.h. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include "racerun/go/base.h"
#include "racerun/go/chan.h"
#include "racerun/go/defer.h"

/* ---- durations: too long ones become the longest that there is, 292 years ---- */

#define RGO_DURATION_MAX INT64_MAX

static inline int64_t rgo_duration_(int64_t count, int64_t unit)
{
    int64_t result;
    if (__builtin_mul_overflow(count, unit, &result))
        return count < 0 ? INT64_MIN : INT64_MAX;
    return result;
}
static inline int64_t rgo_us(int64_t count)
{
    return rgo_duration_(count, 1000);
}
static inline int64_t rgo_ms(int64_t count)
{
    return rgo_duration_(count, 1000000);
}
static inline int64_t rgo_seconds(int64_t count)
{
    return rgo_duration_(count, INT64_C(1000000000));
}
static inline int64_t rgo_minutes(int64_t count)
{
    return rgo_duration_(count, INT64_C(60000000000));
}

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/* ---- clocks ---- */

/* The monotonic clock, in nanoseconds. */
RGO_API int64_t rgo_now(void);
/* Nanoseconds since 1970-01-01 00:00 UTC. May jump. */
RGO_API int64_t rgo_wall_clock(void);

/* ---- sleep ---- */

/* Others run for so many nanoseconds at least; 0 or less: as rgo_yield. */
RGO_API void rgo_sleep(int64_t ns);

/* ---- timers ---- */

typedef struct rgo_timer rgo_timer;

/* After so many nanoseconds the timer puts the time into its channel, which has room for one. */
RGO_API rgo_timer *rgo_timer_new(int64_t ns);

/* The timer's channel. NULL, the nil channel, for one with a function. */
RGO_API rgo_chan_of(int64_t) rgo_timer_chan(const rgo_timer *t);

/* true: it would have fired and will not. false: it was not set (any more): fn has been started, the
 * time was received, or it had been stopped. After that no receive gets a time of before (as in Go since
 * 1.23). It does not wait for fn. */
RGO_API bool rgo_timer_stop(rgo_timer *t);

/* Sets it anew, whatever its state; what it was is told as rgo_timer_stop tells it. */
RGO_API bool rgo_timer_reset(rgo_timer *t, int64_t ns);

/* Stops it and gives it back. A function that was started goes on. Nobody may wait on its channel. */
RGO_API void rgo_timer_free(rgo_timer *t);

/* A channel that gets the time after so many nanoseconds. End it with rgo_chan_free, before or after
 * that. In a select on_timeout is simpler and needs no memory. */
RGO_API rgo_chan_of(int64_t) rgo_after(int64_t ns);

/* ---- tickers ---- */

typedef struct rgo_ticker rgo_ticker;

/* Puts the time into its channel every so many nanoseconds; drops ticks while the last one was not
 * received. Panics with "non-positive interval for NewTicker". */
RGO_API rgo_ticker *rgo_ticker_new(int64_t period_ns);
RGO_API rgo_chan_of(int64_t) rgo_ticker_chan(const rgo_ticker *t);
/* No more ticks, also not the one that was not received. Does not close the channel. */
RGO_API void rgo_ticker_stop(rgo_ticker *t);
/* Begins anew with another period. Panics with "non-positive interval for Ticker.Reset". */
RGO_API void rgo_ticker_reset(rgo_ticker *t, int64_t period_ns);
/* Stops it and gives it back. Nobody may wait on its channel. */
RGO_API void rgo_ticker_free(rgo_ticker *t);

/* For the macros below: a call that was captured as for defer, and is copied. `destroy` (may be NULL) gets
 * its first argument when no timer and no goroutine needs it any more. */
RGO_API rgo_timer *rgo_after_call_(int64_t ns, struct rgo_defer *call, void (*destroy)(void *));
RGO_API void rgo_go_after_call_(int64_t ns, struct rgo_defer *call, void (*destroy)(void *));

RGO_END_DECLS

/*
 * rgo_timer *rgo_after_func(ns, fn, args...): after so many nanoseconds fn(args...) runs in a goroutine of
 * its own, again after each rgo_timer_reset. For who does not mean to stop it rgo_go_after is simpler.
 * void rgo_go_after(ns, fn, args...): the same, cannot be stopped, needs no free.
 * The arguments are evaluated now, checked against fn's own prototype, and may be what go() takes.
 */
#ifndef __cplusplus
#define rgo_after_func(ns, fn, ...)                                                                \
    RGO_AFTER_(RGO_NAME_(at), RGO_NAME_(call), rgo_after_call_, "after_func", ns, fn, ##__VA_ARGS__)
#define rgo_go_after(ns, fn, ...)                                                                  \
    RGO_AFTER_(RGO_NAME_(at), RGO_NAME_(call), rgo_go_after_call_, "go_after", ns, fn,             \
               ##__VA_ARGS__)
#define RGO_AFTER_(at, name, start, who, ns, fn_, ...)                                             \
    __extension__({                                                                                \
        RGO_STATIC_ASSERT(sizeof(RGO_RESULT(fn_, ##__VA_ARGS__)) <= 16,                            \
                          who ": the function returns a large struct; give it a pointer instead"); \
        RGO_MUST_RETURN(fn_, who);                                                                 \
        RGO_MUST_MATTER(fn_, who);                                                                 \
        int64_t at = (ns);                                                                         \
        struct {                                                                                   \
            struct rgo_defer call;                                                                 \
            unsigned char stack[RGO_STACK_BYTES(fn_, ##__VA_ARGS__) + 8];                          \
        } name __attribute__((aligned(16)));                                                       \
        name.call.head.fn = (void (*)(void))(fn_);                                                 \
        name.call.head.stack_bytes = (uint32_t)RGO_STACK_BYTES(fn_, ##__VA_ARGS__);                \
        name.call.head.kind = RGO_DEFER_CALL;                                                      \
        name.call.head.state = 0;                                                                  \
        __asm__ volatile("" : : "r"(&name) : "memory"); /* whatever fn promises: stored */         \
        (void)RGO_CALL_BY(rgo_defer_entry, &name, fn_, ##__VA_ARGS__);                             \
        start(at, &name.call, NULL);                                                               \
    })
#else
namespace rgo_detail {
template <class F, class... A> struct repeated {
    F fn;
    std::tuple<A...> arguments;
    static void run(void *raw)
    {
        auto *self = static_cast<repeated *>(raw);
        std::apply(self->fn, self->arguments);
    }
    static void destroy(void *raw) { delete static_cast<repeated *>(raw); }
};
template <class F, class... A> auto *repeated_new(struct rgo_defer *call, F &&fn, A &&...arguments)
{
    using kind = repeated<std::decay_t<F>, std::decay_t<A>...>;
    auto *made = new (std::nothrow)
        kind{std::forward<F>(fn), std::tuple<std::decay_t<A>...>(std::forward<A>(arguments)...)};
    if (!made)
        rgo_launch_failed(ENOMEM);
    call->head.fn = reinterpret_cast<void (*)()>(reinterpret_cast<void *>(kind::run));
    call->general[0] = reinterpret_cast<uint64_t>(made);
    return kind::destroy;
}
} // namespace rgo_detail
/* The values are copied now; each run gets those copies. */
template <class F, class... A> rgo_timer *rgo_after_func(int64_t ns, F &&fn, A &&...arguments)
{
    struct rgo_defer call = {};
    auto *destroy =
        rgo_detail::repeated_new(&call, std::forward<F>(fn), std::forward<A>(arguments)...);
    return rgo_after_call_(ns, &call, destroy);
}
template <class F, class... A> void rgo_go_after(int64_t ns, F &&fn, A &&...arguments)
{
    struct rgo_defer call = {};
    auto *destroy =
        rgo_detail::repeated_new(&call, std::forward<F>(fn), std::forward<A>(arguments)...);
    rgo_go_after_call_(ns, &call, destroy);
}
#endif

#ifndef RGO_NO_SHORT_NAMES
/* Functions, so that variables of these names may be had. */
static inline int64_t us(int64_t count)
{
    return rgo_us(count);
}
static inline int64_t ms(int64_t count)
{
    return rgo_ms(count);
}
static inline int64_t seconds(int64_t count)
{
    return rgo_seconds(count);
}
static inline int64_t minutes(int64_t count)
{
    return rgo_minutes(count);
}
typedef rgo_timer timer;
typedef rgo_ticker ticker;
#define go_now rgo_now
#define go_wall_clock rgo_wall_clock
#define go_sleep rgo_sleep
#define go_after rgo_go_after
#define time_after rgo_after
#define time_after_func rgo_after_func
#define timer_new rgo_timer_new
#define timer_chan rgo_timer_chan
#define timer_stop rgo_timer_stop
#define timer_reset rgo_timer_reset
#define timer_free rgo_timer_free
#define ticker_new rgo_ticker_new
#define ticker_chan rgo_ticker_chan
#define ticker_stop rgo_ticker_stop
#define ticker_reset rgo_ticker_reset
#define ticker_free rgo_ticker_free
#endif

RGO_GNU_END_

#endif
