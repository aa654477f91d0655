/*
 * racerun/go/errgroup.h: goroutines that work on parts of one task, and the first error among them.
 *
 *     static int fetch(const char *url, struct page *ret_page);     // 0 or an error
 *     errgroup g = {0};
 *     for (int i = 0; i < n; i++)
 *         errgroup_go(&g, fetch, urls[i], &pages[i]);
 *     int error = errgroup_wait(&g);
 *
 * A zeroed group is ready to use, has no context and no limit, and needs no end but errgroup_wait. It may
 * be used again after that, but keeps its first error. Do not copy it in use.
 *
 * Happens-before: the end of each goroutine of the group before the return of errgroup_wait; with a limit
 * of n the end of a goroutine before the errgroup_go that gets its place returns.
 *
 * errgroup_go, try_go and wait may be called by any number of goroutines and threads of the program's own
 * at a time, the goroutines of the group included (but for wait); never from signal handlers.
 */
#ifndef RACERUN_GO_ERRGROUP_H
#define RACERUN_GO_ERRGROUP_H

/* See base.h. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include "racerun/go/base.h"
#include "racerun/go/context.h"
#include "racerun/go/sync.h"

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/* All of it is the implementation's. */
typedef struct rgo_errgroup {
    uint32_t guard;
    uint32_t active;
    uint32_t limit;
    bool limited;
    int error;
    struct rgo_wait_queue entering, waiting;
    rgo_context *context;
    uint64_t begun, ended;
    uint64_t places[8];
} rgo_errgroup;

/* Gives the (unused) group a context below `parent` that is cancelled at the group's first error, or when
 * errgroup_wait returns. Returns a reference of yours: rgo_context_release it. */
RGO_API rgo_context *rgo_errgroup_with_context(rgo_errgroup *g, rgo_context *parent);

/* So many goroutines of the group at most at a time; negative: any number; 0: none. Panics with
 * "errgroup: modify limit while N goroutines in the group are still active". */
RGO_API void rgo_errgroup_set_limit(rgo_errgroup *g, int limit);

/* Waits until no goroutine of the group is left. Returns the first result of all that was not 0, else 0. */
RGO_API int rgo_errgroup_wait(rgo_errgroup *g);

/* For the macros: a goroutine is about to start; waits while the limit is reached. try: false instead. */
RGO_API void rgo_errgroup_begin_(rgo_errgroup *g);
RGO_API bool rgo_errgroup_try_begin_(rgo_errgroup *g);

RGO_END_DECLS

/*
 * errgroup_go(g, fn, args...): like go(fn, args...), in the group; fn must return int: 0, or an error,
 * which cancels the group's context. Waits first while the limit is reached; the arguments are evaluated
 * after that. rgo_exit in fn counts as 0.
 * bool errgroup_try_go(g, fn, args...): false if it would have to wait; nothing is evaluated then.
 */
#ifndef __cplusplus
#define RGO_ERRGROUP_LAUNCH_(fn, ...)                                                              \
    __extension__({                                                                                \
        RGO_STATIC_ASSERT(                                                                         \
            __builtin_types_compatible_p(RGO_RESULT(fn, ##__VA_ARGS__), int),                      \
            "errgroup_go: the function must return int");                                          \
        rgo_attr rgo_group_attr = {.group = rgo_group_here};                                       \
        RGO_LAUNCH(&rgo_group_attr, false, fn, ##__VA_ARGS__);                                     \
    })
#define rgo_errgroup_go(g, fn, ...)                                                                \
    __extension__({                                                                                \
        rgo_errgroup *rgo_group_here = (g);                                                        \
        rgo_errgroup_begin_(rgo_group_here);                                                       \
        RGO_ERRGROUP_LAUNCH_(fn, ##__VA_ARGS__);                                                   \
    })
#define rgo_errgroup_try_go(g, fn, ...)                                                            \
    __extension__({                                                                                \
        rgo_errgroup *rgo_group_here = (g);                                                        \
        bool rgo_group_begun = rgo_errgroup_try_begin_(rgo_group_here);                            \
        if (rgo_group_begun)                                                                       \
            RGO_ERRGROUP_LAUNCH_(fn, ##__VA_ARGS__);                                               \
        rgo_group_begun;                                                                           \
    })
#else
namespace rgo_detail {
template <class F, class... A> struct group_closure {
    F fn;
    std::tuple<A...> arguments;
    static int run(void *raw)
    {
        std::unique_ptr<group_closure> self(static_cast<group_closure *>(raw));
        static_assert(std::is_same<decltype(std::apply(std::move(self->fn),
                                                       std::move(self->arguments))),
                                   int>::value,
                      "errgroup_go: the function must return int");
        return std::apply(std::move(self->fn), std::move(self->arguments));
    }
};
template <class F, class... A> void group_launch(rgo_errgroup *g, F &&fn, A &&...arguments)
{
    using kind = group_closure<std::decay_t<F>, std::decay_t<A>...>;
    auto *made = new (std::nothrow)
        kind{std::forward<F>(fn), std::tuple<std::decay_t<A>...>(std::forward<A>(arguments)...)};
    rgo_attr attr = {};
    attr.group = g;
    /* What it returns is found where functions return an int. */
    auto *entry = reinterpret_cast<void (*)(void *)>(reinterpret_cast<void *>(kind::run));
    int error = made ? rgo_go_closure(&attr, entry, made) : ENOMEM;
    if (error)
        rgo_launch_failed(error);
}
} // namespace rgo_detail
template <class F, class... A> void rgo_errgroup_go(rgo_errgroup *g, F &&fn, A &&...arguments)
{
    rgo_errgroup_begin_(g);
    rgo_detail::group_launch(g, std::forward<F>(fn), std::forward<A>(arguments)...);
}
template <class F, class... A> bool rgo_errgroup_try_go(rgo_errgroup *g, F &&fn, A &&...arguments)
{
    if (!rgo_errgroup_try_begin_(g))
        return false;
    rgo_detail::group_launch(g, std::forward<F>(fn), std::forward<A>(arguments)...);
    return true;
}
#endif

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_errgroup errgroup;
#define errgroup_with_context rgo_errgroup_with_context
#define errgroup_set_limit rgo_errgroup_set_limit
#define errgroup_go rgo_errgroup_go
#define errgroup_try_go rgo_errgroup_try_go
#define errgroup_wait rgo_errgroup_wait
#endif

RGO_GNU_END_

#endif
