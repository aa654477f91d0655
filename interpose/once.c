/*
 * once: pthread_once, call_once and the guards of C++ local statics (P7).
 *
 * The end of the routine happens before every return. libc marks the control word as done after the
 * routine has returned, so the release comes at the end of the routine: a wrapper runs it. The
 * wrapper gets no argument; it finds the call through the thread.
 *
 * A routine that throws or is cancelled orders, too: before the next caller, who runs it again. The
 * wrapper's frame has a personality routine of its own, which the unwinder calls when it passes.
 *
 * A C++ guard is a byte that compiled code reads with an atomic acquire load of its own before it
 * calls __cxa_guard_acquire. So the guard is an atomic to the engine, too. A construction that
 * throws hands the guard over (__cxa_guard_abort), as a routine that throws does.
 *
 * Who finds a routine in progress waits for whoever runs it, so both take part in deadlocks.
 */
#include "interpose/once.h"

#include "interpose/blocked.h"
#include "interpose/control/control.h"

/* ---- who runs and who waits ---- */

enum {
    RUNNERS = 64,   /* who runs more than that at once is waited for, but not known */
    STATE_MASK = 3, /* of glibc's control word */
    STATE_BEGUN = 1,
};

static struct runner {
    struct thread *_Atomic thread;
    _Atomic uintptr_t control;
    struct hb_ctx ctx;
} runners[RUNNERS];

static void runner_begin(uintptr_t control, uintptr_t pc)
{
    if (!rt_self.thread || !rt_control->options.report_deadlocks || control_active())
        return;
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    for (size_t i = 0; i < RUNNERS; i++) {
        struct thread *nobody = NULL;
        if (atomic_compare_exchange_strong(&runners[i].thread, &nobody, rt_self.thread)) {
            runners[i].ctx = hb_ctx_here(task, pc);
            atomic_store(&runners[i].control, control);
            break;
        }
    }
    rt_leave();
}

static void runner_end(uintptr_t control)
{
    for (size_t i = 0; i < RUNNERS; i++)
        if (atomic_load(&runners[i].control) == control &&
            atomic_load(&runners[i].thread) == rt_self.thread) {
            atomic_store(&runners[i].control, 0);
            atomic_store(&runners[i].thread, NULL);
            return;
        }
}

struct thread *once_runner(uintptr_t control, struct hb_ctx *ret_ctx)
{
    for (size_t i = 0; i < RUNNERS; i++)
        if (atomic_load(&runners[i].control) == control) {
            *ret_ctx = runners[i].ctx;
            return atomic_load(&runners[i].thread);
        }
    return NULL;
}

void once_fork_child(void)
{
    for (size_t i = 0; i < RUNNERS; i++) {
        atomic_store(&runners[i].control, 0);
        atomic_store(&runners[i].thread, NULL);
    }
}

/* ---- pthread_once and call_once ---- */

struct once_call {
    struct once_call *outer;
    uintptr_t control;
    void (*routine)(void);
    void (*left)(void *control); /* whom to tell when the routine is left by unwinding, or NULL */
    uintptr_t pc, sp;            /* of the program's call */
    bool waits;                  /* and what it did before: */
    struct blocked before;
};

/* It waits no more: it is done, or the caller's turn now. */
static void once_wait_end(struct once_call *call)
{
    if (call->waits)
        blocked_end(&call->before);
    call->waits = false;
}

void once_tell_left(void (*left)(void *control))
{
    rt_self.once->left = left;
}

static void once_acquire(uintptr_t control)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_acquire(task, control);
        rt_leave();
    }
}

static void once_release(uintptr_t control)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, control);
        rt_leave();
    }
}

RT_HIDDEN void once_run(void);
RT_HIDDEN void once_routine(void);
RT_HIDDEN int once_personality(int version, int actions, uint64_t class, void *exception,
                               void *context);

/* The body of once_run. */
void once_routine(void)
{
    struct once_call *call = rt_self.once;
    once_wait_end(call);
    runner_begin(call->control, call->pc);
    once_acquire(call->control); /* earlier attempts */
    rt_call_begin(call->pc, call->sp);
    call->routine();
    rt_call_end(call->pc);
    once_release(call->control);
    runner_end(call->control);
}

/* What libc calls: a frame of its own, for the sake of its personality. */
__asm__(".text\n"
        ".p2align 4\n"
        ".hidden once_run\n"
        ".globl once_run\n"
        ".type once_run, @function\n"
        "once_run:\n"
        "    .cfi_startproc\n"
        "    .cfi_personality 0x1b, once_personality\n" /* pc-relative, 4 bytes */
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    call once_routine\n"
        "    popq %rbp\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size once_run, . - once_run\n");

/* The Itanium C++ ABI's protocol, of which we need the second phase alone. */
int once_personality(int version, int actions, uint64_t class, void *exception, void *context)
{
    enum { CLEANUP_PHASE = 2, CONTINUE_UNWIND = 8 };
    (void)version, (void)class, (void)exception, (void)context;
    struct once_call *call = rt_self.once;
    if ((actions & CLEANUP_PHASE) && call) {
        once_release(call->control);
        runner_end(call->control);
        rt_call_end(call->pc);
        if (call->left)
            call->left((void *)call->control);
        rt_self.once = call->outer;
    }
    return CONTINUE_UNWIND;
}

/* A signal handler may call pthread_once, too: it puts back what it found. */
static void once_begin(struct once_call *call, int *control, void (*routine)(void), uintptr_t pc,
                       uintptr_t sp)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_check_freed(task, (uintptr_t)control, pc);
        rt_leave();
    }
    *call = (struct once_call){.outer = rt_self.once,
                               .control = (uintptr_t)control,
                               .routine = routine,
                               .pc = pc,
                               .sp = sp};
    if ((__atomic_load_n(control, __ATOMIC_RELAXED) & STATE_MASK) == STATE_BEGUN)
        call->waits = blocked_enter(&call->before, OBJECT_ONCE_FLAG, call->control, pc);
    rt_self.once = call;
}

static void once_end(struct once_call *call)
{
    once_wait_end(call);
    rt_self.once = call->outer;
    once_acquire(call->control);
}

INTERCEPT(int, pthread_once, (pthread_once_t * control, void (*routine)(void)))
{
    rt_boot();
    struct once_call call;
    once_begin(&call, control, routine, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());
    int result = REAL(pthread_once)(control, once_run);
    once_end(&call);
    return result;
}

INTERCEPT(void, call_once, (once_flag * flag, void (*routine)(void)))
{
    rt_boot();
    struct once_call call;
    once_begin(&call, &flag->__data, routine, RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());
    REAL(call_once)(flag, once_run);
    once_end(&call);
}

/* ---- C++ local statics ---- */

/* The Itanium C++ ABI leaves all but the first byte to the library; libstdc++ marks the second. */
static bool guard_is_begun(const char *guard)
{
    return !__atomic_load_n(guard, __ATOMIC_RELAXED) &&
           __atomic_load_n(guard + 1, __ATOMIC_RELAXED);
}

INTERCEPT(int, __cxa_guard_acquire, (void *guard))
{
    struct blocked before;
    bool waits = guard_is_begun(guard) &&
                 blocked_enter(&before, OBJECT_ONCE_FLAG, (uintptr_t)guard, RT_CALLER);
    int result = REAL(__cxa_guard_acquire)(guard);
    if (waits)
        blocked_end(&before);
    if (result)
        runner_begin((uintptr_t)guard, RT_CALLER);
    struct hb_task *task = rt_enter();
    if (task) { /* after the construction, or after the attempts before this one */
        struct hb_atomic op;
        hb_atomic_begin(task, &op, (uintptr_t)guard, 1);
        hb_atomic_load(&op, HB_ACQUIRE, RT_CALLER);
        rt_leave();
    }
    return result;
}

#define GUARD_GIVE(name)                                                                           \
    INTERCEPT(void, name, (void *guard))                                                           \
    {                                                                                              \
        runner_end((uintptr_t)guard);                                                              \
        struct hb_task *task = rt_enter();                                                         \
        if (!task) {                                                                               \
            REAL(name)(guard);                                                                     \
            return;                                                                                \
        }                                                                                          \
        struct hb_atomic op;                                                                       \
        hb_atomic_begin(task, &op, (uintptr_t)guard, 1);                                           \
        REAL(name)(guard);                                                                         \
        hb_atomic_store(&op, HB_RELEASE, RT_CALLER);                                               \
        rt_leave();                                                                                \
    }
GUARD_GIVE(__cxa_guard_release)
GUARD_GIVE(__cxa_guard_abort)
