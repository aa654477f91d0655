/*
 * racerun/go/chan.h: channels and select, with Go's semantics.
 *
 *     chan(int) c = chan_make(int, 3);     // a real type: for variables, prototypes, members, C++
 *     chan_send(c, 7);
 *     int x = chan_get(c);
 *     bool ok = chan_recv(c, &x);          // false: closed and drained, x is 0
 *     chan_range(v, c)                     // until closed and drained
 *         use(v);
 *     chan_select {
 *         on_recv(c, &x) { ... }
 *         on_send(d, x + 1) { ... }
 *         on_timeout(5000000) { ... }
 *     }
 *
 * A channel is a pointer; NULL is the nil channel, on which operations wait for ever. Elements are copied
 * as bytes and may have any size, none included; arrays only inside of a struct, C++ objects only if they
 * are trivially copyable. As C has no garbage collector, channels end by chan_free.
 *
 * Happens-before: a send before the completion of the receive that gets its value; without a buffer also
 * the receive before the completion of its send; with a buffer of C receive k before the completion of
 * send k+C; close before a receive that returns because of it.
 *
 * The wrong element type is a compile error. To that end incompatible pointers are errors from here on, as
 * they are in newer compilers anyway; defining RGO_LENIENT before leaves them what they were.
 */
#ifndef RACERUN_GO_CHAN_H
#define RACERUN_GO_CHAN_H

#include <string.h>

#include "racerun/go/base.h"

RGO_BEGIN_DECLS

/* ---- untyped: what the macros below are made of. Each may be called from goroutines and from threads of
 * the program's own, which then block; never from signal handlers. ---- */
typedef struct rgo_chan rgo_chan;

/* A channel of elements of that many bytes; capacity 0: senders and receivers meet. To be ended with
 * rgo_chan_free_. Out of memory, or an absurd size: panic "makechan: size out of range". */
RGO_API rgo_chan *rgo_chan_new(size_t element_size, size_t capacity);
/* The same for chan_make: what reports call the elements; a string literal. */
RGO_API rgo_chan *rgo_chan_make_(size_t element_size, size_t capacity, const char *type);

/* Copies the element at *value. Waits while there is no room; for ever if c is nil. Panics with "send on
 * closed channel", also when the channel is closed while it waits. */
RGO_API void rgo_chan_send_(rgo_chan *c, const void *value);

/* Waits for an element and stores it in *ret_value, which may be NULL. False: closed and drained, the
 * value is all zero bytes. Waits for ever if c is nil. */
RGO_API bool rgo_chan_recv_(rgo_chan *c, void *ret_value);

/* False: it would have to wait, nothing was done. Panics like rgo_chan_send_. */
RGO_API bool rgo_chan_try_send_(rgo_chan *c, const void *value);

/* 0: it would have to wait, nothing was done. 1: as rgo_chan_recv_, whose result goes to *ret_ok, which
 * may be NULL. */
RGO_API int rgo_chan_try_recv_(rgo_chan *c, void *ret_value, bool *ret_ok);

/* Receivers get what is buffered, then zero values; senders panic. Panics with "close of closed channel"
 * and "close of nil channel". */
RGO_API void rgo_chan_close_(rgo_chan *c);

/* How many elements are buffered, how many can be. 0 for the nil channel. Synchronises nothing. */
RGO_API size_t rgo_chan_len_(const rgo_chan *c);
RGO_API size_t rgo_chan_cap_(const rgo_chan *c);

/* Ends the channel, closed or not; elements that are left are dropped. Only when nobody will use it any
 * more: goroutines that still wait on it are a panic, later use is undefined as with free(). A select uses
 * all its channels until one of its cases is done. NULL: nothing happens. */
RGO_API void rgo_chan_free_(rgo_chan *c);

/* ---- select, untyped: the record of one chan_select, on its stack. Private. ---- */
#define RGO_SELECT_SMALL_ 8
#define RGO_SELECT_NONE_ UINT32_MAX

struct rgo_select_case_ {
    rgo_chan *channel;
    void *value;
    bool *ret_ok;
    uint32_t clause; /* which on_... of the block, in the order in which they were come upon */
    bool sends;
};

struct rgo_select_ {
    uint32_t pass; /* 0: the cases are collected; 1: the chosen one runs; 2: over */
    uint32_t clauses;
    uint32_t count; /* of cases with a channel that is not nil */
    uint32_t room;
    uint32_t at, hit;
    uint32_t default_clause, timeout_clause;
    uint32_t values_used;
    int64_t timeout_ns;
    struct rgo_select_case_ *cases; /* small, or on the heap */
    void *blocks;                   /* what else is on the heap */
    struct rgo_select_case_ small[RGO_SELECT_SMALL_];
    unsigned char values[64] __attribute__((aligned(16)));
};

/* Waits for one of the cases and does it; sets hit and pass, and frees what is on the heap. */
RGO_API void rgo_select_wait_(struct rgo_select_ *s);
/* Another case; the cold half of rgo_select_case_add_. */
RGO_API struct rgo_select_case_ *rgo_select_grow_(struct rgo_select_ *s);
/* So many bytes until the select has chosen. */
RGO_API void *rgo_select_block_(struct rgo_select_ *s, size_t size);
RGO_API void rgo_select_blocks_free_(struct rgo_select_ *s);

/* The record of a select is seen by nobody else: under a race detector the instrumentation of its
 * fields would cost more than the select. */
#if defined __has_attribute && __has_attribute(no_sanitize)
#define RGO_SELECT_INLINE_ static inline __attribute__((no_sanitize("thread")))
#else
#define RGO_SELECT_INLINE_ static inline
#endif

RGO_SELECT_INLINE_ struct rgo_select_ *rgo_select_init_(struct rgo_select_ *s)
{
    s->pass = 0;
    s->clauses = 0;
    s->count = 0;
    s->room = RGO_SELECT_SMALL_;
    s->default_clause = RGO_SELECT_NONE_;
    s->timeout_clause = RGO_SELECT_NONE_;
    s->values_used = 0;
    s->cases = s->small;
    s->blocks = NULL;
    return s;
}

/* However the block is left. */
RGO_SELECT_INLINE_ void rgo_select_end_(struct rgo_select_ *s)
{
    if (s->blocks)
        rgo_select_blocks_free_(s);
}

RGO_SELECT_INLINE_ struct rgo_select_case_ *rgo_select_case_add_(struct rgo_select_ *s)
{
    struct rgo_select_case_ *added =
        s->count < s->room ? &s->cases[s->count] : rgo_select_grow_(s);
    s->count++;
    added->clause = s->clauses++;
    return added;
}

/* A case that is never ready counts as a clause only. */
RGO_SELECT_INLINE_ bool rgo_select_nil_(struct rgo_select_ *s)
{
    s->clauses++;
    return false;
}

RGO_SELECT_INLINE_ bool rgo_select_recv_(struct rgo_select_ *s, rgo_chan *c, void *ret_value, bool *ret_ok)
{
    if (!c)
        return rgo_select_nil_(s);
    struct rgo_select_case_ *added = rgo_select_case_add_(s);
    added->channel = c;
    added->value = ret_value;
    added->ret_ok = ret_ok;
    added->sends = false;
    return false;
}

RGO_SELECT_INLINE_ bool rgo_select_send_(struct rgo_select_ *s, rgo_chan *c, const void *value, size_t size)
{
    if (!c)
        return rgo_select_nil_(s);
    struct rgo_select_case_ *added = rgo_select_case_add_(s);
    size_t used = (s->values_used + (size_t)15) & ~(size_t)15;
    if (used + size <= sizeof s->values) {
        added->value = s->values + used;
        s->values_used = (uint32_t)(used + size);
    } else {
        added->value = rgo_select_block_(s, size);
    }
    memcpy(added->value, value, size);
    added->channel = c;
    added->ret_ok = NULL;
    added->sends = true;
    return false;
}

RGO_SELECT_INLINE_ bool rgo_select_timeout_(struct rgo_select_ *s, int64_t after_ns)
{
    if (s->timeout_clause == RGO_SELECT_NONE_ || after_ns < s->timeout_ns) {
        s->timeout_clause = s->clauses;
        s->timeout_ns = after_ns;
    }
    s->clauses++;
    return false;
}

RGO_SELECT_INLINE_ bool rgo_select_default_(struct rgo_select_ *s)
{
    if (s->default_clause == RGO_SELECT_NONE_)
        s->default_clause = s->clauses;
    s->clauses++;
    return false;
}

RGO_SELECT_INLINE_ bool rgo_select_here_(struct rgo_select_ *s)
{
    return s->at++ == s->hit;
}

RGO_END_DECLS

/* ---- typed ---- */

#ifdef __cplusplus
namespace rgo_detail {
template <class T> struct channel; /* never defined: a channel's type is a pointer to it */
template <class C> struct channel_element {
    static_assert(sizeof(C) == 0, "this is no chan(T)");
};
template <class T> struct channel_element<channel<T> *> {
    static_assert(std::is_trivially_copyable<T>::value,
                  "elements are copied as bytes: send a pointer instead");
    static_assert(!std::is_array<T>::value, "an array is no element: put it into a struct");
    typedef std::remove_cv_t<T> type;
};
template <class C> using element = typename channel_element<std::decay_t<C>>::type;
template <class T> inline __attribute__((always_inline)) rgo_chan *untyped(channel<T> *c)
{
    return reinterpret_cast<rgo_chan *>(c);
}
/* As in C. */
template <class T> constexpr std::size_t size = std::is_empty<T>::value ? 0 : sizeof(T);
} // namespace rgo_detail
template <class T> using rgo_chan_type = rgo_detail::channel<T> *;
#define rgo_chan_of(...) rgo_chan_type<__VA_ARGS__>
#define RGO_AUTO_ auto
#define RGO_ELEMENT_(c) rgo_detail::element<decltype(c)>
#define RGO_UNTYPED_(c) rgo_detail::untyped(c)
#define RGO_SIZE_(T) rgo_detail::size<T>
#define RGO_CHAN_MAKE_(T, n, ...)                                                                  \
    (reinterpret_cast<rgo_chan_of(T)>(                                                             \
        rgo_chan_make_(RGO_SIZE_(rgo_detail::element<rgo_chan_of(T)>),                             \
                       static_cast<std::size_t>((n) | 0), #T)))
#else
#ifndef RGO_LENIENT
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
#pragma GCC diagnostic error "-Wint-conversion"
#endif
/* A pointer (to a function pointer, never used as such) in which the element's type can be found. */
#define rgo_chan_of(T) __typeof__(__typeof__(T) *(**)(rgo_chan *))
#define RGO_AUTO_ __auto_type
#define RGO_ELEMENT_(c) __typeof__(*(*(c))((rgo_chan *)0))
#define RGO_UNTYPED_(c) ((rgo_chan *)(RGO_ELEMENT_(c) * (**)(rgo_chan *))(c))
#define RGO_SIZE_(T) sizeof(T)
#define RGO_CHAN_MAKE_(T, n, ...)                                                                  \
    ((rgo_chan_of(T))rgo_chan_make_(sizeof(T), (size_t)((n) | 0), #T))
#endif

/* A name that is used nowhere else, as arguments may contain the same macros. */
#define RGO_NAME_(word) RGO_NAME_1_(rgo_##word##_, __COUNTER__)
#define RGO_NAME_1_(word, count) RGO_NAME_2_(word, count)
#define RGO_NAME_2_(word, count) word##count

/* chan_make(T[, capacity]); see rgo_chan_new. */
#define rgo_chan_make(...) RGO_CHAN_MAKE_(__VA_ARGS__, 0, 0)

/* chan_send(c, value): waits while there is no room; see rgo_chan_send_. */
#define rgo_chan_send(channel, ...)                                                                \
    RGO_CHAN_SEND_(rgo_chan_send_, RGO_NAME_(c), RGO_NAME_(v), channel, __VA_ARGS__)
/* bool chan_try_send(c, value): false: it would have to wait. */
#define rgo_chan_try_send(channel, ...)                                                            \
    RGO_CHAN_SEND_(rgo_chan_try_send_, RGO_NAME_(c), RGO_NAME_(v), channel, __VA_ARGS__)
#define RGO_CHAN_SEND_(fn, c, v, channel, ...)                                                     \
    __extension__({                                                                                \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) v = __VA_ARGS__;                                                           \
        fn(RGO_UNTYPED_(c), &v);                                                                   \
    })

/* bool chan_recv(c, pointer): false: closed and drained, the value is zero. The pointer may be NULL. */
#define rgo_chan_recv(channel, pointer)                                                            \
    RGO_CHAN_RECV_(RGO_NAME_(c), RGO_NAME_(p), channel, pointer)
#define RGO_CHAN_RECV_(c, p, channel, pointer)                                                     \
    __extension__({                                                                                \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) *p = (pointer);                                                            \
        rgo_chan_recv_(RGO_UNTYPED_(c), p);                                                        \
    })

/* bool chan_try_recv(c, pointer[, bool *ret_ok]): false: it would have to wait. *ret_ok: as chan_recv. */
#define rgo_chan_try_recv(...)                                                                     \
    RGO_CHAN_TRY_RECV_(RGO_NAME_(c), RGO_NAME_(p), __VA_ARGS__, NULL, NULL)
#define RGO_CHAN_TRY_RECV_(c, p, channel, pointer, ret_ok, ...)                                    \
    __extension__({                                                                                \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) *p = (pointer);                                                            \
        rgo_chan_try_recv_(RGO_UNTYPED_(c), p, (ret_ok)) != 0;                                     \
    })

/* T chan_get(c): the next element; zero when closed and drained. */
#define rgo_chan_get(channel) RGO_CHAN_GET_(RGO_NAME_(c), RGO_NAME_(v), channel)
#define RGO_CHAN_GET_(c, v, channel)                                                               \
    __extension__({                                                                                \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) v;                                                                         \
        rgo_chan_recv_(RGO_UNTYPED_(c), &v);                                                       \
        v;                                                                                         \
    })

/* chan_range(v, c) statement: declares v, runs the statement for each element until c is closed and
 * drained. c is evaluated once. break and continue do what they do in loops. */
#define rgo_chan_range(v, channel) RGO_CHAN_RANGE_(RGO_NAME_(c), RGO_NAME_(once), v, channel)
#define RGO_CHAN_RANGE_(c, once, v, channel)                                                       \
    RGO_GNU_BEGIN_                                                                                 \
    for (bool once = true; once; once = false)                                                     \
        for (RGO_AUTO_ c = (channel); once; once = false)                                          \
            for (RGO_ELEMENT_(c) v; rgo_chan_recv_(RGO_UNTYPED_(c), &v);)                          \
    RGO_GNU_END_

#ifndef __cplusplus
/* As functions, for defer(chan_close, c) and go(chan_close, c), where any channel will do. */
static inline __attribute__((unused)) void rgo_chan_close(void *c)
{
    rgo_chan_close_((rgo_chan *)c);
}
static inline __attribute__((unused)) void rgo_chan_free(void *c)
{
    rgo_chan_free_((rgo_chan *)c);
}
#endif
/* See rgo_chan_close_, rgo_chan_len_, rgo_chan_cap_, rgo_chan_free_. */
#define rgo_chan_close(c) rgo_chan_close_(RGO_UNTYPED_(c))
#define rgo_chan_len(c) rgo_chan_len_(RGO_UNTYPED_(c))
#define rgo_chan_cap(c) rgo_chan_cap_(RGO_UNTYPED_(c))
#define rgo_chan_free(c) rgo_chan_free_(RGO_UNTYPED_(c))

/*
 * ---- select ----
 * chan_select { on_...  statement  on_...  statement ... } waits until one of the cases can go on, does
 * it, and runs its statement. Among several that can, one is drawn; each is as likely as the others.
 *     on_recv(c[, pointer[, bool *ret_ok]])   as chan_recv
 *     on_send(c, value)                       as chan_send
 *     on_timeout(ns)                          nothing else was possible for so many nanoseconds
 *     on_default                              nothing else is possible now
 * Channels, values and pointers of all cases are evaluated once, in order, on entry. A nil channel is
 * never ready. Of several on_timeout the shortest counts, of several on_default the first. Without any
 * case it waits for ever. Panics with "send on closed channel" if that case is chosen. `break` leaves the
 * select (and so does `continue`), return and goto may leave it from a statement, too.
 * chan_select_forever does it again and again, evaluating anew, until left by break, return or goto;
 * `continue` goes to the next round.
 * The block consists of cases only; other statements in it would run twice. But a case may stand in a
 * loop: `for (int i = 0; i < n; i++) on_recv(c[i], &v[i]) {...}` selects over n channels. A case with
 * nothing to do ends in {}: of a lone semicolon gcc's -Wextra warns. At most
 * RGO_SELECT_CASES_MAX cases (panic "select: too many cases"); up to 8 with values of up to 64 bytes in
 * all need no heap.
 */
#define RGO_SELECT_CASES_MAX 65536

#define RGO_SELECT_BEGIN_(record)                                                                  \
    struct rgo_select_ record __attribute__((cleanup(rgo_select_end_))),                           \
        *rgo_select_at = rgo_select_init_(&record)
#define rgo_chan_select RGO_SELECT_(RGO_NAME_(select))
#define RGO_SELECT_(record)                                                                        \
    RGO_HIDES_BEGIN_                                                                               \
    for (RGO_SELECT_BEGIN_(record); rgo_select_at->pass < 2;                                       \
         rgo_select_at->pass ? (void)(rgo_select_at->pass = 2) : rgo_select_wait_(rgo_select_at))  \
        RGO_HIDES_END_
#define rgo_chan_select_forever RGO_SELECT_FOREVER_(RGO_NAME_(select))
#define RGO_SELECT_FOREVER_(record)                                                                \
    RGO_HIDES_BEGIN_                                                                               \
    for (RGO_SELECT_BEGIN_(record);;                                                               \
         rgo_select_at->pass ? (void)rgo_select_init_(rgo_select_at)                               \
                             : rgo_select_wait_(rgo_select_at))                                    \
        RGO_HIDES_END_

#define RGO_CASE_(collect)                                                                         \
    if (!(rgo_select_at->pass ? rgo_select_here_(rgo_select_at) : (collect))) {               \
    } else

#define rgo_on_recv(...) RGO_ON_RECV_(RGO_NAME_(c), RGO_NAME_(p), __VA_ARGS__, NULL, NULL, NULL)
#define RGO_ON_RECV_(c, p, channel, pointer, ret_ok, ...)                                          \
    RGO_CASE_(__extension__({                                                                      \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) *p = (pointer);                                                            \
        rgo_select_recv_(rgo_select_at, RGO_UNTYPED_(c), p, (ret_ok));                             \
    }))
#define rgo_on_send(channel, ...)                                                                  \
    RGO_ON_SEND_(RGO_NAME_(c), RGO_NAME_(v), channel, __VA_ARGS__)
#define RGO_ON_SEND_(c, v, channel, ...)                                                           \
    RGO_CASE_(__extension__({                                                                      \
        RGO_AUTO_ c = (channel);                                                                   \
        RGO_ELEMENT_(c) v = __VA_ARGS__;                                                           \
        rgo_select_send_(rgo_select_at, RGO_UNTYPED_(c), &v, RGO_SIZE_(RGO_ELEMENT_(c)));          \
    }))
#define rgo_on_timeout(ns) RGO_CASE_(rgo_select_timeout_(rgo_select_at, (ns)))
#define rgo_on_default RGO_CASE_(rgo_select_default_(rgo_select_at))

#ifndef RGO_NO_SHORT_NAMES
#define chan(...) rgo_chan_of(__VA_ARGS__)
#define chan_make rgo_chan_make
#define chan_send rgo_chan_send
#define chan_try_send rgo_chan_try_send
#define chan_recv rgo_chan_recv
#define chan_try_recv rgo_chan_try_recv
#define chan_get rgo_chan_get
#define chan_range rgo_chan_range
#define chan_close rgo_chan_close
#define chan_len rgo_chan_len
#define chan_cap rgo_chan_cap
#define chan_free rgo_chan_free
#define chan_select rgo_chan_select
#define chan_select_forever rgo_chan_select_forever
#define on_recv(...) rgo_on_recv(__VA_ARGS__)
#define on_send(...) rgo_on_send(__VA_ARGS__)
#define on_timeout(...) rgo_on_timeout(__VA_ARGS__)
#define on_default rgo_on_default
#endif

#endif
