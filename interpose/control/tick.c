/*
 * tick: a thread that computes on and on without a scheduling point (it spins on a plain variable,
 * in code that is not instrumented) keeps all others from going on. A timer of processor time looks
 * at it: who has taken no step for so long is made to stand before an operation of its own (TICK),
 * where others may go first. It happens in a signal handler, at any instruction of the program's
 * own code; never in libc's or ours, which may hold locks.
 *
 * A replay stops the thread where its plan says so: how long a thread computed before is not
 * repeated, but who loops on memory that only others change does not notice.
 *
 * Where nobody else can go, the thread goes on. When the zygote loses patience (--hang) it sends
 * the same signal and asks where the thread stands, wherever that is.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"

enum {
    TICK_NS = 10000000,
    PATIENCE = 20, /* ticks without a step */
};

static uint32_t steps_seen, ticks;
static int timer; /* the kernel's number */

static bool may_stop(const struct control_thread *thread, uintptr_t pc)
{
    return !rt_cursor.inside && !thread->is_goroutine && !control_ours(pc) &&
           (pc - control_shared->image_low < control_shared->image_size || rt_instrumented(pc));
}

/* Is it the plan's, or nobody's? */
static bool is_due(uint32_t task)
{
    uint32_t planned = sched_planned(control_sched, task);
    bool unknown = planned == SCHED_NONE || planned == SCHED_KINDS;
    return planned == SCHED_TICK || (unknown && ticks >= PATIENCE);
}

bool control_tick_due(uintptr_t pc)
{
    uint32_t self = control_self, steps = sched_steps(control_sched);
    ticks = steps == steps_seen ? ticks + 1 : 0;
    steps_seen = steps;
    return may_stop(control_thread(self), pc) && is_due(self) &&
           sched_options(control_sched, NULL, 0);
}

bool control_tick_asked(const ucontext_t *context)
{
    static const uint8_t order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                    REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                    REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
    uint64_t registers[EXPLORE_REGISTERS];
    static_assert(sizeof order == EXPLORE_REGISTERS, "each by its number in unwind tables");
    if (atomic_load(&control_block->look) != LOOK_ASKED)
        return false;
    for (size_t i = 0; i < EXPLORE_REGISTERS; i++)
        registers[i] = (uint64_t)context->uc_mcontext.gregs[order[i]];
    control_answer_tasks(registers);
    atomic_store(&control_block->look, LOOK_TOLD);
    return true;
}

uint32_t control_tick_running(void)
{
    uint32_t running = control_running ? sched_current(control_sched) : SCHED_NONE;
    return control_running && running == SCHED_NONE ? 0 /* main, before its first step */ : running;
}

/* Any thread may get the timer's signal; it is for the one that has the turn. A fiber that does not
 * have it yet is about to. */
static void tick(int signal, siginfo_t *info, void *context)
{
    const ucontext_t *interrupted = context;
    uintptr_t pc = (uintptr_t)interrupted->uc_mcontext.gregs[REG_RIP];
    int saved_errno = errno;
    uint32_t running = control_tick_running();
    bool ours = info->si_code == SI_TIMER || info->si_code == SI_USER; /* not passed on */
    if (running != SCHED_NONE && running == control_self) {
        if (!control_tick_asked(interrupted) && control_tick_due(pc))
            control_step(&(struct sched_op){
                .kind = SCHED_TICK, .deadline = SCHED_NEVER, .pc = pc + 1 /* as of a call */});
    } else if (running != SCHED_NONE && ours && !control_fibers)
        sys_call3(SYS_tgkill, sys_getpid(), control_os_id(running), signal);
    errno = saved_errno;
}

void control_tick_install(void)
{
    struct sigaction action = {.sa_sigaction = tick, .sa_flags = SA_SIGINFO | SA_RESTART};
    LIBC(sigaction)(CONTROL_TICK_SIGNAL, &action, NULL);
}

void control_tick_begin(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = CONTROL_TICK_SIGNAL};
    struct itimerspec often = {.it_interval.tv_nsec = TICK_NS, .it_value.tv_nsec = TICK_NS};
    if (sys_call3(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, (long)&event, (long)&timer) == 0)
        sys_call6(SYS_timer_settime, timer, 0, (long)&often, 0, 0, 0);
}

void control_tick_end(void)
{
    struct itimerspec never = {.it_value.tv_nsec = 0};
    sys_call6(SYS_timer_settime, timer, 0, (long)&never, 0, 0, 0);
}
