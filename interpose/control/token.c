/*
 * token: threads, of which one runs at a time.
 *
 * Whoever has the turn owns the scheduler. A thread that announces an operation takes a step for
 * all: if another task is chosen it hands the turn over and waits for its own. The one that is
 * woken was chosen, and its operation has taken effect.
 *
 * Threads are fibers of one kernel thread (fiber.h), and the turn is passed by a switch; or they
 * are real, each waiting for its turn on a futex.
 *
 * A thread that ends hands the turn over as its last act of ours, but libc still tidies up after it
 * (frees its caches, keeps its stack for the next thread). The next one waits until the kernel has
 * forgotten the thread, or addresses would depend on real time.
 */
#include "interpose/control/control.h"
#include "interpose/enter.h"

#include <errno.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/sys.h"

struct sched *control_sched;
bool control_running, control_fibers;
__thread uint32_t control_self = CONTROL_THREAD_NONE;

static _Alignas(4096) struct control_thread threads[EXPLORE_TASKS_MAX];
static uint32_t leaving; /* kernel's id of a thread on its way out; 0 = none */

struct control_thread *control_thread(uint32_t task)
{
    return &threads[task];
}

uint32_t control_task_of(uint64_t id)
{
    for (uint32_t task = sched_tasks(control_sched); task-- > 0;)
        if (threads[task].id == id)
            return task;
    return CONTROL_THREAD_NONE;
}

/* ---- the end of the execution ---- */

/* The calls that lead to `pc`, as far as instrumented code told of them. Nobody else runs. */
static void stack_tell(struct explore_task *task, struct hb_task *detected, uint64_t pc)
{
    enum { CALLS_MAX = 64 };
    struct explore_block *block = control_block;
    uint32_t room = EXPLORE_STACK_PCS - block->stacks_used;
    uint64_t *pcs = &block->stacks[block->stacks_used];
    if (room > CALLS_MAX)
        room = CALLS_MAX;
    if (!detected || !pc || !room)
        return;
    size_t calls = hb_query_stack(rt_hb, hb_ctx_here(detected, pc), (uintptr_t *)pcs, room);
    task->stack_first = block->stacks_used;
    task->stack_count = calls < room ? (uint32_t)calls : room;
    block->stacks_used += task->stack_count;
}

/* A task stands before an operation; the detector knows what instrumented code has called. */
static void waiter_tell(uint32_t number, const struct sched_op *op)
{
    struct explore_task *task = &control_block->tasks[number];
    task->address = op->address;
    task->waits_for = op->kind == SCHED_JOIN ? op->count : sched_owner(control_sched, op->address);
    stack_tell(task, threads[number].detected, op->pc);
    if (op->pc && !rt_instrumented((uintptr_t)op->pc))
        control_snapshot_take(number, NULL);
}

/* It runs, and was interrupted. */
static void runner_tell(uint32_t number, const uint64_t *registers)
{
    struct explore_task *task = &control_block->tasks[number];
    task->pc = registers[EXPLORE_REGISTERS - 1] + 1; /* as of a call */
    if (!rt_cursor.inside)
        stack_tell(task, rt_cursor.task, task->pc);
    control_snapshot_take(number, registers);
}

void control_answer_tasks(const uint64_t *registers)
{
    struct explore_answer *answer = &control_block->answer;
    uint32_t count = sched_tasks(control_sched);
    answer->tasks_count = count;
    control_block->stacks_used = control_block->snapshots_used = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct explore_task *task = &control_block->tasks[i];
        const struct sched_op *op = sched_pending(control_sched, i);
        task->ended = sched_ended(control_sched, i) || (threads[i].timer && !op);
        task->pending = op ? op->kind : TRACE_NONE;
        task->pc = op ? op->pc : 0;
        task->stack_count = task->snapshot = 0;
        if (op)
            waiter_tell(i, op);
        else if (registers && i == control_self)
            runner_tell(i, registers);
    }
}

static void text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    if (length >= size)
        length = size - 1;
    memcpy(to, from, length);
    to[length] = 0;
}

void control_finish(enum explore_outcome outcome, const char *text)
{
    struct explore_answer *answer = &control_block->answer;
    control_answer_tasks(NULL);
    if (control_block->command.tells)
        control_moments_end();
    answer->clock_ns = sched_clock(control_sched);
    if (text)
        text_copy(answer->text, sizeof answer->text, text);
    control_stop();
    answer->outcome = outcome;
    sys_exit_group(0);
}

void control_refuse(const char *why)
{
    control_finish(OUTCOME_REFUSED, why);
}

/* ---- the turn ---- */

static void turn_give(struct control_thread *owner)
{
    atomic_store_explicit(&owner->turn, 1, memory_order_release);
    sys_futex_wake(&owner->turn, 1, false);
}

static void leaver_await(void)
{
    if (!leaving)
        return;
    long pid = sys_getpid();
    while (sys_call3(SYS_tgkill, pid, leaving, 0) == 0)
        sys_yield();
    leaving = 0;
}

static void turn_await(struct control_thread *self)
{
    while (!atomic_load_explicit(&self->turn, memory_order_acquire))
        sys_futex_wait(&self->turn, 0, -1, false);
    atomic_store_explicit(&self->turn, 0, memory_order_relaxed);
    leaver_await();
}

static void fiber_pass(struct control_thread *self, struct control_thread *next)
{
    if (self->signals.mask != next->signals.mask)
        control_mask_follow(next);
    fiber_switch(&self->fiber, &next->fiber);
}

static inline uint32_t turn_pass(uint32_t owner, uint32_t task)
{
    struct control_thread *self = &threads[owner], *next = &threads[threads[task].owner];
    next->chosen = task;
    if (control_fibers) {
        fiber_pass(self, next);
    } else {
        registers_take(control_snapshot_registers(owner));
        turn_give(next);
        turn_await(self);
    }
    return self->chosen;
}

uint32_t control_turn_pass(uint32_t owner, uint32_t task)
{
    return turn_pass(owner, task);
}

/* The same by a thread that will have no turn again. */
static void turn_leave(uint32_t owner, uint32_t task)
{
    struct control_thread *self = &threads[owner], *next = &threads[threads[task].owner];
    next->chosen = task;
    if (control_fibers)
        fiber_pass(self, next);
    leaving = self->os_id;
    turn_give(next);
}

/* ---- deciding ---- */

bool control_ready(void *context, uint32_t task, const struct sched_op *op)
{
    struct control_wait *wait = threads[task].wait;
    (void)context;
    if (op->kind == SCHED_UPDATE)
        return control_update_changes(op);
    wait->timeout_ms = 0;
    return wait->ready(wait);
}

/*
 * A child process needs its time: a watchdog of four seconds that fires while it is still starting
 * would be a bug of nobody's. So the clock passes no faster than the world's while one is waited
 * for; but what a hang takes is enough.
 */
bool control_pass(void *context, uint64_t nanoseconds)
{
    enum { SLICE_MS = 5 };
    uint64_t begin = sys_monotonic_ns(), patience = control_block->settings.hang_ns;
    bool waits = true;
    (void)context;
    while (waits &&
           sys_monotonic_ns() - begin < (nanoseconds < patience ? nanoseconds : patience)) {
        waits = false;
        for (uint32_t i = 0; i < sched_tasks(control_sched); i++) {
            const struct sched_op *op = sched_pending(control_sched, i);
            if (!op || op->kind != SCHED_EXTERNAL || !threads[i].wait->is_child)
                continue;
            waits = true;
            threads[i].wait->timeout_ms = SLICE_MS;
            if (threads[i].wait->ready(threads[i].wait))
                return false;
        }
    }
    return true;
}

/* Is nobody waited for who is not waiting himself? */
static bool all_inside(void)
{
    for (uint32_t i = 0; i < sched_tasks(control_sched); i++) {
        const struct sched_op *op = sched_pending(control_sched, i);
        const struct control_wait *wait = threads[i].wait;
        if (op && op->kind == SCHED_EXTERNAL && !(wait->is_inside && wait->is_inside(wait)))
            return false;
    }
    return true;
}

static inline enum sched_verdict next_look(uint32_t *ret_task)
{
    if (__builtin_expect(control_block->command.tells, 0))
        control_moments_look();
    return sched_step(control_sched, ret_task);
}

/* Nobody can go on before a descriptor is ready that somebody outside serves. Waits for the first
 * of them a while, then for the next, until one is. `late`: others are ready, it is only the plan's
 * next that is not. */
static void outside_await(uint64_t begin, bool late)
{
    enum { SLICE_MS = 5, HASTY_NS = 50000000 };
    uint64_t patience = control_block->settings.hang_ns;
    if (late && control_block->command.hasty && patience > HASTY_NS)
        patience = HASTY_NS;
    while (sys_monotonic_ns() - begin < patience) {
        if (late) {
            sys_call3(SYS_poll, 0, 0, 1);
            return;
        }
        for (uint32_t i = 0; i < sched_tasks(control_sched); i++) {
            const struct sched_op *op = sched_pending(control_sched, i);
            if (!op || op->kind != SCHED_EXTERNAL)
                continue;
            threads[i].wait->timeout_ms = SLICE_MS;
            if (threads[i].wait->ready(threads[i].wait))
                return;
        }
    }
    if (late)
        control_finish(OUTCOME_DIVERGED, NULL);
    control_finish(OUTCOME_DEADLOCK, "nobody outside answered either");
}

static __attribute__((noinline)) uint32_t choose_on(enum sched_verdict verdict, uint32_t task,
                                                    bool may_end)
{
    uint64_t begin = 0; /* of waiting for the world outside */
    for (;; verdict = next_look(&task)) {
        switch (verdict) {
        case SCHED_GO:
            if (control_block->command.tells)
                control_moment_take(task);
            if (threads[task].timer)
                control_timer_fire(threads[task].timer);
            control_block->answer.steps = sched_steps(control_sched);
            if (!threads[task].timer)
                return task;
            break;
        case SCHED_LATE:
            if (all_inside())
                control_finish(OUTCOME_DIVERGED, NULL);
            begin = begin ? begin : sys_monotonic_ns();
            outside_await(begin, true);
            break;
        case SCHED_OUTSIDE:
            if (!all_inside()) {
                begin = begin ? begin : sys_monotonic_ns();
                outside_await(begin, false);
                break;
            }
            /* fallthrough */
        case SCHED_DEADLOCK:
            if (may_end)
                return SCHED_NONE;
            control_finish(OUTCOME_DEADLOCK, NULL);
        case SCHED_SPINNING:
            control_block->answer.steps = sched_steps(control_sched);
            /* fallthrough */
        case SCHED_TOO_LONG:
            control_finish(OUTCOME_LIVELOCK, NULL);
        case SCHED_DIVERGED:
            control_finish(OUTCOME_DIVERGED, NULL);
        case SCHED_ASLEEP:
            control_finish(OUTCOME_ASLEEP, NULL);
        }
    }
}

/* `tells`: what the command says. */
static inline uint32_t chosen(enum sched_verdict verdict, uint32_t task, bool may_end, bool tells)
{
    if (__builtin_expect(verdict != SCHED_GO || threads[task].timer || tells, 0))
        return choose_on(verdict, task, may_end);
    control_block->answer.steps = sched_steps(control_sched);
    return task;
}

static inline uint32_t choose(bool may_end)
{
    uint32_t task = SCHED_NONE;
    enum sched_verdict verdict = next_look(&task);
    return chosen(verdict, task, may_end, control_block->command.tells);
}

uint32_t control_choose(bool may_end)
{
    return choose(may_end);
}

uint32_t control_pick(uint32_t task, uint32_t count, uintptr_t pc)
{
    uint32_t outcome = sched_choose(control_sched, task, count, pc);
    if (control_block->command.tells)
        control_moment_take(task);
    control_block->answer.steps = sched_steps(control_sched);
    return outcome;
}

/* Signals wait while we are in here. */
static uint32_t token_enter(void)
{
    uint32_t before = rt_cursor.inside;
    if (!before)
        rt_cursor.inside = HB_INSIDE_HOST;
    atomic_signal_fence(memory_order_seq_cst);
    return before;
}

static void token_leave(uint32_t before)
{
    if (!before)
        leave();
}

/* What a loop that waits may come round to. */
static bool may_repeat(uint16_t kind)
{
    return kind == SCHED_READ || kind == SCHED_UPDATE || kind == SCHED_TRYLOCK ||
           kind == SCHED_TRYRDLOCK || kind == SCHED_TRYWRLOCK || kind == SCHED_SEM_TRYWAIT;
}

static __attribute__((noinline)) void pend_named(uint32_t self, const struct sched_op *op)
{
    struct sched_op named = *op;
    control_watch(op);
    named.state = control_state(op);
    sched_pend(control_sched, self, &named);
    if (named.state && sched_returned(control_sched, self))
        control_loop_met(op);
}

/* Who goes on when the calling task stands before the operation. */
static inline uint32_t pend_choose(uint32_t self, const struct sched_op *op)
{
    uint32_t task = SCHED_NONE;
    if (__builtin_expect(control_watches, 0) && may_repeat(op->kind)) {
        pend_named(self, op);
        return choose(false);
    }
    if (__builtin_expect(control_block->command.tells, 0)) {
        sched_pend(control_sched, self, op);
        return choose(false);
    }
    enum sched_verdict verdict = sched_pend_step(control_sched, self, op, &task);
    return chosen(verdict, task, false, false);
}

/* Nothing is done yet that an interruption would have to take back. */
static inline __attribute__((always_inline)) int step(const struct sched_op *op)
{
    uint32_t self = control_self;
    uint32_t before = token_enter();
    threads[self].is_inside = before != 0;
    uint32_t next = pend_choose(self, op);
    if (next != self) {
        bool watched = __builtin_expect(threads[self].watched, 0);
        if (watched)
            control_watch_end();
        turn_pass(self, next);
        if (watched)
            control_watch_begin();
    }
    int result = sched_result(control_sched, self);
    token_leave(before);
    return result;
}

static inline __attribute__((always_inline)) int step_once(const struct sched_op *op)
{
    struct control_thread *self = &threads[control_self];
    self->detected = rt_cursor.task;
    if (__builtin_expect(control_signals_pending(self) || self->cancel.requested, 0)) {
        control_attend(op);
        if (control_cancel_waits(self, op))
            return ECANCELED;
    }
    if (self->is_goroutine) {
        control_goroutine_step(op);
        return sched_result(control_sched, control_self);
    }
    int result = step(op);
    if (result == SCHED_BROKEN)
        control_attend(op);
    return result;
}

int control_step_once(const struct sched_op *op)
{
    return step_once(op);
}

/* A handler may have waited for something else meanwhile. */
static inline int step_wait(const struct sched_op *op, struct control_wait *wait)
{
    int result;
    do {
        threads[control_self].wait = wait;
        result = step_once(op);
    } while (__builtin_expect(result == SCHED_INTERRUPTED, 0));
    return __builtin_expect(result == SCHED_BROKEN, 0) ? EINTR : result;
}

int control_step_wait(const struct sched_op *op, struct control_wait *wait)
{
    return step_wait(op, wait);
}

int control_step(const struct sched_op *op)
{
    return step_wait(op, NULL);
}

/* ---- tasks ---- */

void control_fibers_begin(void)
{
    control_fibers = true;
    control_signals_begin(&threads[0]);
    __libc_single_threaded = true; /* libstdc++ asks; lenders count for nothing */
}

void control_begin(void)
{
    static const struct sched_plan none;
    const struct explore_command *command = &control_block->command;
    struct sched_plan plan = none;
    plan.events = control_block->plan;
    plan.events_count = command->plan_count;
    plan.strategy = control_block->strategy;
    plan.parameter = control_block->parameter;
    plan.seed = control_block->seed;
    plan.seed_program = command->seed_program;
    plan.steps_expected = control_shared->steps_expected;
    control_plan(&plan);
    control_watches = plan.systematic;
    if (plan.systematic)
        control_states_begin(plan.known_count);
    sched_begin(control_sched, &plan);
    if (command->tells)
        control_moments_begin();
    control_self = sched_task_new(control_sched, SCHED_NONE);
    threads[control_self].id = (uint64_t)pthread_self();
    control_accesses_begin();
    control_running = true;
    if (!control_fibers)
        control_signals_begin(&threads[control_self]);
    threads[control_self].fiber.fs = (uintptr_t)pthread_self();
    threads[control_self].os_id = 0; /* the main thread's id outlives it */
    control_block->tasks[control_self] = (struct explore_task){.creator = TRACE_NONE};
    control_goroutines_begin();
}

uint32_t control_task_create(uint64_t start)
{
    uint32_t task = sched_task_new(control_sched, control_self);
    if (task == SCHED_NONE)
        control_refuse(CONTROL_TASKS_FULL);
    threads[task] =
        (struct control_thread){.owner = task, .signals.mask = threads[control_self].signals.mask};
    control_block->tasks[task] = (struct explore_task){
        .creator = control_self, .start = start, .born = sched_steps(control_sched)};
    sched_pend(control_sched, task, CONTROL_OP(START, 0));
    return task;
}

uint32_t control_task_add(uint32_t timer)
{
    uint32_t task = sched_task_new(control_sched, control_self);
    if (task == SCHED_NONE)
        control_refuse(CONTROL_TASKS_FULL);
    threads[task] = (struct control_thread){.timer = timer};
    control_block->answer.decisions++; /* when it is due: also where it never was */
    control_block->tasks[task] = (struct explore_task){
        .creator = control_self, .name = "timer", .born = sched_steps(control_sched)};
    return task;
}

/* The thread could not be made: the task starts and ends here and now. */
void control_task_abandon(uint32_t task)
{
    sched_unpend(control_sched, task);
}

void control_task_begin(uint32_t task)
{
    uint32_t before = token_enter();
    control_self = task;
    if (!control_fibers) {
        threads[task].os_id = (uint32_t)sys_gettid();
        turn_await(&threads[task]);
    }
    token_leave(before);
    if (!control_fibers) /* else it has been handed on */
        control_signals_begin(&threads[task]);
    control_attend(NULL);
}

/* Main may have ended before the others: then the last one ends the process. */
static bool others_live(void)
{
    for (uint32_t i = 0; i < sched_tasks(control_sched); i++)
        if (!sched_ended(control_sched, i))
            return true;
    return false;
}

void control_task_end(void)
{
    control_step(CONTROL_OP(END, 0));
    token_enter();
    bool last = !others_live();
    uint32_t self = control_self, next = last ? SCHED_NONE : control_choose(false);
    control_self = CONTROL_THREAD_NONE;
    if (!last)
        turn_leave(self, next);
    else if (control_fibers)
        control_process_end(0); /* as libc's last thread does */
}

pid_t control_forked_from;

void control_fork_child(void)
{
    if (control_running)
        control_forked_from = (pid_t)sys_call3(SYS_getppid, 0, 0, 0);
    control_self = CONTROL_THREAD_NONE;
    control_running = false;
    control_zygote = 0;
}
