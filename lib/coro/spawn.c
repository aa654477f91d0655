/*
 * go(fn, args...): the entry (arch) has put the registers that may hold arguments into a struct; they
 * wait, with a copy of the arguments on the stack, in a launch record until the goroutine first runs.
 * Only then does it get a stack: the 100,000 goroutines of a fan-out need a few stacks in turn, and
 * what a stack begins with is written when it is about to be used (2860 ns became 190).
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
#define TOP_ROOM 512u /* above the first frame: whoever copies arguments may read a little above them */
#define LAUNCHES_CHUNK (64u << 10)

struct call_registers {
    uint64_t general[6]; /* rdi rsi rdx rcx r8 r9 */
    uint64_t rax;        /* how many vector registers, for variable arguments */
    uint32_t mxcsr;
    uint16_t x87_control;
    uint16_t unused;
    unsigned char vector[8][16];
};
_Static_assert(sizeof(struct call_registers) == 192, "switch.S knows these offsets");
_Static_assert(offsetof(struct call_registers, mxcsr) == 56, "switch.S knows these offsets");
_Static_assert(offsetof(struct call_registers, vector) == 64, "switch.S knows these offsets");

struct launch {
    void *links[2]; /* of the pool */
    struct call_registers registers;
    size_t stack_bytes;
    size_t stack_size; /* of the goroutine; 0: default */
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

static struct launch *launch_take(struct worker *w)
{
    struct launch *launch;
    while (!(launch = pool_take(&launches, w ? &w->launches : NULL)))
        if (!launches_more())
            return NULL;
    return launch;
}

/* ---- the first frame ---- */

/* As stack_bytes is an upper bound, this may read more of the caller's frame than the arguments, which
 * AddressSanitizer would forbid; its memcpy, too. */
static NOINLINE __attribute__((no_sanitize("address"))) void arguments_copy(void *to, const void *from,
                                                                            size_t bytes)
{
    uint64_t *target = to;
    const volatile uint64_t *words = from;
    for (size_t i = 0; i < bytes / sizeof *words; i++)
        target[i] = words[i];
}

/* By the words in which the entry has just stored them: a wider load would wait for the stores. */
static inline void registers_copy(struct call_registers *to, const struct call_registers *from)
{
    const volatile uint64_t *general = from->general;
    for (int i = 0; i < 6; i++)
        to->general[i] = general[i];
    to->rax = *(const volatile uint64_t *)&from->rax;
    to->mxcsr = from->mxcsr;
    to->x87_control = from->x87_control;
    memcpy(to->vector, from->vector, sizeof to->vector);
}

/* Where the arguments on the stack begin, aligned. There is always room for as many as a launch record
 * has, so that what runs below another's does not run over where the next one's come to be. */
static inline char *arguments_place(struct stack stack, size_t bytes)
{
    size_t room = bytes < INLINE_STACK ? INLINE_STACK : (bytes + 15) & ~(size_t)15;
    return stack.low + stack.size - TOP_ROOM - room;
}

static inline char *arguments_of(const struct launch *launch, struct stack stack)
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

/* With the registers on the stack, too: below the arguments would be in the way of coro_boot, so above.
 */
static struct switch_frame *frame_make_whole(const struct goroutine *g,
                                             const struct call_registers *registers,
                                             const void *stack, size_t stack_bytes)
{
    char *place = g->stack.low + g->stack.size - TOP_ROOM / 2 - sizeof *registers;
    memcpy(place, registers, sizeof *registers);
    char *top = arguments_place(g->stack, stack_bytes);
    if (stack_bytes)
        arguments_copy(top, stack, stack_bytes);
    return frame_make(g, top, (struct call_registers *)(void *)place);
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
    return frame_make_whole(g, &none, NULL, 0);
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
    int error = stack_take(w, launch->stack_size, &g->stack);
    if (error)
        return error;
    char *top = arguments_of(launch, g->stack);
    stack_adopt(g, frame_make(g, top, &launch->registers));
    launch_begun(w, g);
    return 0;
}

bool spawn_wants_default(const struct goroutine *g)
{
    return g->launch && !g->launch->stack_size;
}

void spawn_begin(struct worker *w, struct goroutine *g, struct stack stack)
{
    struct launch *launch = g->launch;
    char *top = arguments_of(launch, stack);
    g->stack = stack;
    launch_begun(w, g);
    coro_begin(top, &launch->registers, g->fn);
}

/* ---- launching ---- */

static int launch_later(struct worker *w, struct goroutine *g, const struct rgo_launch *wanted,
                        const struct call_registers *registers, const void *stack)
{
    struct launch *launch = launch_take(w);
    if (!launch)
        return ENOMEM;
    registers_copy(&launch->registers, registers);
    launch->stack_size = wanted->attr ? wanted->attr->stack_size : 0;
    launch->stack_bytes = wanted->stack_bytes;
    if (wanted->stack_bytes)
        arguments_copy(launch->stack, stack, wanted->stack_bytes);
    g->launch = launch;
    return 0;
}

/* Many arguments, or a stack of its own size: the error, if any, belongs to whoever asked for it. */
static int launch_now(struct worker *w, struct goroutine *g, const struct rgo_launch *wanted,
                      const struct call_registers *registers, const void *stack)
{
    size_t size = wanted->attr ? wanted->attr->stack_size : 0;
    size_t needed = wanted->stack_bytes + 4 * TOP_ROOM + 4096;
    if (needed > (size ? size : stack_default_size()))
        size = needed;
    int error = stack_take(w, size, &g->stack);
    if (error)
        return error;
    stack_adopt(g, frame_make_whole(g, registers, stack, wanted->stack_bytes));
    return 0;
}

static void attributes_apply(struct goroutine *g, const rgo_attr *attr)
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
static void publish(struct worker *w, struct goroutine *g)
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
            worker_wake_other();
    }
}

static int launch(const struct rgo_launch *wanted, const struct call_registers *registers,
                  const void *stack, const void *pc)
{
    struct worker *w = worker_self();
    struct goroutine *self = goroutine_self();
    struct goroutine *g = goroutine_take_record(w);
    if (!g)
        return ENOMEM;
    g->fn = wanted->fn;
    g->parent = self->id;
    annotate_new(g);
    g->spawn_pc = pc;
    if (UNLIKELY(runtime_hooks != NULL))
        g->task = runtime_hooks->task_create(self->task, g->id, (const void *)g->fn, pc);
    bool later = wanted->stack_bytes <= INLINE_STACK && !(wanted->attr && wanted->attr->stack_size);
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
    runtime_start();
    int error = launch(wanted, registers, stack, pc);
    if (wanted->may_fail)
        goroutine_self()->launch_error = error;
    else if (error)
        rgo_launch_failed(error);
}

/* For C++ and whoever has no prototype at hand. */
int rgo_go_closure(const rgo_attr *attr, void (*fn)(void *), void *argument)
{
    runtime_start();
    return spawn_closure(attr, fn, argument, __builtin_return_address(0));
}

int spawn_closure(const rgo_attr *attr, void (*fn)(void *), void *argument, const void *pc)
{
    struct rgo_launch wanted = {.fn = (void (*)(void))fn, .attr = attr};
    struct call_registers registers = {.general = {(uint64_t)(uintptr_t)argument}};
    modes_get(&registers);
    return launch(&wanted, &registers, NULL, pc);
}

/* ---- the end ---- */

/* Of goroutine_finished and rgo_exit, on the goroutine's own stack. */
void goroutine_returned(void)
{
    if (UNLIKELY(!worker_self()))
        blocking_region_leave();
    struct goroutine *g = worker_self()->current;
    if (UNLIKELY(g->defers != NULL))
        defers_run(g);
    if (UNLIKELY(g->locals != NULL))
        locals_destroy(g);
    if (UNLIKELY(g->group != NULL))
        errgroup_finished(g);
    HOOK(task_end(g->task));
    scheduler_leave();
}

void goroutine_finished(int result);
/* From coro_boot: what its function has returned, if it returns an int. */
void goroutine_finished(int result)
{
    if (UNLIKELY(!worker_self()))
        blocking_region_leave();
    struct goroutine *g = worker_self()->current;
    if (UNLIKELY(g->group != NULL))
        g->group_result = result;
    if (UNLIKELY(g == fork_main))
        fork_main_returned(g);
    goroutine_returned();
}
