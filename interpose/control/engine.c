/*
 * engine: see engine.h. Life, the loop over schedules, and the two signals by which the kernel
 * tells us what a schedule does.
 */
#include "interpose/control/engine.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/image.h"
#include "interpose/thread.h"

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif
enum { DISPATCH_OFF = 0, DISPATCH_ON = 1, ALLOW = 0, BLOCK = 1 };
enum { SA_RESTORER_FLAG = 0x04000000 };

struct engine *engine;
static struct engine_desk *desk;
static int bell;

/* The one system call that handlers make while the program's are dispatched. */
__asm__(".text\n.hidden engine_gate\n.hidden engine_gate_end\n"
        ".type engine_gate, @function\n"
        "engine_gate:\n    movl $15, %eax\n    syscall\nengine_gate_end:\n    nop\n"
        ".size engine_gate, . - engine_gate\n");
static_assert(SYS_rt_sigreturn == 15, "engine_gate says so in assembly");
void engine_gate(void) __asm__("engine_gate");
extern const char engine_gate_end[] __asm__("engine_gate_end");

static long dispatch_set(int mode)
{
    long low = (long)(uintptr_t)engine_gate, size = (long)(uintptr_t)engine_gate_end + 1 - low;
    return mode == DISPATCH_ON
               ? sys_call6(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, mode, low, size,
                           (long)&engine->selector, 0)
               : sys_call6(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, mode, 0, 0, 0, 0);
}

static long action_set(int signal, const struct engine_action *new, struct engine_action *ret_old)
{
    return sys_call6(SYS_rt_sigaction, signal, (long)new, (long)ret_old, sizeof(uint64_t), 0, 0);
}

/* ---- the ends of a schedule ---- */

void engine_end(int status)
{
    engine->selector = ALLOW;
    engine->status = status;
    fiber_switch(&engine->left, &engine->own);
    __builtin_unreachable();
}

void engine_alone(const char *reason)
{
    if (engine->state == ENGINE_ALONE)
        return;
    engine->state = ENGINE_ALONE;
    engine->selector = ALLOW;
    dispatch_set(DISPATCH_OFF);
    pages_unprotect();
    action_set(SIGSEGV, &engine->fault, NULL);
    action_set(SIGSYS, &engine->trap, NULL);
    action_set(CONTROL_TICK_SIGNAL, &engine->tick, NULL);
    if (!reason)
        return;
    schedule_reason(reason);
    desk->unfit = 1;
}

/* What libc ends processes with begins like this in a engine. */
static _Noreturn void exit_entry(int status)
{
    if (engine->state == ENGINE_RUNS)
        engine_end(status);
    sys_exit_group(status);
}

/* exit() would come to us by a dispatched system call, which costs more than all else it does. */
static void exit_patch(void)
{
    unsigned char jump[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov rax; jmp rax */
    uintptr_t entry = (uintptr_t)exit_entry, at = (uintptr_t)control_libc[REAL_ID__exit];
    uintptr_t page = at & ~(uintptr_t)(ENGINE_PAGE_SIZE - 1);
    memcpy(jump + 2, &entry, sizeof entry);
    if (!at || sys_call3(SYS_mprotect, (long)page, 2 * ENGINE_PAGE_SIZE, PROT_READ | PROT_WRITE))
        return;
    memcpy((void *)at, jump, sizeof jump); // NOLINT: code
    sys_call3(SYS_mprotect, (long)page, 2 * ENGINE_PAGE_SIZE, PROT_READ | PROT_EXEC);
}

/* ---- signals ---- */

/* Of the handlers below: the kernel takes stack and mask for signals from here when they return. */
static void context_release(ucontext_t *context)
{
    if (engine->state != ENGINE_ALONE)
        return;
    context->uc_stack = engine->signal_stack;
    memcpy(&context->uc_sigmask, &engine->mask_now, sizeof engine->mask_now);
}

static void on_fault(int signal, siginfo_t *info, void *raw)
{
    char before = engine->selector;
    (void)signal;
    engine->selector = ALLOW;
    if (info->si_code != SEGV_ACCERR || !pages_open((uintptr_t)info->si_addr))
        engine_alone(NULL); /* it faults again, on its own */
    context_release(raw);
    if (engine->state != ENGINE_ALONE)
        engine->selector = before;
}

static void on_call(int signal, siginfo_t *info, void *raw)
{
    ucontext_t *context = raw;
    greg_t *r = context->uc_mcontext.gregs;
    const long arguments[] = {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]};
    enum { SYSCALL_BYTES = 2 };
    engine->selector = ALLOW;
    (void)signal;
    if (info->si_code != SYS_USER_DISPATCH) {
        engine_alone(NULL);
        sys_call3(SYS_tgkill, sys_getpid(), sys_gettid(), SIGSYS);
        return;
    }
    engine->call = context;
    int64_t result = calls_make(r[REG_RAX], arguments);
    engine->call = NULL;
    if (result == CALL_NATIVE)
        r[REG_RIP] -= SYSCALL_BYTES;
    else
        r[REG_RAX] = result;
    context_release(context);
    if (engine->state != ENGINE_ALONE)
        engine->selector = BLOCK;
}

/* It is ours, and the kernel writes to our stack alone: that it is dispatched to us would take
 * longer than the call. The write opens the page, which the kernel could not. */
long control_poll_own(struct pollfd *one, int timeout_ms)
{
    bool dispatched = engine && engine->state == ENGINE_RUNS && engine->selector == BLOCK;
    *(volatile short *)&one->revents = 0;
    if (dispatched)
        engine->selector = ALLOW;
    long result = sys_call3(SYS_poll, (long)one, 1, timeout_ms);
    if (dispatched)
        engine->selector = BLOCK;
    return result;
}

static void handler_set(int signal, void (*handler)(int, siginfo_t *, void *), uint64_t mask,
                        struct engine_action *ret_before)
{
    struct engine_action action = {
        .handler = handler,
        .flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART | SA_RESTORER_FLAG,
        .restorer = engine_gate,
        .mask = mask,
    };
    action_set(signal, &action, ret_before);
}

/* The tick looks from our stack: the kernel cannot write its frame to a page that is protected. Who
 * is to be stopped goes on alone, and the next tick stops it, on its own stack, from which it may
 * go on later. */
static void on_tick(int signal, siginfo_t *info, void *raw)
{
    const ucontext_t *context = raw;
    uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    char before = engine->selector;
    (void)signal, (void)info;
    if (before == ALLOW) { /* on_call may be in the middle of opening a page */
        if (engine->call && control_active())
            control_tick_asked(engine->call);
        return;
    }
    if (engine->state != ENGINE_RUNS || !control_active() || control_tick_running() != control_self)
        return;
    engine->selector = ALLOW;
    if (!control_tick_asked(context) && control_tick_due(pc))
        engine_alone(NULL);
    context_release(raw);
    if (engine->state != ENGINE_ALONE)
        engine->selector = before;
}

static void signals_take(void)
{
    stack_t stack = {.ss_sp = engine->signal_stack_memory, .ss_size = ENGINE_SIGNAL_STACK};
    sys_call3(SYS_sigaltstack, (long)&stack, (long)&engine->signal_stack_first, 0);
    engine->signal_stack = engine->signal_stack_first;
    const uint64_t tick = UINT64_C(1) << (CONTROL_TICK_SIGNAL - 1);
    /* A tick before the first instruction of on_fault might open the same page. */
    handler_set(SIGSEGV, on_fault, tick, &engine->fault_first);
    handler_set(SIGSYS, on_call, 0, &engine->trap_first);
    engine->fault = engine->fault_first;
    engine->trap = engine->trap_first;
    handler_set(CONTROL_TICK_SIGNAL, on_tick, tick, &engine->tick);
    control_tick_begin();
}

/* ---- one schedule ---- */

static void schedule_execute(void)
{
    if (engine->wrote)
        schedule_output_clear();
    engine->wrote = false;
    engine->call = NULL; /* the last one may have ended the schedule before */
    engine->state = ENGINE_RUNS;
    engine->selector = BLOCK;
    fiber_switch(&engine->own, &engine->main);
    engine->selector = ALLOW;
    engine->state = ENGINE_IDLE;
    if (control_block->need)
        sys_exit_group(0);
    schedule_expect(sched_trace_hash(control_sched));
    calls_undo();
    pages_restore();
    if (!desk->checked && !pages_restored())
        control_need(ENGINE_FORK, "its memory could not be put back");
    schedule_judge(&(struct schedule_end){.status = (uint32_t)engine->status & 0xff});
}

/* Is the schedule in progress the same when it is run again? */
static void check_again(void)
{
    static const char words[] = "a schedule that was run again took other steps, from step ";
    uint32_t steps = control_block->answer.steps, same = 0;
    memcpy(engine->first, control_block->trace, steps * sizeof *engine->first);
    engine->taught = *schedule_profile();
    schedule_forget();
    schedule_repeat(desk->number);
    schedule_execute();
    if (desk->keeps)
        *schedule_profile() = engine->taught;
    desk->checked = 1;
    while (same < steps && same < control_block->answer.steps &&
           trace_same_step(&engine->first[same], &control_block->trace[same]) &&
           engine->first[same].address == control_block->trace[same].address)
        same++;
    if (same == steps && control_block->answer.steps == steps)
        return;
    char text[EXPLORE_REASON_MAX], *at = text + sizeof text - 1;
    *at = 0;
    for (uint32_t rest = same + 1; rest || !*at; rest /= 10)
        *--at = (char)('0' + rest % 10);
    memcpy(at - (sizeof words - 1), words, sizeof words - 1);
    control_need(ENGINE_FORK, at - (sizeof words - 1));
}

static void command_run(void)
{
    while (schedule_take()) {
        schedule_begin(desk->number);
        schedule_execute();
        bool clean = control_block->answer.outcome == OUTCOME_CLEAN;
        if (!desk->checked && (clean || control_block->command.repeats))
            check_again();
        schedule_done();
    }
}

static void loop(void)
{
    const char *reason = calls_begin();
    if (!reason && dispatch_set(DISPATCH_ON))
        reason = "this kernel cannot dispatch system calls (Linux 5.11 can)";
    if (!reason)
        reason = pages_protect();
    if (reason)
        control_need(ENGINE_FORK, reason);
    for (uint32_t seen = desk->before;;) {
        while (atomic_load(&desk->commands) == seen)
            sys_futex_wait(&desk->commands, seen, -1, true);
        seen = atomic_load(&desk->commands);
        command_run();
        desk->cpu_ns = control_cpu_ns(RUSAGE_SELF);
        uint64_t one = 1;
        sys_write(bell, &one, sizeof one);
    }
}

/* ---- life ---- */

/* A fiber that calls `entry` on our own stack. */
static void engine_make(void (*entry)(void))
{
    enum { REGISTERS = 6 };
    uint64_t *top = (uint64_t *)(engine->stack + ENGINE_STACK) - 1;
    *--top = (uint64_t)(uintptr_t)entry;
    for (int i = 0; i < REGISTERS; i++)
        *--top = 0;
    uint32_t *floats = (uint32_t *)--top;
    __asm__ volatile("stmxcsr %0" : "=m"(floats[0]));
    __asm__ volatile("fnstcw %0" : "=m"(*(uint16_t *)&floats[1]));
    engine->own = (struct fiber){top, (uintptr_t)pthread_self()};
}

/* The kernel would write where restartable sequences are registered. */
static void rseq_leave(void)
{
    enum { UNREGISTER = 1, SIGNATURE = 0x53053053, SIZE = 32 };
    const struct link_map *map = image_find("ld-linux");
    struct image image;
    const ptrdiff_t *offset = NULL;
    if (map && image_read(&image, map->l_addr, map->l_ld))
        offset = image_symbol(&image, "__rseq_offset");
    if (offset)
        sys_call6(SYS_rseq, (long)pthread_self() + *offset, SIZE, UNREGISTER, SIGNATURE, 0, 0);
}

/* The kernel lets a stack grow only as it is, so with all that it may become being protected:
 * main's is made as large as its limit allows before. Unused pages stay without memory. */
static __attribute__((noinline)) void stack_grow(void)
{
    enum { ROOM_MAX = 64 << 20 }; /* the kernel keeps more than that free below */
    struct thread_memory memory;
    thread_memory_main(&memory);
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t low = memory.stack_low + 4 * ENGINE_PAGE_SIZE;
    if (low < here)
        *(volatile char *)__builtin_alloca(here - low < ROOM_MAX ? here - low : ROOM_MAX) = 0;
}

void engine_run(struct engine_desk *desk_shared, int bell_fd)
{
    desk = desk_shared;
    bell = bell_fd;
    engine = sys_reserve(sizeof *engine);
    if (!engine)
        control_need(ENGINE_FORK, "there is no memory for copies of its own");
    engine->desk = desk;
    schedule_outputs(1, 2); /* their own were closed */
    rseq_leave();
    stack_grow();
    exit_patch();
    control_ending_learn();
    signals_take();
    engine->main.fs = (uintptr_t)pthread_self();
    engine_make(loop);
    fiber_switch(&engine->main, &engine->own); /* returns again and again */
}
