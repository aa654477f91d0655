/*
 * racerun/go/defer.h: defer, panic, recover, and what a program can ask about its goroutines.
 *
 *     static int guarded(const char *path)
 *     {
 *         go_on_recover return -1;      // where a recovered panic continues
 *         FILE *file = fopen(path, "r");
 *         defer(fclose, file);          // arguments as of now, runs when this block is left
 *         defer(note_panic, path);      // calls go_recover()
 *         return parse(file);
 *     }
 *
 * Scope. A deferred call runs when the *C block* that contains the defer is left, however it is left
 * (its end, return, break, goto, panic, go_exit), the latest first. Go's runs when the *function* is
 * left. In a function's outermost block the two are the same; in a loop body the call runs at the end of
 * each iteration here, where Go collects them all until the function returns. Do not jump (goto, switch)
 * over a defer into its block, nor out of the block by longjmp.
 *
 * Anonymous bodies. C++: defer and go take lambdas. C with clang's -fblocks: defer_block(^{ ... }) and
 * go_block(^{ ... }), the latter needs -lBlocksRuntime. Else C has none that a panic could run: gcc's
 * nested functions need an executable stack as soon as their address is taken, so they are not
 * offered. Name a static function and give it pointers.
 */
#ifndef RACERUN_GO_DEFER_H
#define RACERUN_GO_DEFER_H

/* See base.h. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include "racerun/go/base.h"

/* What a panic was about. */
typedef struct rgo_panicked {
    const char *text; /* what an uncaught panic prints */
    void *value;      /* of rgo_panic_value, else NULL */
} rgo_panicked;

/* One deferred call or landing place; in the frame of its function. For the macros. */
struct rgo_defer_head {
    struct rgo_defer_head *next; /* older */
    void (*fn)(void);
    uint32_t stack_bytes;
    uint8_t kind;  /* enum rgo_defer_kind */
    uint8_t state; /* a call: it is running; a landing: it is linked */
};
enum rgo_defer_kind { RGO_DEFER_CALL, RGO_DEFER_CATCH, RGO_DEFER_LANDING };
struct rgo_defer {
    struct rgo_defer_head head;
    uint64_t general[6]; /* rdi rsi rdx rcx r8 r9 */
    uint64_t rax;        /* how many vector registers, for variable arguments */
    unsigned char vector[8][16];
    /* behind it: head.stack_bytes of arguments on the stack */
};
struct rgo_landing {
    struct rgo_defer_head head;
    void *registers[8]; /* rbp, place, rsp as __builtin_setjmp has them; rbx, r12 to r15 */
    const rgo_panicked *panicked;
    uint32_t rounds;
};

#define RGO_UNIQUE_(name, number) RGO_UNIQUE_2_(name, number)
#define RGO_UNIQUE_2_(name, number) name##number

RGO_GNU_BEGIN_
RGO_BEGIN_DECLS

/* ---- panic ---- */

/* Panics with a message as of printf: runs the goroutine's deferred calls, the latest first, until one
 * of them recovers. If none does, prints the message and the goroutine's stack and ends the process
 * with exit code 2. Not for signal handlers. Frames of C++ that a recovered panic leaves do not have
 * their destructors run (deferred calls do run); to cross them, throw. A thread of the program's own
 * may panic and recover as a goroutine does. */
RGO_API RGO_NORETURN void rgo_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with a value for whoever recovers; the description, which is copied, is what is printed.
 * The value stays the caller's. To panic again with what was recovered: give its value and text. */
RGO_API RGO_NORETURN void rgo_panic_value(void *value, const char *description);

/* ---- recover ----
 * In a deferred call that a panic runs: stops the panic and returns what it was about. NULL when there
 * is no panic, when the deferred call runs because its block was left normally or by go_exit, or when
 * the panic is recovered already. What it returns is valid until this goroutine recovers again or ends.
 * The deferred call and the older ones of its function run to their ends; then the function continues
 * at its go_on_recover. A function without one is left, together with its callers, up to the nearest
 * that has one; when no caller has, the goroutine ends as by go_exit (in main that is a fatal error). */
RGO_API const rgo_panicked *rgo_recover(void);

/* rgo_on_recover STATEMENT: a recovered panic of the block below continues with the statement, which
 * should leave the function: rgo_on_recover return -1;
 * Local variables that were changed since must be volatile to be read there, as with setjmp. */
#define rgo_on_recover RGO_ON_RECOVER_(RGO_UNIQUE_(rgo_landing_, __COUNTER__))
#define RGO_ON_RECOVER_(name)                                                                      \
    struct rgo_landing name __attribute__((cleanup(rgo_landing_leave)));                           \
    rgo_landing_enter(&name, RGO_DEFER_LANDING);                                                   \
    if (RGO_LANDING_SAVE(&name))

/* rgo_attempt { body } rgo_rescue(p) { what to do }: the second block runs when the first panics, after
 * the deferred calls of everything in between; p is a const rgo_panicked *, valid as rgo_recover's.
 * break and continue in either block leave that block. The second block is required. return and goto
 * may leave both. The rule about volatile holds. rgo_exit passes through. */
#define rgo_attempt                                                                                \
    RGO_HIDES_BEGIN_                                                                               \
    for (struct rgo_landing rgo_attempt_ __attribute__((cleanup(rgo_landing_leave))) =             \
             RGO_LANDING_INIT_;                                                                    \
         rgo_landing_once(&rgo_attempt_);)                                                         \
        RGO_HIDES_END_                                                                             \
        if (!RGO_LANDING_SAVE(&rgo_attempt_))
#define rgo_rescue(p)                                                                              \
    /* volatile: gcc reads it before the call that panics, else. */                                \
    else for (const rgo_panicked *p = *(const rgo_panicked *volatile *)&rgo_attempt_.panicked; p;  \
              p = NULL)

#ifdef __cplusplus
#define RGO_LANDING_INIT_ {}
#else
#define RGO_LANDING_INIT_ {.rounds = 0}
#endif

RGO_API void rgo_landing_enter(struct rgo_landing *landing, int kind);
RGO_API void rgo_landing_leave(struct rgo_landing *landing);
RGO_API int rgo_landing_once(struct rgo_landing *landing);
#ifdef __clang__
RGO_API int rgo_landing_save(void **registers) __attribute__((returns_twice));
#define RGO_LANDING_SAVE(landing) rgo_landing_save((landing)->registers)
#else
#define RGO_LANDING_SAVE(landing) __builtin_setjmp((landing)->registers)
#endif

/* ---- defer(fn, args...) ----
 * Evaluates the arguments now, checks them against fn's own prototype, and calls fn(args...) when the
 * block is left. Takes whatever go() takes. What fn returns is dropped; no struct above 16 bytes. A
 * declaration, so it cannot be the only statement after if or a label: use braces. fn must not be
 * declared noreturn (exit, go_exit) or const: see go. */
#ifndef __cplusplus
RGO_API extern void rgo_defer_entry(void);
#define rgo_defer(fn, ...)                                                                         \
    RGO_DEFER_(RGO_UNIQUE_(rgo_defer_at_, __COUNTER__), fn, ##__VA_ARGS__)
#define RGO_DEFER_(name, fn_, ...)                                                                 \
    __extension__ RGO_STATIC_ASSERT(                                                               \
        sizeof(RGO_RESULT(fn_, ##__VA_ARGS__)) <= 16,                                              \
        "defer: the function returns a large struct; give it a pointer instead");                  \
    RGO_MUST_RETURN(fn_, "defer");                                                                 \
    RGO_MUST_MATTER(fn_, "defer");                                                                 \
    __extension__ struct {                                                                         \
        struct rgo_defer call;                                                                     \
        unsigned char stack[RGO_STACK_BYTES(fn_, ##__VA_ARGS__) + 8];                              \
    } name __attribute__((cleanup(rgo_defer_leave), aligned(16)));                                 \
    name.call.head.fn = (void (*)(void))(fn_);                                                     \
    name.call.head.stack_bytes = __extension__(uint32_t) RGO_STACK_BYTES(fn_, ##__VA_ARGS__);      \
    name.call.head.kind = RGO_DEFER_CALL;                                                          \
    name.call.head.state = 0;                                                                      \
    __asm__ volatile("" : : "r"(&name) : "memory"); /* whatever fn promises: stored */             \
    (void)__extension__ RGO_CALL_BY(rgo_defer_entry, &name, fn_, ##__VA_ARGS__)
#endif

/* For the macros: links a call whose registers are filled in; runs and unlinks it. */
RGO_API void rgo_defer_enter(struct rgo_defer *call);
RGO_API void rgo_defer_leave(void *call);

/* ---- diagnosis ---- */

/* Writes the states and stacks of all goroutines to standard error, as SIGQUIT does, and goes on. A
 * running goroutine other than the caller has no stack to show. From a goroutine or any thread. */
RGO_API void rgo_dump(void);

/* Writes which goroutines wait at this moment, main and the caller apart, with where and since whose go,
 * to standard error; nothing when there are none. Returns how many. Before main's end it tells of leaked
 * goroutines: RGO_LEAKS=1 in the environment calls it there; with RGO_LEAKS_EXIT=N the process then
 * ends with code N if there were any. */
RGO_API size_t rgo_leak_report(void);

RGO_END_DECLS

#ifdef __cplusplus
namespace rgo_detail {
template <class F, class... A> class deferred {
    struct rgo_defer call;
    F fn;
    std::tuple<A...> arguments;
    static void run(void *raw)
    {
        deferred *self = static_cast<deferred *>(raw);
        std::apply(std::move(self->fn), std::move(self->arguments));
    }

public:
    explicit deferred(F fn_, A... arguments_)
        : fn(std::move(fn_)), arguments(std::move(arguments_)...)
    {
        call.head.fn = reinterpret_cast<void (*)()>(reinterpret_cast<void *>(&run));
        call.head.stack_bytes = 0;
        call.head.kind = RGO_DEFER_CALL;
        call.head.state = 0;
        call.general[0] = reinterpret_cast<uint64_t>(this);
        rgo_defer_enter(&call);
    }
    deferred(const deferred &) = delete;
    deferred &operator=(const deferred &) = delete;
    ~deferred() { rgo_defer_leave(&call); }
};
} // namespace rgo_detail
/* The values are copied now. An exception that leaves the deferred call ends the process. */
#define rgo_defer(...)                                                                             \
    rgo_detail::deferred RGO_UNIQUE_(rgo_defer_at_, __COUNTER__)                                     \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#endif

#if defined(__BLOCKS__) && !defined(__cplusplus)
RGO_API extern void *_Block_copy(const void *block) __attribute__((weak));
RGO_API extern void _Block_release(const void *block) __attribute__((weak));
static inline void rgo_block_call(void *block)
{
    ((void (^)(void))block)();
}
static inline void rgo_block_call_once(void *block)
{
    ((void (^)(void))block)();
    _Block_release(block);
}
/* The block sees the variables as they are now, those that are __block as they will be. */
#define rgo_defer_block(block) RGO_DEFER_BLOCK_(RGO_UNIQUE_(rgo_block_, __COUNTER__), block)
#define RGO_DEFER_BLOCK_(name, block)                                                              \
    void (^name)(void) = (block);                                                                  \
    rgo_defer(rgo_block_call, (void *)name)
#define rgo_go_block(block)                                                                        \
    ({                                                                                             \
        void (^rgo_block_)(void) = (block);                                                        \
        rgo_go(rgo_block_call_once, _Block_copy((void *)rgo_block_));                              \
    })
#endif

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_panicked go_panicked;
#define defer rgo_defer
#define go_panic rgo_panic
#define go_panic_value rgo_panic_value
#define go_recover rgo_recover
#define go_on_recover rgo_on_recover
#define go_attempt rgo_attempt
#define go_rescue rgo_rescue
#define go_dump rgo_dump
#define go_leak_report rgo_leak_report
#if defined(__BLOCKS__) && !defined(__cplusplus)
#define defer_block rgo_defer_block
#define go_block rgo_go_block
#endif
#endif

RGO_GNU_END_

#endif
