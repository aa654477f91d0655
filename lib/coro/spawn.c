/*
 * go(fn, args...): the entry (arch) has put the registers that may hold arguments into a struct;
 * they wait, with a copy of the arguments on the stack, in a launch record until the goroutine
 * first runs. Only then does it get a stack: the 100,000 goroutines of a fan-out need a few stacks
 * in turn, and what a stack begins with is written when it is about to be used (2860 ns became
 * 190). Who wants to be told that there is no memory (rgo_try) gets it at once.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "annotate.h"
#include "blocking.h"
#include "fork.h"
#include "policy.h"
#include "worker.h"

#define INLINE_STACK 96u
#define TOP_ROOM                                                                                   \
    512u /* above the first frame: whoever copies arguments may read a little above them */
#define LAUNCHES_CHUNK (64u << 10)

struct call_registers {
    uint64_t general[6]; /* rdi rsi rdx rcx r8 r9 */
    uint64_t rax;        /* how many vector registers, for variable arguments */
    uint32_t mxcsr;
    uint16_t x87_control;
    uint16_t plain; /* nothing is in the vector registers */
    unsigned char vector[8][16];
};
_Static_assert(sizeof(struct call_registers) == 192, "switch.S knows these offsets");
_Static_assert(offsetof(struct call_registers, mxcsr) == 56, "switch.S knows these offsets");
_Static_assert(offsetof(struct call_registers, plain) == 62, "switch.S knows these offsets");
_Static_assert(offsetof(struct call_registers, vector) == 64, "switch.S knows these offsets");
_Static_assert(offsetof(struct rgo_launch, plain) == 25, "switch.S knows these offsets");

/* Its goroutine gets a stack of the default size. */
struct launch {
    void *links[2]; /* of the pool */
    size_t stack_bytes;
    struct call_registers registers;
    _Alignas(8) unsigned char stack[INLINE_STACK];
};

/* What coro_switch finds on a stack: see switch.S. */
struct switch_frame {
    uint32_t mxcsr;
    uint16_t x87_control;
    uint16_t unused;
    void *r15, *r14, *r13, *r12, *rbx, *rbp;
    void *rip;
};

/* ---- launch records ---- */

static struct pool launches;
FORK_LOCK(launches_fork_lock, launches.lock);

static bool launches_more(void)
{
    void *made = mmap(NULL, LAUNCHES_CHUNK, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made == MAP_FAILED)
        return false;
    pool_stock(&launches, made, sizeof(struct launch), LAUNCHES_CHUNK / sizeof(struct launch));
    return true;
}

static NOINLINE struct launch *launch_take_more(struct worker *w)
{
    struct launch *launch;
    while (!(launch = pool_take(&launches, w ? &w->launches : NULL))) {
        if (!launches_more())
            return NULL;
        if (w && w->current->id == 1)
            preempt_mask_learn(w); /* once in a while; above all, when main starts the first one */
    }
    return launch;
}

static inline struct launch *launch_take(struct worker *w)
{
    struct launch *launch = LIKELY(w != NULL) ? pool_take_own(&w->launches) : NULL;
    return LIKELY(launch != NULL) ? launch : launch_take_more(w);
}

/* ---- the first frame ---- */

/* As stack_bytes is an upper bound, this may read more of the caller's frame than the arguments,
 * which AddressSanitizer would forbid; its memcpy, too. */
static inline __attribute__((no_sanitize("address"))) void
arguments_copy(void *to, const void *from, size_t bytes)
{
    uint64_t *target = to;
    const volatile uint64_t *words = from;
    for (size_t i = 0; i < bytes / sizeof *words; i++)
        target[i] = words[i];
}

/* By the words in which the entry has just stored them: a wider load would wait for the stores. */
static inline void registers_copy(struct call_registers *to, const struct call_registers *from,
                                  bool plain)
{
    const volatile uint64_t *general = from->general;
    to->general[0] = general[0];
    to->general[1] = general[1];
    to->general[2] = general[2];
    to->general[3] = general[3];
    to->general[4] = general[4];
    to->general[5] = general[5];
    to->rax = *(const volatile uint64_t *)&from->rax;
    to->mxcsr = from->mxcsr;
    to->x87_control = from->x87_control;
    to->plain = plain;
    if (!plain)
        memcpy(to->vector, from->vector, sizeof to->vector);
}

/* Where the arguments on the stack begin, aligned. There is always room for as many as a launch
 * record has, so that what runs below another's does not run over where the next one's come to be.
 */
static inline char *arguments_place(const struct stack *stack, size_t bytes)
{
    size_t room = bytes < INLINE_STACK ? INLINE_STACK : (bytes + 15) & ~(size_t)15;
    return stack->low + stack->size - TOP_ROOM - room;
}

static inline char *arguments_of(const struct launch *launch, const struct stack *stack)
{
    char *top = arguments_place(stack, launch->stack_bytes);
    for (size_t at = 0; at < launch->stack_bytes; at += sizeof(uint64_t))
        *(volatile uint64_t *)(void *)(top + at) =
            *(const uint64_t *)(const void *)(launch->stack + at);
    return top;
}

/* `top`: of what is used already. The registers must stay until it has begun. */
static struct switch_frame *frame_make(const struct goroutine *g, char *top,
                                       const struct call_registers *registers)
{
    struct switch_frame *frame = (struct switch_frame *)(void *)top - 1;
    void (*boot)(void) = annotate_active ? coro_boot_annotated : coro_boot;
    *frame = (struct switch_frame){.mxcsr = registers->mxcsr,
                                   .x87_control = registers->x87_control,
                                   .r13 = (void *)registers,
                                   .r12 = (void *)g->fn,
                                   .rip = (void *)boot};
    return frame;
}

/* With the registers on the stack, too: below the arguments would be in the way of coro_boot, so
 * above.
 */
static struct switch_frame *frame_make_whole(const struct goroutine *g,
                                             const struct call_registers *registers, bool plain,
                                             const void *stack, size_t stack_bytes)
{
    struct call_registers *place =
        (struct call_registers *)(void *)(g->stack.low + g->stack.size - TOP_ROOM / 2) - 1;
    registers_copy(place, registers, plain);
    char *top = arguments_place(&g->stack, stack_bytes);
    if (stack_bytes)
        arguments_copy(top, stack, stack_bytes);
    return frame_make(g, top, place);
}

static void modes_get(struct call_registers *registers)
{
    __asm__("stmxcsr %0" : "=m"(registers->mxcsr));
    __asm__("fnstcw %0" : "=m"(registers->x87_control));
}

void *spawn_frame(struct goroutine *g)
{
    struct call_registers none = {0};
    modes_get(&none);
    return frame_make_whole(g, &none, true, NULL, 0);
}

static void stack_adopt(struct goroutine *g, struct switch_frame *frame)
{
    HOOK(task_stack(g->task, g->stack.low, g->stack.size));
    atomic_store_explicit(&g->sp, frame, memory_order_relaxed);
}

/* coro_boot reads its launch record a moment later, on this thread. So it is not given back before
 * the next one comes. */
static inline void launch_begun(struct worker *w, struct goroutine *g)
{
    if (LIKELY(w->begun != NULL))
        pool_give(&launches, &w->launches, w->begun);
    w->begun = g->launch;
    g->launch = NULL;
}

int spawn_bind(struct worker *w, struct goroutine *g)
{
    struct launch *launch = g->launch;
    if (!launch)
        return 0; /* was given its stack at once */
    int error = stack_take(w, 0, &g->stack);
    if (error)
        return error;
    char *top = arguments_of(launch, &g->stack);
    stack_adopt(g, frame_make(g, top, &launch->registers));
    launch_begun(w, g);
    return 0;
}

void spawn_begin(struct worker *w, struct goroutine *g)
{
    struct launch *launch = g->launch;
    char *top = arguments_of(launch, &g->stack);
    launch_begun(w, g);
    coro_begin(top, &launch->registers, g->fn);
}

/* ---- launching ---- */

static inline __attribute__((always_inline)) int
launch_later(struct worker *w, struct goroutine *g, const struct rgo_launch *wanted,
             const struct call_registers *registers, const void *stack)
{
    struct launch *launch = launch_take(w);
    if (!launch)
        return ENOMEM;
    registers_copy(&launch->registers, registers, wanted->plain);
    launch->stack_bytes = wanted->stack_bytes;
    if (wanted->stack_bytes)
        arguments_copy(launch->stack, stack, wanted->stack_bytes);
    g->launch = launch;
    return 0;
}

/* Many arguments, a stack of its own size, or somebody who asks whether it can be: the error
 * belongs to whoever wanted that. */
static NOINLINE int launch_now(struct worker *w, struct goroutine *g,
                               const struct rgo_launch *wanted,
                               const struct call_registers *registers, const void *stack)
{
    size_t size = wanted->attr ? wanted->attr->stack_size : 0;
    size_t needed = wanted->stack_bytes + 4 * TOP_ROOM + 4096;
    if (needed > (size ? size : stack_default_size()))
        size = needed;
    int error = stack_take(w, size, &g->stack);
    if (error)
        return error;
    stack_adopt(g, frame_make_whole(g, registers, wanted->plain, stack, wanted->stack_bytes));
    return 0;
}

static NOINLINE void attributes_apply(struct goroutine *g, const rgo_attr *attr)
{
    g->priority = attr->priority;
    g->burst_ns = attr->burst_ns;
    g->group = attr->group;
    if (attr->name) {
        g->name = strndup(attr->name, 63);
        HOOK(task_name(g->task, attr->name));
    }
}

/* Where others find it; another worker may start it right away. */
static inline __attribute__((always_inline)) void publish(struct worker *w, struct goroutine *g)
{
    goroutine_count_add(w, 1);
    annotate_ready(g);
    atomic_store_explicit(&g->state, GOROUTINE_CREATED, memory_order_release);
    if (UNLIKELY(scheduler_policy != NULL)) {
        policy_put(g);
    } else if (UNLIKELY(!w)) {
        ready_elsewhere(g);
    } else {
        queue_push(w, g);
        if (scheduler.procs > 1)
            worker_wake_other(w);
    }
}

static inline __attribute__((always_inline)) int launch(const struct rgo_launch *wanted,
                                                        const struct call_registers *registers,
                                                        const void *stack, const void *pc)
{
    struct worker *w = worker_self();
    struct goroutine *self = LIKELY(w != NULL) ? w->current : guest_self();
    struct goroutine *g = goroutine_take_record(w);
    if (!g)
        return ENOMEM;
    g->fn = wanted->fn;
    g->parent = self->id;
    annotate_new(g);
    g->spawn_pc = pc;
    if (UNLIKELY(runtime_hooks != NULL))
        g->task = runtime_hooks->task_create(self->task, g->id, (const void *)g->fn, pc);
    bool later = wanted->stack_bytes <= INLINE_STACK && !wanted->may_fail &&
                 !(wanted->attr && wanted->attr->stack_size);
    int error = later ? launch_later(w, g, wanted, registers, stack)
                      : launch_now(w, g, wanted, registers, stack);
    if (error) {
        HOOK(task_end(g->task));
        annotate_gone(g);
        goroutine_give_record(w, g);
        return error;
    }
    if (wanted->attr)
        attributes_apply(g, wanted->attr);
    publish(w, g);
    return 0;
}

void goroutine_launch(const struct rgo_launch *wanted, const struct call_registers *registers,
                      const void *stack, const void *pc);
void goroutine_returned(void);

void rgo_launch_failed(int error)
{
    (void)error;
    fatal_text("runtime: cannot allocate memory for a goroutine");
}

/* From the entry. */
void goroutine_launch(const struct rgo_launch *wanted, const struct call_registers *registers,
                      const void *stack, const void *pc)
{
    if (UNLIKELY(!worker_self()))
        runtime_start();
    int error = launch(wanted, registers, stack, pc);
    if (wanted->may_fail)
        goroutine_self()->launch_error = error;
    else if (error)
        rgo_launch_failed(error);
}

static int closure_launch(const rgo_attr *attr, void (*fn)(void *), void *argument, bool may_fail,
                          const void *pc)
{
    struct rgo_launch wanted = {
        .fn = (void (*)(void))fn, .attr = attr, .may_fail = may_fail, .plain = true};
    struct call_registers registers = {.general = {(uint64_t)(uintptr_t)argument}};
    modes_get(&registers);
    return launch(&wanted, &registers, NULL, pc);
}

/* For C++ and whoever has no prototype at hand. */
int rgo_go_closure(const rgo_attr *attr, void (*fn)(void *), void *argument)
{
    runtime_start();
    return spawn_closure(attr, fn, argument, __builtin_return_address(0));
}

int rgo_try_closure(const rgo_attr *attr, void (*fn)(void *), void *argument)
{
    runtime_start();
    return closure_launch(attr, fn, argument, true, __builtin_return_address(0));
}

int spawn_closure(const rgo_attr *attr, void (*fn)(void *), void *argument, const void *pc)
{
    return closure_launch(attr, fn, argument, false, pc);
}

/* ---- the end ---- */

/* The caller, on a worker. */
static inline struct goroutine *ending(void)
{
    if (UNLIKELY(!worker_self()))
        blocking_region_leave();
    return worker_self()->current;
}

static inline __attribute__((always_inline)) void end(struct goroutine *g)
{
    if (UNLIKELY(exceptions_held(worker_self()->exceptions)))
        exceptions_end();
    if (UNLIKELY(g->defers != NULL))
        defers_run(g);
    if (UNLIKELY(g->locals != NULL))
        locals_destroy(g);
    if (UNLIKELY(g->group != NULL))
        errgroup_finished(g);
    HOOK(task_end(g->task));
    scheduler_leave();
}

/* From rgo_exit. */
void goroutine_returned(void)
{
    end(ending());
}

void goroutine_finished(int result);
/* From coro_boot: what its function has returned, if it returns an int. */
void goroutine_finished(int result)
{
    struct goroutine *g = ending();
    if (UNLIKELY(g->group != NULL))
        g->group_result = result;
    if (UNLIKELY(g == fork_main))
        fork_main_returned(g);
    end(g);
}
