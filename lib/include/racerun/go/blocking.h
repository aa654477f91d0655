/*
 * racerun/go/blocking.h: calls that block their thread, made on threads of their own, so that the
 * other goroutines go on.
 */
#ifndef RACERUN_GO_BLOCKING_H
#define RACERUN_GO_BLOCKING_H

/* See base.h. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include "racerun/go/base.h"

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/* ---- a call ----
 * result = rgo_blocking(fn, args...) is fn(args...), checked against fn's own prototype, made by a
 * helper thread while the calling goroutine waits. fn may take what go() allows and return
 * anything. It gets the goroutine's errno and leaves its own there, and the goroutine's
 * floating-point modes.
 *
 * Helper threads are made when they are needed, at most RGO_BLOCKING_MAX (environment; default 256;
 * at most 10000) at a time: further calls queue, so no more than so many calls may depend on one
 * another. They have 2 MiB of stack, and end after five seconds without work. While fn runs, the
 * signal mask is the one that the thread had that made the helper; otherwise all signals are
 * blocked. When not even the first helper can be made, the program ends in a fatal error.
 *
 * fn runs outside the goroutine: to the runtime its thread is one of the program's own, with an
 * rgo_id, locals and deferred calls that are its alone. It may use channels and locks and start
 * goroutines. A panic in it that it does not recover ends the program. It must neither end its
 * thread nor jump out.
 *
 * Called from a thread of the program's own, it is just the call. */
struct rgo_blocking_call {
    void (*fn)(void);
    size_t stack_bytes;
};

#ifndef __cplusplus
RGO_API extern void rgo_blocking_entry(void);

/* A function declared const or pure is thought to read no memory: the record must be written all
 * the same. */
#define rgo_blocking(fn_, ...)                                                                     \
    __extension__({                                                                                \
        RGO_MUST_RETURN(fn_, "go_blocking");                                                       \
        struct rgo_blocking_call rgo_call_ = {(void (*)(void))(fn_),                               \
                                              RGO_STACK_BYTES(fn_, ##__VA_ARGS__)};                \
        struct rgo_blocking_call *rgo_at_ = &rgo_call_;                                            \
        __asm__ volatile("" : "+r"(rgo_at_) : : "memory");                                         \
        RGO_CALL_BY(rgo_blocking_entry, rgo_at_, fn_, ##__VA_ARGS__);                              \
    })
#endif

/* The same for one function and its argument: what there is to say of rgo_blocking holds of it. */
RGO_API void rgo_blocking_run(void (*fn)(void *), void *argument);

/* ---- a region ----
 * Between the two the goroutine itself goes on, on its own stack, on a helper thread: for a few
 * lines instead of a function. Its stack is small: mind getaddrinfo and the like. Inside, calls of
 * the runtime are not allowed: those that need to know their goroutine (waiting, rgo_id, locals,
 * rgo_exit, rgo_pin, defer) panic, as a nested begin does. errno is kept across both. Thread
 * variables are the helper's. When the goroutine's function returns inside, the region ends with
 * it.
 *
 * A goroutine that is pinned to its thread, as main is, stays there, and its worker with it:
 * nothing else runs on that worker meanwhile. On threads of the program's own both do nothing. An
 * end without begin panics, where it can be told. */
RGO_API void rgo_blocking_begin(void);
RGO_API void rgo_blocking_end(void);

RGO_END_DECLS

#ifdef __cplusplus
#include <exception>
#include <optional>

namespace rgo_detail
{
template <class F, class... A> struct blocking_call {
    using result = std::invoke_result_t<F, A...>;
    static constexpr bool plain = !std::is_void_v<result> && !std::is_reference_v<result>;
    F &&fn;
    std::tuple<A &&...> arguments;
    std::conditional_t<plain, std::optional<std::conditional_t<plain, result, int>>,
                       std::remove_reference_t<result> *>
        value{};
    std::exception_ptr thrown{};
    static void run(void *raw)
    {
        auto *self = static_cast<blocking_call *>(raw);
        try {
            if constexpr (std::is_void_v<result>)
                std::apply(std::forward<F>(self->fn), std::move(self->arguments));
            else if constexpr (std::is_reference_v<result>)
                self->value = std::addressof(
                    std::apply(std::forward<F>(self->fn), std::move(self->arguments)));
            else
                self->value.emplace(
                    std::apply(std::forward<F>(self->fn), std::move(self->arguments)));
        } catch (...) {
            self->thrown = std::current_exception();
        }
    }
};
} // namespace rgo_detail

/* In C++ fn may be anything that can be called; what it throws is thrown by rgo_blocking. */
template <class F, class... A> std::invoke_result_t<F, A...> rgo_blocking(F &&fn, A &&...arguments)
{
    using call = rgo_detail::blocking_call<F, A...>;
    call made{std::forward<F>(fn), std::tuple<A &&...>(std::forward<A>(arguments)...)};
    rgo_blocking_run(call::run, &made);
    if (made.thrown)
        std::rethrow_exception(made.thrown);
    if constexpr (std::is_reference_v<typename call::result>)
        return static_cast<typename call::result>(*made.value);
    else if constexpr (!std::is_void_v<typename call::result>)
        return std::move(*made.value);
}
#endif

#ifndef RGO_NO_SHORT_NAMES
#define go_blocking rgo_blocking
#define go_blocking_run rgo_blocking_run
#define go_blocking_begin rgo_blocking_begin
#define go_blocking_end rgo_blocking_end
#endif

RGO_GNU_END_

#endif
