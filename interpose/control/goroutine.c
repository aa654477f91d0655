/*
 * goroutine: goroutines under control (racerun/hooks.h, struct rgo_control). Each is a task of the
 * scheduler, known by its task of the detector; all of them are run by one thread, the worker,
 * which is main's. The runtime keeps what its primitives mean: it makes a goroutine runnable when
 * it may go on, and asks who goes next. Who waits in the runtime has no pending operation.
 *
 * Two more tasks stand for the runtime's timers, which sleep until the first is due, and its
 * network.
 */
#include <poll.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/control.h"

enum { NUMBERS = 1 << 18, WORKER = 0 }; /* the detector's numbers of tasks; main's task */
enum { TIMERS = 1 }; /* instead of an object's address: when timers and network are waited for */

static uint32_t tasks[NUMBERS];  /* task + 1, by number; 0: it has none */
static uint32_t timers, network; /* task + 1 */
static void (*runtime_yield)(void);

struct network_wait {
    struct control_wait base;
    struct pollfd poll;
};
static struct network_wait network_wait;

/* ---- who is who ---- */

static uint32_t *entry_of(const struct hb_task *task)
{
    uint32_t number = hb_task_number(task);
    if (number >= NUMBERS)
        control_finish(OUTCOME_REFUSED, "more goroutines than can be controlled");
    return &tasks[number];
}

static uint32_t task_of(const struct hb_task *task)
{
    uint32_t entry = task ? *entry_of(task) : 0;
    return entry ? entry - 1 : CONTROL_THREAD_NONE;
}

static uint32_t task_add(uint64_t start)
{
    uint32_t task = sched_task_new(control_sched, control_self);
    if (task == SCHED_NONE)
        control_finish(OUTCOME_REFUSED, CONTROL_TASKS_FULL);
    *control_thread(task) = (struct control_thread){.owner = WORKER};
    control_block->tasks[task] = (struct explore_task){.creator = control_self,
                                                       .start = start,
                                                       .goroutine = true,
                                                       .born = sched_steps(control_sched)};
    return task;
}

void control_goroutines_prepare(void)
{
    *entry_of(rt_cursor.task) = WORKER + 1;
}

void control_goroutines_begin(void)
{
    control_thread(WORKER)->is_goroutine = runtime_yield != NULL;
}

void control_goroutine_new(const struct hb_task *task, const void *fn)
{
    if (!control_running)
        return;
    uint32_t number = task_add((uint64_t)(uintptr_t)fn);
    *entry_of(task) = number + 1;
    control_thread(number)->is_goroutine = true;
}

void control_goroutine_run(const struct hb_task *task)
{
    if (control_running)
        control_self = task_of(task);
}

/* Its END is taken when it is chosen, by nobody. */
void control_goroutine_end(const struct hb_task *task)
{
    uint32_t number = control_running ? task_of(task) : CONTROL_THREAD_NONE;
    if (number == CONTROL_THREAD_NONE)
        return;
    *entry_of(task) = 0;
    if (!control_thread(number)->is_goroutine)
        return; /* a thread's own end comes later */
    control_thread(number)->has_ended = true;
    sched_pend(control_sched, number,
               &(struct sched_op){.kind = SCHED_END, .deadline = SCHED_NEVER});
    if (control_self == number)
        control_self = CONTROL_THREAD_NONE;
}

/* ---- standing before operations ---- */

static void announce(uint32_t number, const struct sched_op *op)
{
    control_thread(number)->announced = *op;
    control_thread(number)->is_announced = true;
}

void control_goroutine_step(const struct sched_op *op)
{
    announce(control_self, op);
    runtime_yield();
}

static void begin(void (*yield)(void))
{
    runtime_yield = yield;
}

static void touch(const void *object)
{
    if (control_running && object)
        sched_touch(control_sched, (uint64_t)(uintptr_t)object);
}

static void op_name(struct sched_op *op, const void *const *objects, uint32_t count)
{
    if (count)
        op->address = (uint64_t)(uintptr_t)objects[0];
    for (uint32_t i = 1; i < count && i <= SCHED_MORE; i++)
        op->more[i - 1] = (uint64_t)(uintptr_t)objects[i];
    if (count > 1 + SCHED_MORE)
        op->flags = SCHED_WIDE;
}

static bool point(void *task, uint32_t what, const void *const *objects, uint32_t count,
                  const void *pc)
{
    static const uint16_t kinds[RGO_POINTS] = {
        [RGO_POINT_SEND] = SCHED_SEND,     [RGO_POINT_RECEIVE] = SCHED_RECEIVE,
        [RGO_POINT_CLOSE] = SCHED_CLOSE,   [RGO_POINT_SELECT] = SCHED_SELECT,
        [RGO_POINT_LOCK] = SCHED_TAKE,     [RGO_POINT_UNLOCK] = SCHED_GIVE,
        [RGO_POINT_ADD] = SCHED_ADD,       [RGO_POINT_WAIT] = SCHED_AWAIT,
        [RGO_POINT_SIGNAL] = SCHED_NOTIFY,
    };
    uint32_t number = control_running ? task_of(task) : CONTROL_THREAD_NONE;
    if (number != CONTROL_THREAD_NONE)
        control_thread(number)->detected = task;
    if (number == CONTROL_THREAD_NONE)
        number = control_self; /* a thread of the program's own */
    if (number == CONTROL_THREAD_NONE || what >= RGO_POINTS)
        return false;
    if (control_ours((uintptr_t)pc)) {
        for (uint32_t i = 0; i < count; i++)
            touch(objects[i]);
        return false;
    }
    struct sched_op op = {
        .kind = kinds[what], .deadline = SCHED_NEVER, .pc = (uint64_t)(uintptr_t)pc};
    op_name(&op, objects, count);
    if (control_thread(number)->is_goroutine)
        announce(number, &op);
    else
        control_step(&op);
    return true;
}

static void runnable(void *task, void *goroutine, bool yields)
{
    uint32_t number = control_running ? task_of(task) : CONTROL_THREAD_NONE;
    if (number == CONTROL_THREAD_NONE)
        return;
    struct control_thread *thread = control_thread(number);
    bool first = !thread->goroutine;
    thread->goroutine = goroutine;
    struct sched_op resume = {.kind = first && number ? SCHED_START
                                      : yields        ? SCHED_YIELD
                                                      : SCHED_RESUME,
                              .deadline = SCHED_NEVER};
    sched_pend(control_sched, number, thread->is_announced ? &thread->announced : &resume);
    thread->is_announced = false;
}

/* ---- timers and network ---- */

static bool network_ready(struct control_wait *wait)
{
    struct pollfd *poll = &((struct network_wait *)wait)->poll;
    return control_poll_own(poll, wait->timeout_ms) > 0;
}

static bool network_inside(const struct control_wait *wait)
{
    return control_fd_inside(((const struct network_wait *)wait)->poll.fd, 0);
}

/* The task stands before `op`, or before nothing. */
static void stand(uint32_t *entry, const struct sched_op *op)
{
    if (!*entry && op)
        *entry = task_add(0) + 1;
    if (!*entry)
        return;
    const struct sched_op *now = sched_pending(control_sched, *entry - 1);
    if (now && op && now->deadline == op->deadline && now->address == op->address)
        return;
    if (now || op)
        sched_touch(control_sched, TIMERS);
    if (now)
        sched_unpend(control_sched, *entry - 1);
    if (op)
        sched_pend(control_sched, *entry - 1, op);
}

static void runtime_stand(int64_t deadline, int epoll)
{
    struct timespec at = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
    struct sched_op sleep = {
        .kind = SCHED_SLEEP, .deadline = control_deadline(CLOCK_MONOTONIC, &at), .more = {TIMERS}};
    struct sched_op wait = {
        .kind = SCHED_EXTERNAL, .address = (uint64_t)(uint32_t)epoll + 1, .deadline = SCHED_NEVER};
    network_wait.base.ready = network_ready;
    network_wait.base.is_inside = network_inside;
    network_wait.poll = (struct pollfd){.fd = epoll, .events = POLLIN};
    stand(&timers, deadline == INT64_MAX ? NULL : &sleep);
    stand(&network, epoll < 0 ? NULL : &wait);
    if (network)
        control_thread(network - 1)->wait = &network_wait.base;
}

/* ---- who goes next ---- */

static bool others_live(void)
{
    for (uint32_t i = 0; i < sched_tasks(control_sched); i++)
        if (control_thread(i)->owner != WORKER && !sched_ended(control_sched, i))
            return true;
    return false;
}

static void *next(int64_t deadline, int epoll)
{
    if (!control_running)
        return NULL;
    for (;;) {
        runtime_stand(deadline, epoll);
        uint32_t task = control_choose(!others_live());
        if (task == SCHED_NONE)
            return NULL; /* the runtime knows how to tell a deadlock of goroutines */
        if (control_thread(task)->owner != WORKER)
            task = control_turn_pass(WORKER, task);
        if (task + 1 == timers || task + 1 == network)
            return RGO_CONTROL_LOOK;
        if (!control_thread(task)->has_ended)
            return control_thread(task)->goroutine;
    }
}

static uint32_t choose(void *task, uint32_t below)
{
    uint32_t number = control_running ? task_of(task) : CONTROL_THREAD_NONE;
    if (number == CONTROL_THREAD_NONE || below < 2)
        return 0;
    return control_pick(number, below, 0);
}

static void park(void *task)
{
    if (!control_active())
        return;
    *entry_of(task) = control_self + 1;
    control_step(CONTROL_OP(PARKED, 0));
}

static void unpark(void *task)
{
    uint32_t number = control_running ? task_of(task) : CONTROL_THREAD_NONE;
    if (number != CONTROL_THREAD_NONE)
        sched_wake(control_sched, number);
}

const struct rgo_control control_goroutines = {
    .begin = begin,
    .point = point,
    .touch = touch,
    .runnable = runnable,
    .next = next,
    .choose = choose,
    .park = park,
    .unpark = unpark,
};
