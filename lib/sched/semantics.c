/*
 * semantics: when each kind of operation is enabled, and what it does to the model (RULES.md, part
 * 2, the table). The rules of the primitives themselves are POSIX's.
 */
#include "semantics.h"

#include <errno.h>

/* ---- tasks ---- */

static const struct op_semantics op_always = {.class = OBJECT_NONE};

static int end_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)outcome;
    task->state = TASK_ENDED;
    object_mark(sched, task->object[0]);
    robust_end(sched, task);
    return 0;
}
static const struct op_semantics op_end = {.class = OBJECT_TASK, .execute = end_execute};

static uint32_t join_outcomes(const struct sched *sched, const struct task *task)
{
    return sched->tasks[task->op.count].state == TASK_ENDED;
}
bool op_timed(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->op.deadline != SCHED_NEVER;
}
static int timed_out_or_ok(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)sched, (void)task;
    return outcome == TRACE_TIMED_OUT ? ETIMEDOUT : 0;
}
static const struct op_semantics op_join = {
    .class = OBJECT_TASK,
    .outcomes = join_outcomes,
    .may_give_up = op_timed,
    .execute = timed_out_or_ok,
};

/* Never enabled: it only gives up, at its deadline. */
static uint32_t sleep_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched, (void)task;
    return 0;
}
static const struct op_semantics op_sleep = {
    .class = OBJECT_NONE,
    .outcomes = sleep_outcomes,
    .may_give_up = op_timed,
};

static uint32_t choose_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->op.count ? task->op.count : 1;
}
static int choose_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)sched, (void)task;
    return (int)outcome;
}
static const struct op_semantics op_choose = {
    .class = OBJECT_NONE,
    .outcomes = choose_outcomes,
    .execute = choose_execute,
};

static uint32_t external_outcomes(const struct sched *sched, const struct task *task)
{
    return sched->config.ready(sched->config.context, task_number(sched, task), &task->op);
}
static const struct op_semantics op_external = {
    .class = OBJECT_OUTSIDE,
    .outcomes = external_outcomes,
    .may_give_up = op_timed,
    .execute = timed_out_or_ok,
};

/* ---- semaphores ---- */

static uint32_t sem_wait_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->object[0]->semaphore.units > 0;
}

static bool sem_wait_only_looks(const struct sched *sched, const struct task *task,
                                uint32_t outcome)
{
    (void)outcome;
    return !sem_wait_outcomes(sched, task);
}

static int sem_wait_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    if (outcome == TRACE_TIMED_OUT)
        return ETIMEDOUT;
    task->object[0]->semaphore.units--;
    object_mark(sched, task->object[0]);
    return 0;
}
static const struct op_semantics op_sem_wait = {
    .class = OBJECT_SEMAPHORE,
    .outcomes = sem_wait_outcomes,
    .may_give_up = op_timed,
    .only_looks = sem_wait_only_looks,
    .execute = sem_wait_execute,
};

static int sem_trywait_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    return task->object[0]->semaphore.units ? sem_wait_execute(sched, task, outcome) : EAGAIN;
}
static const struct op_semantics op_sem_trywait = {
    .class = OBJECT_SEMAPHORE,
    .tries = true,
    .only_looks = sem_wait_only_looks,
    .execute = sem_trywait_execute,
};

static int sem_post_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    (void)outcome;
    if (task->object[0]->semaphore.units == INT32_MAX)
        return EOVERFLOW;
    task->object[0]->semaphore.units++;
    object_mark(sched, task->object[0]);
    return 0;
}
static const struct op_semantics op_sem_post = {
    .class = OBJECT_SEMAPHORE,
    .execute = sem_post_execute,
};

/* ---- barriers: the phase's last to arrive lets all go ---- */

static int arrive_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *object = task->object[0];
    (void)outcome;
    task->phase = object->barrier.phase;
    if (++object->barrier.arrived < task->op.count)
        return 0;
    object->barrier.arrived = 0;
    object->barrier.phase++;
    object_mark(sched, object);
    return 1;
}
static const struct op_semantics op_arrive = {.class = OBJECT_BARRIER, .execute = arrive_execute};

static uint32_t leave_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->object[0]->barrier.phase != task->phase;
}
static const struct op_semantics op_leave = {.class = OBJECT_BARRIER, .outcomes = leave_outcomes};

/* ---- once ---- */

static uint32_t once_begin_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return !task->object[0]->once.runner;
}

static bool once_is_done(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)sched, (void)outcome;
    return task->object[0]->once.done;
}

static int once_begin_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *object = task->object[0];
    (void)outcome;
    if (object->once.done)
        return 0;
    object->once.runner = task_number(sched, task) + 1;
    object_mark(sched, object);
    return 1;
}
static const struct op_semantics op_once_begin = {
    .class = OBJECT_ONCE,
    .outcomes = once_begin_outcomes,
    .only_looks = once_is_done,
    .execute = once_begin_execute,
};

/* op.count: 1 = the routine ran to its end, 0 = it was left (exception, cancellation). */
static int once_end_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    struct object *object = task->object[0];
    (void)outcome;
    object->once.runner = 0;
    object->once.done = task->op.count;
    object_mark(sched, object);
    return 0;
}
static const struct op_semantics op_once_end = {.class = OBJECT_ONCE, .execute = once_end_execute};

/* ---- goroutines ---- */

static uint32_t parked_outcomes(const struct sched *sched, const struct task *task)
{
    (void)sched;
    return task->signalled;
}
static int parked_execute(struct sched *sched, struct task *task, uint32_t outcome)
{
    task->signalled = false;
    return timed_out_or_ok(sched, task, outcome);
}
static const struct op_semantics op_parked = {
    .class = OBJECT_NONE,
    .outcomes = parked_outcomes,
    .may_give_up = op_timed,
    .execute = parked_execute,
};
static const struct op_semantics op_sigwait = {
    .class = OBJECT_TASK,
    .outcomes = parked_outcomes,
    .may_give_up = op_timed,
    .execute = parked_execute,
};
static const struct op_semantics op_point = {.class = OBJECT_GO};

void sched_wake(struct sched *sched, uint32_t number)
{
    struct task *task = &sched->tasks[number];
    task->signalled = true;
    task->woken_by = sched->steps;
    if (task->state == TASK_PENDS && task->semantics->execute == parked_execute)
        standing_update(sched, task);
}

/* ---- the table ---- */

/* A compare-exchange that would fail only reads. */
static bool access_only_looks(const struct sched *sched, const struct task *task, uint32_t outcome)
{
    (void)outcome;
    return task->op.flags & SCHED_CONDITIONAL &&
           !sched->config.ready(sched->config.context, task_number(sched, task), &task->op);
}
static const struct op_semantics op_access = {
    .class = OBJECT_MEMORY,
    .only_looks = access_only_looks,
};

const struct op_semantics *const op_semantics[SCHED_KINDS] = {
#define OP(name, semantics, role, words) [SCHED_##name] = &semantics,
#include "trace/ops.def"
#undef OP
};

const uint8_t op_roles[SCHED_KINDS] = {
#define OP(name, semantics, role, words) [SCHED_##name] = ROLE_##role,
#include "trace/ops.def"
#undef OP
};
