/*
 * Blocking calls. A `call` lives on the stack of the goroutine that waits for it; it is given to an
 * idle helper thread, to a new one, or, when there are as many as may be, to a queue. A helper is
 * idle (in the list, waiting on its futex), or has a call (and is in no list). The one that was
 * idle last is used first, so that those that are not needed end.
 *
 * The goroutine counts itself as outside from before the call is given away until it runs again: at
 * no moment in between can it be missed by the search for deadlocks.
 *
 * A region is a call whose body is the goroutine itself: the helper switches to its stack. What the
 * region's end switches back to is the helper's own context, `idle`.
 *
 * Order (for a detector): what runs on the helper is the goroutine's own doing, so its task goes
 * with it and there is no edge to tell.
 */
#define RGO_NO_SHORT_NAMES
#include "blocking.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "annotate.h"
#include "controlled.h"
#include "fork.h"
#include "racerun/go/blocking.h"
#include "worker.h"

#define HELPERS_DEFAULT 256u
#define HELPERS_LIMIT 10000u
#define HELPER_STACK (2u << 20)
#define IDLE_NS INT64_C(5000000000)
#define THREAD_TRIES 20

struct call_registers {
    uint64_t general[6];
    uint64_t rax;
    uint64_t unused;
    unsigned char vector[8][16];
};
_Static_assert(sizeof(struct call_registers) == 192, "blocking.S knows these offsets");

struct call_result {
    uint64_t rax, rdx;
    unsigned char vector[2][16];
    unsigned char x87[2][16];
    uint32_t x87_count;
};
_Static_assert(offsetof(struct call_result, x87) == 48, "blocking.S knows these offsets");
_Static_assert(offsetof(struct call_result, x87_count) == 80, "blocking.S knows these offsets");
_Static_assert(sizeof(struct call_result) <= 96, "blocking.S has so much room");

struct call {
    struct goroutine *g;
    const struct rgo_blocking_call *wanted; /* NULL: a region */
    const struct call_registers *registers;
    const void *stack;
    struct call_result *result;
    int error; /* errno, in and out */
    uint32_t mxcsr;
    uint16_t x87_control;
    struct call *next;
    sigset_t mask; /* of the thread that makes a helper for it */
};

/* On its thread's own stack. */
struct helper {
    struct helper *next;
    struct call *call;
    _Atomic uint32_t woken; /* futex */
    sigset_t mask;          /* for the time of a call */
    struct goroutine idle;  /* its own context, during a region */
    struct goroutine *region;
    void *task;        /* of the goroutine whose call is being made */
    bool prepared;     /* for running on a goroutine's stack */
    bool signal_stack; /* it got one for that */
};

static struct {
    struct lock lock; /* guards all */
    struct helper *idle;
    struct call *first, *last;
    unsigned count, max;
} pool;
FORK_LOCK(pool_fork_lock, pool.lock);

static pthread_once_t pool_once = PTHREAD_ONCE_INIT;

static __thread struct helper *helper_here __attribute__((tls_model("initial-exec")));

void blocking_invoke(void (*fn)(void), const struct call_registers *registers, const void *stack,
                     size_t stack_bytes, struct call_result *ret_result);
void blocking_call(const struct rgo_blocking_call *wanted, const struct call_registers *registers,
                   const void *stack, struct call_result *result, const void *pc);

/* Goroutines change threads: the compiler must not keep what it read before. */
static NOINLINE struct helper *helper_self(void)
{
    __asm__ volatile("");
    return helper_here;
}

void *blocking_task(void)
{
    struct helper *helper = helper_self();
    return helper ? helper->task : NULL;
}

struct goroutine *blocking_region_goroutine(void)
{
    struct helper *helper = helper_self();
    return helper ? helper->region : NULL;
}

void blocking_forked(void)
{
    pool.idle = NULL;
    pool.first = pool.last = NULL;
    pool.count = helper_self() ? 1 : 0;
}

/* ---- calls ---- */

static void modes_get(uint32_t *ret_mxcsr, uint16_t *ret_x87_control)
{
    __asm__ volatile("stmxcsr %0" : "=m"(*ret_mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(*ret_x87_control));
}

static void modes_set(uint32_t mxcsr, uint16_t x87_control)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
    __asm__ volatile("fldcw %0" : : "m"(x87_control));
}

static void call_run(struct helper *helper, struct call *call)
{
    uint32_t mxcsr;
    uint16_t x87_control;
    modes_get(&mxcsr, &x87_control);
    modes_set(call->mxcsr, call->x87_control);
    *rgo_errno() = call->error;
    helper->task = call->g->task;
    HOOK(task_run(helper->task));
    blocking_invoke(call->wanted->fn, call->registers, call->stack, call->wanted->stack_bytes,
                    call->result);
    call->error = *rgo_errno();
    guest_forget(); /* fn may have made this thread one */
    HOOK(task_run(NULL));
    helper->task = NULL;
    modes_set(mxcsr, x87_control);
    ready(call->g, NULL); /* the call is no more after this */
}

/* ---- regions ---- */

/* As scheduler_switch does: once its worker has left its stack. */
static void *pointer_wait(struct goroutine *g)
{
    void *sp;
    while (!(sp = atomic_load_explicit(&g->sp, memory_order_acquire)))
        sched_yield();
    atomic_store_explicit(&g->sp, NULL, memory_order_relaxed);
    return sp;
}

static void region_run(struct helper *helper, struct goroutine *g, int error)
{
    if (!helper->prepared) {
        helper->prepared = true;
        stack_t present;
        helper->signal_stack = sigaltstack(NULL, &present) == 0 && present.ss_flags & SS_DISABLE;
        annotate_thread(&helper->idle);
        worker_thread_started();
    }
    void *sp = pointer_wait(g);
    atomic_store_explicit(&g->state, GOROUTINE_RUNNING, memory_order_relaxed);
    helper->region = g;
    HOOK(task_run(g->task));
    *rgo_errno() = error;
    void *fake = NULL;
    annotate_switch(&fake, g, false);
    coro_switch(&helper->idle.sp, sp, NULL);
    annotate_switched(fake, &helper->idle);
    HOOK(task_run(NULL));
}

/* ---- helpers ---- */

static void futex_wait_some(_Atomic uint32_t *word, int64_t timeout_ns)
{
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
                               .tv_nsec = timeout_ns % 1000000000};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
}

/* Under the lock: leaves the list; false: somebody has taken it already, with a call. */
static bool idle_leave(struct helper *helper)
{
    for (struct helper **link = &pool.idle; *link; link = &(*link)->next)
        if (*link == helper) {
            *link = helper->next;
            return true;
        }
    return false;
}

/* The next call; NULL: none for a long time, and the helper no longer counts. */
static struct call *call_next(struct helper *helper)
{
    lock_take(&pool.lock);
    struct call *call = pool.first;
    if (call) {
        pool.first = call->next;
        lock_release(&pool.lock);
        return call;
    }
    atomic_store(&helper->woken, 0);
    helper->call = NULL;
    helper->next = pool.idle;
    pool.idle = helper;
    lock_release(&pool.lock);
    int64_t end = time_now() + IDLE_NS;
    while (!atomic_load_explicit(&helper->woken, memory_order_acquire)) {
        int64_t left = end - time_now();
        if (left > 0) {
            futex_wait_some(&helper->woken, left);
            continue;
        }
        lock_take(&pool.lock);
        bool over = idle_leave(helper);
        if (over)
            pool.count--;
        lock_release(&pool.lock);
        if (over)
            return NULL;
        sched_yield(); /* who took it is about to say so */
    }
    return helper->call;
}

static void signal_stack_free(struct helper *helper)
{
    stack_t stack, none = {.ss_flags = SS_DISABLE};
    if (helper->signal_stack && sigaltstack(NULL, &stack) == 0 && !(stack.ss_flags & SS_DISABLE) &&
        sigaltstack(&none, NULL) == 0)
        munmap(stack.ss_sp, stack.ss_size);
}

static void helper_lost(void *unused)
{
    (void)unused;
    fatal_text("a blocking call ended its thread: its goroutine would wait for ever");
}

static void helper_serve(struct helper *helper, struct call *call, const sigset_t *blocked)
{
    while (call) {
        pthread_sigmask(SIG_SETMASK, &helper->mask, NULL);
        if (call->wanted)
            call_run(helper, call);
        else
            region_run(helper, call->g, call->error);
        pthread_sigmask(SIG_SETMASK, blocked, NULL);
        call = call_next(helper);
    }
}

static void *helper_main(void *argument)
{
    struct helper helper = {.mask = ((struct call *)argument)->mask};
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    helper_here = &helper;
    pthread_cleanup_push(helper_lost, NULL);
    helper_serve(&helper, argument, &blocked);
    pthread_cleanup_pop(0);
    signal_stack_free(&helper);
    helper_here = NULL;
    scheduler_helper_add(-1);
    return NULL;
}

/* Returns 0 or an errno. A lack of threads may pass: it is tried for a fifth of a second, as Go
 * does. */
static int thread_create(const pthread_attr_t *attributes, struct call *call)
{
    pthread_t thread;
    int error;
    for (int tries = 0; tries < THREAD_TRIES; tries++) {
        error = pthread_create(&thread, attributes, helper_main, call);
        if (error != EAGAIN)
            break;
        nanosleep(&(struct timespec){.tv_nsec = (tries + 1) * 1000000}, NULL);
    }
    return error;
}

/* Returns 0 or an errno. The caller has counted it. */
static int helper_start(struct call *call)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error)
        return error;
    /* What the thread itself does wrong must still come to a handler. */
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&blocked, faults[i]);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, HELPER_STACK);
    scheduler_helper_add(1);
    pthread_sigmask(SIG_BLOCK, &blocked, &call->mask);
    sigset_t mask = call->mask; /* the call may be over soon */
    error = thread_create(&attributes, call);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (error)
        scheduler_helper_add(-1);
    pthread_attr_destroy(&attributes);
    return error;
}

static void pool_start(void)
{
    unsigned wanted = env_number("RGO_BLOCKING_MAX", HELPERS_LIMIT);
    pool.max = wanted ? wanted : HELPERS_DEFAULT;
}

/* Under the lock. */
static void pool_queue(struct call *call)
{
    call->next = NULL;
    if (pool.first)
        pool.last->next = call;
    else
        pool.first = call;
    pool.last = call;
}

/* Under the lock: gives the call to an idle helper, which is to be woken; NULL: there is none. */
static struct helper *idle_give(struct call *call)
{
    struct helper *helper = pool.idle;
    if (helper) {
        pool.idle = helper->next;
        helper->call = call;
    }
    return helper;
}

static void helper_wake(struct helper *helper)
{
    atomic_store_explicit(&helper->woken, 1, memory_order_release);
    /* It may be gone by now: the address is all that the kernel looks at. */
    syscall(SYS_futex, &helper->woken, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Too few threads for one more: then the others see to the call, if there are any. Those that went
 * idle meanwhile look at the queue no more. */
static void helper_failed(struct call *call)
{
    lock_take(&pool.lock);
    pool.count--;
    bool hopeless = pool.count == 0;
    struct helper *helper = idle_give(call);
    if (!helper && !hopeless)
        pool_queue(call);
    lock_release(&pool.lock);
    if (hopeless)
        fatal_text("runtime: cannot create a thread for a blocking call");
    if (helper)
        helper_wake(helper);
}

/* Once this begins the call may be made, and its goroutine made ready before it parks: its null
 * stack pointer keeps other workers off until then (runtime.h). */
static void call_submit(struct call *call)
{
    lock_take(&pool.lock);
    struct helper *helper = idle_give(call);
    bool start = !helper && pool.count < pool.max;
    if (start)
        pool.count++;
    else if (!helper)
        pool_queue(call);
    lock_release(&pool.lock);
    if (helper)
        helper_wake(helper);
    else if (start && helper_start(call))
        helper_failed(call);
}

static void call_wait(struct call *call, const void *pc)
{
    call->g = goroutine_self();
    call->error = *rgo_errno();
    modes_get(&call->mxcsr, &call->x87_control);
    pthread_once(&pool_once, pool_start);
    scheduler_outside_add(1);
    const void *object = call->wanted ? (const void *)call->wanted->fn : NULL;
    HOOK(task_run(NULL)); /* from here on the helper may be it: see park */
    call_submit(call);
    park(NULL, WAIT_BLOCKING, object, pc);
}

/* From the entry. */
void blocking_call(const struct rgo_blocking_call *wanted, const struct call_registers *registers,
                   const void *stack, struct call_result *result, const void *pc)
{
    runtime_start();
    if (!worker_self() || UNLIKELY(controlled != NULL)) {
        blocking_region_check();
        blocking_invoke(wanted->fn, registers, stack, wanted->stack_bytes, result);
        return;
    }
    struct call call = {.wanted = wanted, .registers = registers, .stack = stack, .result = result};
    call_wait(&call, pc);
    scheduler_outside_add(-1);
    *rgo_errno() = call.error;
}

void rgo_blocking_run(void (*fn)(void *), void *argument)
{
    struct rgo_blocking_call wanted = {.fn = (void (*)(void))fn};
    struct call_registers registers = {.general = {(uint64_t)(uintptr_t)argument}};
    struct call_result result;
    blocking_call(&wanted, &registers, NULL, &result, __builtin_return_address(0));
}

/* ---- the public face of regions ---- */

void rgo_blocking_begin(void)
{
    runtime_start();
    struct worker *w = worker_self();
    if (!w) {
        blocking_region_check();
        return;
    }
    if (w->current->pinned)
        return;
    struct call call = {0};
    call_wait(&call, __builtin_return_address(0)); /* returns on a helper */
}

/* On a helper: back to a worker. */
static void region_end(struct helper *helper)
{
    struct goroutine *g = helper->region;
    helper->region = NULL;
    g->error = *rgo_errno();
    void *sp = atomic_load(&helper->idle.sp);
    ready(g, NULL); /* its stack pointer is null until it has left this stack */
    struct exceptions *here = exceptions_here(), held = {0};
    if (exceptions_held(here))
        held = exceptions_take(here);
    void *fake = NULL;
    annotate_switch(&fake, &helper->idle, false);
    coro_switch(&g->sp, sp, NULL);
    annotate_switched(fake, g);
    exceptions_put(held);
    scheduler_outside_add(-1);
}

static bool region_leave(void)
{
    struct helper *helper = helper_self();
    if (!helper || !helper->region)
        return false;
    region_end(helper);
    return true;
}

void blocking_region_leave(void)
{
    region_leave();
}

void blocking_region_check(void)
{
    if (UNLIKELY(region_leave()))
        panic_text("the runtime is used inside a go_blocking region");
}

void rgo_blocking_end(void)
{
    runtime_start();
    struct worker *w = worker_self();
    if (!w)
        region_leave();
    else if (!w->current->pinned)
        panic_text("go_blocking_end without go_blocking_begin");
}
