/*
 * racerun/go/base.h: goroutines themselves: starting them, their names, their own storage, their end.
 */
#ifndef RACERUN_GO_BASE_H
#define RACERUN_GO_BASE_H

/* In strict ISO modes gcc has a word, which nothing else turns off, for each go(fn) without arguments. What is
 * wrong with the arguments of a macro is told all the same. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>
#define RGO_BEGIN_DECLS extern "C" {
#define RGO_END_DECLS }
#define RGO_STATIC_ASSERT static_assert
#define RGO_NORETURN __attribute__((noreturn))
#else
#define RGO_BEGIN_DECLS
#define RGO_END_DECLS
#define RGO_STATIC_ASSERT _Static_assert
#define RGO_NORETURN _Noreturn
#endif
#define RGO_API __attribute__((visibility("default")))

/* Around a header: clang's -Wpedantic has a word for each use of `, ##__VA_ARGS__` in its macros.
 * And around the head of a statement: one for __auto_type, which __extension__ cannot precede
 * there. */
#ifdef __clang__
#define RGO_GNU_BEGIN_                                                                             \
    _Pragma("clang diagnostic push")                                                               \
        _Pragma("clang diagnostic ignored \"-Wgnu-zero-variadic-macro-arguments\"")                \
            _Pragma("clang diagnostic ignored \"-Wgnu-auto-type\"")
#define RGO_GNU_END_ _Pragma("clang diagnostic pop")
#else
#define RGO_GNU_BEGIN_
#define RGO_GNU_END_
#endif

/* A name that a macro declares and others look for hides its like outside when they are nested: that is
 * meant, and no matter of the program's -Wshadow. Around the head of a statement. */
#define RGO_HIDES_BEGIN_                                                                           \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")
#define RGO_HIDES_END_ _Pragma("GCC diagnostic pop")

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/*
 * A goroutine may continue on another thread after any call of the runtime that waits, and compilers
 * keep the address of errno in a register across such a call. So errno is reached by a function that
 * they cannot see through, and its value belongs to the goroutine. Variables of your own that are
 * __thread are the thread's: see rgo_pin.
 */
RGO_API int *rgo_errno(void);
#undef errno
#define errno (*rgo_errno())

/* How a goroutine is started. Zero means the default, for each field. */
typedef struct rgo_attr {
    const char *name;  /* copied; shown in dumps and reports */
    size_t stack_size; /* bytes, rounded up to whole pages; default RGO_STACK or 64 KiB */
    int priority;      /* for the policies priority and mlq: the larger goes first */
    int64_t burst_ns;  /* for sjn and srt: how long it is expected to run */
    struct rgo_errgroup *group; /* private: see errgroup.h, and rgo_waitgroup_go */
} rgo_attr;

/* ---- starting ----
 * go(fn, args...) evaluates the arguments now, checks them against fn's own prototype and calls
 * fn(args...) in a new goroutine. fn may take any arguments that fit general, SSE (16 bytes) and stack
 * slots: integers, pointers, floating point, structs by value, variable arguments. What it returns is
 * dropped. Not for functions that return a struct of more than 16 bytes (a compile error), nor for
 * vector arguments of more than 16 bytes. Running out of memory is fatal; rgo_try tells instead.
 *
 * In C, fn must not be declared noreturn: the compiler would believe that go itself does not return;
 * nor const: it would leave out a call whose result nobody uses. gcc knows it of what it is given by
 * name: an error. Behind &fn or ?:, and with clang, nobody notices: name a function that calls it. */
struct rgo_launch {
    void (*fn)(void);
    size_t stack_bytes; /* an upper bound of what the arguments take on the stack */
    const rgo_attr *attr;
    bool may_fail;
    bool plain; /* nothing is in vector registers */
};

#ifndef __cplusplus
RGO_API extern void rgo_launch_entry(void);

/* A compiler that saw the callee would drop the static chain: it must not see it. */
static inline __attribute__((always_inline)) void *rgo_opaque(void (*entry)(void))
{
    void *address = __extension__(void *)entry;
    __asm__("" : "+r"(address));
    return address;
}

/* m(a) for each of up to 16 arguments. Here and below there is one before the dots, whose comma
 * goes only then in strict ISO modes, too. */
#define RGO_EACH_0(m)
#define RGO_EACH_1(m, a) m(a)
#define RGO_EACH_2(m, a, ...) m(a) RGO_EACH_1(m, __VA_ARGS__)
#define RGO_EACH_3(m, a, ...) m(a) RGO_EACH_2(m, __VA_ARGS__)
#define RGO_EACH_4(m, a, ...) m(a) RGO_EACH_3(m, __VA_ARGS__)
#define RGO_EACH_5(m, a, ...) m(a) RGO_EACH_4(m, __VA_ARGS__)
#define RGO_EACH_6(m, a, ...) m(a) RGO_EACH_5(m, __VA_ARGS__)
#define RGO_EACH_7(m, a, ...) m(a) RGO_EACH_6(m, __VA_ARGS__)
#define RGO_EACH_8(m, a, ...) m(a) RGO_EACH_7(m, __VA_ARGS__)
#define RGO_EACH_9(m, a, ...) m(a) RGO_EACH_8(m, __VA_ARGS__)
#define RGO_EACH_10(m, a, ...) m(a) RGO_EACH_9(m, __VA_ARGS__)
#define RGO_EACH_11(m, a, ...) m(a) RGO_EACH_10(m, __VA_ARGS__)
#define RGO_EACH_12(m, a, ...) m(a) RGO_EACH_11(m, __VA_ARGS__)
#define RGO_EACH_13(m, a, ...) m(a) RGO_EACH_12(m, __VA_ARGS__)
#define RGO_EACH_14(m, a, ...) m(a) RGO_EACH_13(m, __VA_ARGS__)
#define RGO_EACH_15(m, a, ...) m(a) RGO_EACH_14(m, __VA_ARGS__)
#define RGO_EACH_16(m, a, ...) m(a) RGO_EACH_15(m, __VA_ARGS__)
#define RGO_COUNT_(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, n, ...) n
#define RGO_COUNT(x, ...)                                                                          \
    RGO_COUNT_(x, ##__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define RGO_PASTE_(a, b) a##b
#define RGO_PASTE(a, b) RGO_PASTE_(a, b)
#define RGO_EACH(m, ...) RGO_PASTE(RGO_EACH_, RGO_COUNT(m, ##__VA_ARGS__))(m, ##__VA_ARGS__)

/* The sum of the sizes of the arguments as they are passed: arrays decay, small ones fill a slot of 8
 * bytes, larger ones whole slots and perhaps 8 bytes to be aligned. */
#define RGO_TYPE_(a) __typeof__(__extension__({ a; }))
#define RGO_SLOT_(a) ((sizeof(RGO_TYPE_(a)) + 15) & ~(size_t)7) +
#define RGO_STACK_BYTES(fn, ...) (RGO_EACH(RGO_SLOT_, ##__VA_ARGS__) (size_t)0)

/* Whether fn takes at most six integers and pointers, of just the types that are given: then nothing is
 * passed on the stack nor in vector registers. More are told by a type that is no function's. */
#define RGO_TYPES_0() void
#define RGO_TYPES_1(a) RGO_TYPE_(a)
#define RGO_TYPES_2(a, ...) RGO_TYPE_(a), RGO_TYPES_1(__VA_ARGS__)
#define RGO_TYPES_3(a, ...) RGO_TYPE_(a), RGO_TYPES_2(__VA_ARGS__)
#define RGO_TYPES_4(a, ...) RGO_TYPE_(a), RGO_TYPES_3(__VA_ARGS__)
#define RGO_TYPES_5(a, ...) RGO_TYPE_(a), RGO_TYPES_4(__VA_ARGS__)
#define RGO_TYPES_6(a, ...) RGO_TYPE_(a), RGO_TYPES_5(__VA_ARGS__)
#define RGO_TYPES_7(...) char
#define RGO_TYPES_8(...) char
#define RGO_TYPES_9(...) char
#define RGO_TYPES_10(...) char
#define RGO_TYPES_11(...) char
#define RGO_TYPES_12(...) char
#define RGO_TYPES_13(...) char
#define RGO_TYPES_14(...) char
#define RGO_TYPES_15(...) char
#define RGO_TYPES_16(...) char
#define RGO_GENERAL_(a) /* 1 to 5: an integer, ..., a pointer */                                   \
    &&sizeof(RGO_TYPE_(a)) <= 8 && __builtin_classify_type((RGO_TYPE_(a)){0}) >= 1 &&              \
        __builtin_classify_type((RGO_TYPE_(a)){0}) <= 5
#define RGO_PLAIN(fn, ...)                                                                         \
    (__builtin_types_compatible_p(                                                                 \
        __typeof__(&*(fn)), __typeof__((fn)(__VA_ARGS__)) (*)(                                     \
                                RGO_PASTE(RGO_TYPES_, RGO_COUNT(fn, ##__VA_ARGS__))(__VA_ARGS__))) \
         RGO_EACH(RGO_GENERAL_, ##__VA_ARGS__))

/* What a compiler would draw wrong conclusions from; see above. */
#if defined(__has_builtin) && !defined(__clang__)
#if __has_builtin(__builtin_has_attribute)
#define RGO_HAS_ATTRIBUTE_(fn, attribute) __builtin_has_attribute(fn, attribute)
#endif
#endif
#ifndef RGO_HAS_ATTRIBUTE_
#define RGO_HAS_ATTRIBUTE_(fn, attribute) 0
#endif
#define RGO_MUST_RETURN(fn, who)                                                                   \
    RGO_STATIC_ASSERT(!RGO_HAS_ATTRIBUTE_(fn, __noreturn__),                                       \
                      who ": the function is declared noreturn; give it one that calls that")
#define RGO_MUST_MATTER(fn, who)                                                                   \
    RGO_STATIC_ASSERT(!RGO_HAS_ATTRIBUTE_(fn, __const__),                                          \
                      who ": the function is declared const: calling it has no effect")

/* Calls `entry` as if it were fn, with `context` in the static chain register. */
#define RGO_CALL_BY(entry, context, fn, ...)                                                       \
    __extension__ __builtin_call_with_static_chain(                                                \
        ((__typeof__(&*(fn)))rgo_opaque(entry))(__VA_ARGS__), (void *)(context))

/* The type of fn(args...), char for void. */
#define RGO_RESULT(fn, ...)                                                                        \
    __typeof__(__builtin_choose_expr(                                                              \
        __builtin_types_compatible_p(__typeof__((fn)(__VA_ARGS__)), void), (char)0,                \
        (fn)(__VA_ARGS__)))

#define RGO_LAUNCH(attributes, fails, fn_, ...)                                                    \
    __extension__({                                                                                \
        RGO_STATIC_ASSERT(sizeof(RGO_RESULT(fn_, ##__VA_ARGS__)) <= 16,                            \
                          "go: the function returns a large struct; give it a pointer instead");   \
        RGO_MUST_RETURN(fn_, "go");                                                                \
        RGO_MUST_MATTER(fn_, "go");                                                                \
        struct rgo_launch rgo_launch_ = {                                                          \
            (void (*)(void))(fn_),                                                                 \
            RGO_PLAIN(fn_, ##__VA_ARGS__) ? 0 : RGO_STACK_BYTES(fn_, ##__VA_ARGS__), (attributes), \
            (fails), RGO_PLAIN(fn_, ##__VA_ARGS__)};                                               \
        __asm__ volatile("" : : "r"(&rgo_launch_) : "memory"); /* whatever fn promises: stored */  \
        (void)RGO_CALL_BY(rgo_launch_entry, &rgo_launch_, fn_, ##__VA_ARGS__);                     \
    })

#define rgo_go(fn, ...) RGO_LAUNCH(NULL, false, fn, ##__VA_ARGS__)
/* attr: a pointer to an rgo_attr, read before it returns. */
#define rgo_go_with(attr, fn, ...) RGO_LAUNCH(attr, false, fn, ##__VA_ARGS__)
/* 0, or ENOMEM when there is no memory for another goroutine and its stack, which it gets at once. */
#define rgo_try(fn, ...)                                                                           \
    __extension__({                                                                                \
        RGO_LAUNCH(NULL, true, fn, ##__VA_ARGS__);                                                 \
        rgo_launch_error();                                                                        \
    })
#endif

/* What the last rgo_try of this goroutine came to: 0 or ENOMEM. */
RGO_API int rgo_launch_error(void);

/* fn(argument) in a new goroutine; attr may be NULL. Returns 0 or ENOMEM. A stack of the default size
 * comes at the first run; if there is no memory then, that is fatal. rgo_try_closure gets it at once:
 * 0 means that it will run. */
RGO_API int rgo_go_closure(const rgo_attr *attr, void (*fn)(void *), void *argument);
RGO_API int rgo_try_closure(const rgo_attr *attr, void (*fn)(void *), void *argument);

/* What running out of memory is: fatal. For the macros. */
RGO_API RGO_NORETURN void rgo_launch_failed(int error);

/* ---- oneself ---- */

/* Lets others run; returns when it is this goroutine's turn again. */
RGO_API void rgo_yield(void);
/* Ends the calling goroutine after its deferred calls. In main: the others go on. */
RGO_API RGO_NORETURN void rgo_exit(void);
/* Unique in the process, never reused; main has 1. Threads of the program's own have one, too. */
RGO_API uint64_t rgo_id(void);
/* "" when it has none. Valid until the goroutine is renamed or ends. */
RGO_API const char *rgo_name(void);
/* The name is copied, at most 63 bytes of it. */
RGO_API void rgo_name_set(const char *name);
/* Keeps the calling goroutine on its present thread until as many rgo_unpin: for __thread variables,
 * libraries with thread state, pthread mutexes held across a wait. main is pinned from its start. */
RGO_API void rgo_pin(void);
RGO_API void rgo_unpin(void);

/* ---- goroutine-local storage ----
 * A key is the address of any static object. The destructor, if any, gets the value when the goroutine
 * ends. rgo_local_get gives NULL for a key that was not set. */
RGO_API void *rgo_local_get(const void *key);
RGO_API void rgo_local_set(const void *key, void *value, void (*destroy)(void *value));

/* ---- the scheduler ---- */

/* How many threads run goroutines: RGO_PROCS, else the processors this process may use. */
RGO_API unsigned rgo_procs(void);
/* How many goroutines there are, main included. */
RGO_API size_t rgo_count(void);

RGO_END_DECLS

#ifdef __cplusplus
namespace rgo_detail {
template <class F, class... A> struct closure {
    F fn;
    std::tuple<A...> arguments;
    static void run(void *raw)
    {
        std::unique_ptr<closure> made(static_cast<closure *>(raw));
        closure here(std::move(*made));
        made.reset(); /* rgo_exit would leave it behind */
        std::apply(std::move(here.fn), std::move(here.arguments));
    }
};
typedef int starter(const rgo_attr *attr, void (*fn)(void *), void *argument);
template <class F, class... A>
int launch(starter *start, const rgo_attr *attr, F &&fn, A &&...arguments)
{
    using kind = closure<std::decay_t<F>, std::decay_t<A>...>;
    auto *made = new (std::nothrow)
        kind{std::forward<F>(fn), std::tuple<std::decay_t<A>...>(std::forward<A>(arguments)...)};
    if (!made)
        return ENOMEM;
    int error = start(attr, kind::run, made);
    if (error)
        delete made;
    return error;
}
} // namespace rgo_detail
template <class F, class... A> void rgo_go(F &&fn, A &&...arguments)
{
    int error = rgo_detail::launch(rgo_go_closure, nullptr, std::forward<F>(fn),
                                   std::forward<A>(arguments)...);
    if (error)
        rgo_launch_failed(error);
}
template <class F, class... A> void rgo_go_with(const rgo_attr *attr, F &&fn, A &&...arguments)
{
    int error = rgo_detail::launch(rgo_go_closure, attr, std::forward<F>(fn),
                                   std::forward<A>(arguments)...);
    if (error)
        rgo_launch_failed(error);
}
template <class F, class... A> int rgo_try(F &&fn, A &&...arguments)
{
    return rgo_detail::launch(rgo_try_closure, nullptr, std::forward<F>(fn),
                              std::forward<A>(arguments)...);
}
#endif

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_attr go_attr;
#define go rgo_go
#define go_with rgo_go_with
#define go_try rgo_try
#define go_yield rgo_yield
#define go_exit rgo_exit
#define go_id rgo_id
#define go_name rgo_name
#define go_name_set rgo_name_set
#define go_pin rgo_pin
#define go_unpin rgo_unpin
#define go_local_get rgo_local_get
#define go_local_set rgo_local_set
#define go_procs rgo_procs
#define go_count rgo_count
#endif

RGO_GNU_END_

#endif
