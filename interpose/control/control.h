/*
 * control: the explored program's side of `racerun explore` (proto/explore.h).
 *
 * Under control the functions behind our interceptors are not libc's but those of this folder:
 * REAL() leads here. So the detector works as always, and below it lies a world whose locks, clocks
 * and threads belong to lib/sched. Each function announces its visible operation by control_step(),
 * which returns when the scheduler has chosen it.
 *
 * One task runs at a time, the others wait for their turn (token.c): as fibers of one kernel thread
 * (fiber.h) or as threads. The process is a child of the zygote (zygote.c), made for one schedule;
 * or a worker, which puts its memory back and runs thousands (worker.h).
 */
#ifndef RACERUN_INTERPOSE_CONTROL_H
#define RACERUN_INTERPOSE_CONTROL_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <ucontext.h>

#include "interpose/control/fiber.h"
#include "interpose/real.h"
#include "interpose/runtime.h"
#include "proto/explore.h"
#include "racerun/hooks.h"
#include "sched/sched.h"

/* NULL unless the program is explored. */
extern RT_HIDDEN struct explore_shared *control_shared;
extern RT_HIDDEN struct explore_block *control_block; /* this worker's, */
extern RT_HIDDEN uint32_t control_worker;             /* whose number this is */

/* What a blocked operation on descriptors waits for. On the waiting thread's stack. */
struct control_wait {
    bool (*ready)(struct control_wait *wait);
    /* Can only tasks of this process make it ready? NULL: no. */
    bool (*is_inside)(const struct control_wait *wait);
    bool is_child;  /* a process of the program's own, to which time passes as it does */
    int timeout_ms; /* of the last look; 0: do not block */
};

/* What pthread_cancel asked of a thread, and how it wants to be asked (cancel.c). */
struct control_cancel {
    bool requested, disabled, asynchronous;
    bool exits; /* the thread is on its way out: no more of it */
    bool waits; /* not now: it has to leave a condition variable first */
};

/* A signal that was sent and not yet taken. */
struct control_signal {
    struct control_signal *next;
    siginfo_t info;
};
struct control_signals {
    struct control_signal *queue;
    uint64_t mask, awaited; /* signal n is bit n - 1 */
};

enum { CONTROL_THREAD_NONE = UINT32_MAX };
enum { CONTROL_THREAD_SIZE = 256 }; /* so that the way to a task's is a shift */
struct control_thread {
    uint32_t owner;  /* the task whose thread runs this one: itself, or the worker of goroutines */
    uint32_t chosen; /* which of the tasks that it owns goes on, when it gets the turn */
    void *goroutine; /* what the runtime knows it by; NULL: a thread, or not yet runnable */
    struct sched_op announced; /* of a goroutine: before which it stands */
    bool is_goroutine, is_announced, has_ended;
    uint32_t timer;        /* it is no thread, but stands for this timer (timer.c); 0: a thread */
    struct fiber fiber;    /* of a task of its own, if tasks are fibers */
    _Atomic uint32_t turn; /* futex: 1 = go on */
    uint32_t os_id;
    struct control_wait *wait;
    uint64_t id; /* pthread_t; here, as compilers else join each step's stores around it into one */
    struct hb_task *detected; /* what the detector knows it by, since its first operation */
    struct control_cancel cancel;
    struct control_signals signals;
    uintptr_t stack_base; /* the program's code has its stack below; 0: not known (state.c) */
    uint64_t changes;     /* that it made to what is not its stack */
    uint64_t memory; /* if `watched`: names what memory contained when that was last looked at */
    bool watched, unseen; /* loops.c; unseen: memory could not always be named */
    bool is_inside; /* it stands before its operation within the runtime: nothing may disturb it */
    void *(*routine)(void *);
    int (*routine_c11)(void *);
    void *argument;
} __attribute__((aligned(CONTROL_THREAD_SIZE)));

/* The calling thread's task, or CONTROL_THREAD_NONE: not under control. */
extern RT_HIDDEN __thread uint32_t control_self __attribute__((tls_model("initial-exec")));

static inline bool control_active(void)
{
    return __builtin_expect(control_self != CONTROL_THREAD_NONE, 0);
}

/* The scheduler; and whether an execution is under way. */
extern RT_HIDDEN struct sched *control_sched;
extern RT_HIDDEN bool control_running;
/* Tasks are fibers, not threads. */
extern RT_HIDDEN bool control_fibers;

/* ---- token.c ---- */

/* Announces the operation and returns its result once it was chosen and took effect. Runs the
 * handlers of signals that come before that: EINTR when one ended it. Does not return when the task
 * is cancelled; but a WAKE does, with ECANCELED: see cond.c. */
RT_HIDDEN int control_step(const struct sched_op *op);
/* The same, but SCHED_INTERRUPTED and SCHED_BROKEN are results. */
RT_HIDDEN int control_step_once(const struct sched_op *op);
/* Like control_step, for one that may have to wait for the world outside. */
RT_HIDDEN int control_step_wait(const struct sched_op *op, struct control_wait *wait);
/* Tasks are fibers in this process. */
RT_HIDDEN void control_fibers_begin(void);
RT_HIDDEN void control_begin(void);
/* A new task; its thread calls control_task_begin first and control_task_end last. */
RT_HIDDEN uint32_t control_task_create(uint64_t start);
RT_HIDDEN void control_task_begin(uint32_t task);
/* One without a thread, for a timer (timer.c). */
RT_HIDDEN uint32_t control_task_add(uint32_t timer);
RT_HIDDEN void control_task_abandon(uint32_t task);
RT_HIDDEN void control_task_end(void);
/* In a child that the program forked: it runs on without control. */
RT_HIDDEN void control_fork_child(void);
extern RT_HIDDEN pid_t control_forked_from; /* its parent, which was controlled; 0: none */
RT_HIDDEN struct control_thread *control_thread(uint32_t task);
RT_HIDDEN uint32_t control_task_of(uint64_t id);
/* struct sched_config.pass */
RT_HIDDEN bool control_pass(void *context, uint64_t nanoseconds);
/* struct sched_config.ready */
RT_HIDDEN bool control_ready(void *context, uint32_t task, const struct sched_op *op);
/* Tells what all tasks stand before. `registers`: of the calling task, where a signal came; or
 * NULL.
 */
RT_HIDDEN void control_answer_tasks(const uint64_t *registers);
/* The execution is over, like this. */
RT_HIDDEN _Noreturn void control_finish(enum explore_outcome outcome, const char *text);
/* The program cannot be explored, since ... */
RT_HIDDEN _Noreturn void control_refuse(const char *why);
static_assert(EXPLORE_TASKS_MAX == 4096, "as the words below have it");
#define CONTROL_TASKS_FULL "it has more than 4096 threads, goroutines and timers in a schedule"

/* ---- snapshot.c ---- */

/* Where a thread notes its registers, before it hands the turn over in the same function. */
RT_HIDDEN uint64_t *control_snapshot_registers(uint32_t task);
/* How the task stands; `registers` NULL: where it waits, or the caller is it. */
RT_HIDDEN void control_snapshot_take(uint32_t task, const uint64_t *registers);

/* ---- state.c ---- */

/* The caller's that calls preserve, as they are when this has returned. */
RT_HIDDEN void registers_take(uint64_t registers[EXPLORE_REGISTERS]);

/* ---- disturb.c: tasks that disturb each other ---- */

/* Does what has come to the calling task and is due before `op` (NULL: none). May not return. */
RT_HIDDEN void control_attend(const struct sched_op *op);
/* How many handlers it ran. */
RT_HIDDEN uint32_t control_attend_count(const struct sched_op *op, uintptr_t pc);
/* Something may have come to the task: is it kept from the operation before which it stands? */
RT_HIDDEN void control_disturb(uint32_t task);

/* ---- cancel.c ---- */

/* Is the calling task to end rather than to do `op`? */
RT_HIDDEN bool control_cancel_due(const struct control_thread *thread, const struct sched_op *op);
/* The same, where it is the caller who sees to that: a wait on a condition variable. */
RT_HIDDEN bool control_cancel_waits(const struct control_thread *thread, const struct sched_op *op);
/* Ends the calling task. */
RT_HIDDEN _Noreturn void control_cancel_act(void);

/* ---- signal.c ---- */

/* Its mask is the kernel's. */
RT_HIDDEN void control_signals_begin(struct control_thread *self);
/* The kernel's is its mask: of a fiber that gets the turn. */
RT_HIDDEN void control_mask_follow(const struct control_thread *self);
/* Sets it; returns what it was. */
RT_HIDDEN uint64_t control_mask_swap(struct control_thread *self, uint64_t mask);
/* A longjmp is about to restore it; NULL: it does not. */
RT_HIDDEN void control_jump(const sigset_t *mask);
extern RT_HIDDEN struct control_signal *control_signals_process; /* the process's queue */
static inline bool control_signals_pending(const struct control_thread *thread)
{
    return thread->signals.queue || control_signals_process;
}
/* Those that wait until they are no longer blocked. */
RT_HIDDEN uint64_t control_signals_blocked(struct control_thread *self);
/* Is there one that does something to the thread? What to an operation that waits? */
RT_HIDDEN bool control_signal_due(struct control_thread *thread, enum sched_interrupt *ret_how);
/* Runs the handlers of what is due; returns how many. */
RT_HIDDEN uint32_t control_signals_attend(struct control_thread *self, uintptr_t pc);
RT_HIDDEN bool control_signals_has(struct control_thread *self, uint64_t set);
RT_HIDDEN bool control_signal_take(struct control_thread *self, uint64_t set, siginfo_t *ret_info);
/* 0 or EAGAIN. */
RT_HIDDEN int control_signal_send(uint32_t task, const siginfo_t *info);
/* To the process: `by` chooses a thread that will take it, and sends it. */
RT_HIDDEN uint32_t control_signal_taker(uint32_t by, int signal, uintptr_t pc);
RT_HIDDEN int control_signal_send_process(uint32_t by, uint32_t taker, const siginfo_t *info,
                                          uintptr_t pc);

/* ---- timer.c ---- */

/* The step of the timer's task was taken: it is due. */
RT_HIDDEN void control_timer_fire(uint32_t timer);
/* Descriptors were closed: timers may be among them. */
RT_HIDDEN void control_timer_closed(int first, int last);

/* ---- tick.c ---- */

enum { CONTROL_TICK_SIGNAL = SIGSTKFLT }; /* which nothing sends */
/* Once, before all schedules; and in each process that runs them. */
RT_HIDDEN void control_tick_install(void);
RT_HIDDEN void control_tick_begin(void);
/* No more in this process. */
RT_HIDDEN void control_tick_end(void);
/* Who has the turn; SCHED_NONE: nobody. */
RT_HIDDEN uint32_t control_tick_running(void);
/* A tick found the calling task at `pc`: is it to stand before an operation TICK now? */
RT_HIDDEN bool control_tick_due(uintptr_t pc);
/* The zygote has asked where the calling task stands: tells it. */
RT_HIDDEN bool control_tick_asked(const ucontext_t *context);

/* ---- ids.c ---- */

/* The kernel's number of the task's thread. */
RT_HIDDEN pid_t control_os_id(uint32_t task);

/* What the program knows itself by; 0: nothing of ours. */
RT_HIDDEN pid_t control_pid(void);
RT_HIDDEN pid_t control_tid(uint32_t task);
RT_HIDDEN uint32_t control_task_of_tid(pid_t tid);
/* What the kernel knows it by. */
RT_HIDDEN pid_t control_id_real(pid_t id);

/* ---- state.c ---- */

/* With control_watches, where names of states are wanted: the search is exhaustive. */

/* Memory that stays, for what is learnt. */
RT_HIDDEN void control_state_begin(struct room *room);
/* Of the calling task, before the operation; 0: not known. */
RT_HIDDEN uint64_t control_state(const struct sched_op *op);
/* An execution whose first `known` steps are those of the last one: names are kept as far. */
RT_HIDDEN void control_states_begin(uint32_t known);
/* The next one is run in another way than the last. */
RT_HIDDEN void control_states_forget(void);
/* The calling task changed something that is neither memory nor an operation of the scheduler's. */
RT_HIDDEN void control_changed(void);

/* ---- loops.c: the same, of what cannot be seen; of tasks that come to where loops wait ---- */

RT_HIDDEN void control_loops_begin(struct room *room);
/* The calling task has got its turn, and is about to pass it on, */
RT_HIDDEN void control_watch_begin(void);
RT_HIDDEN void control_watch_end(void);
/* or has come to an operation to which a loop may come back. */
RT_HIDDEN void control_watch(const struct sched_op *op);
/* It has come back to this operation and seems to wait: may not return. */
RT_HIDDEN void control_loop_met(const struct sched_op *op);

/* ---- access.c: accesses as scheduling points, where they are to be ---- */

RT_HIDDEN void control_atomic(enum sched_kind kind, const volatile void *memory, size_t size,
                              uintptr_t pc);
/* A read-modify-write; `flags`: SCHED_CONDITIONAL or SCHED_EXCHANGES, and then the value. */
RT_HIDDEN void control_update(uint16_t flags, const volatile void *memory, size_t size,
                              uint64_t value, uintptr_t pc);
/* Would it write, or write what is not there already? */
RT_HIDDEN bool control_update_changes(const struct sched_op *op);
RT_HIDDEN void control_plain_access(bool writes, const volatile void *memory, size_t size,
                                    uintptr_t pc);
/* Plain accesses may be scheduling points in this exploration, or are to be known. */
RT_HIDDEN bool control_sees_accesses(void);
/* A schedule begins: does it? */
RT_HIDDEN void control_accesses_begin(void);
/* The places that a replay names are scheduling points from now on. */
RT_HIDDEN void control_promote_all(void);
/* Does this race count: did no schedule of a smaller number find it? Its places are scheduling
 * points from the next round on. */
RT_HIDDEN bool control_race_first(const struct hb_finding *finding);

/* The running task chooses one of `count`: a step of its own. */
RT_HIDDEN uint32_t control_pick(uint32_t task, uint32_t count, uintptr_t pc);
/* The task that goes on, its step taken; SCHED_NONE: none can ever, if `may_end`. */
RT_HIDDEN uint32_t control_choose(bool may_end);
/* The thread of `owner` gives its turn to `task` and waits for its own; which task that is for. */
RT_HIDDEN uint32_t control_turn_pass(uint32_t owner, uint32_t task);

/* ---- moments.c: what is noted of each step for who tells the schedule ---- */

RT_HIDDEN void control_moments_begin(void);
/* Before a step: who could take it? */
RT_HIDDEN void control_moments_look(void);
/* After it. */
RT_HIDDEN void control_moment_take(uint32_t task);
/* No further step comes. */
RT_HIDDEN void control_moments_end(void);

/* ---- inside.c ---- */

/* Once, before all schedules. */
RT_HIDDEN void control_inside_begin(void);
/* Does nobody outside serve the descriptor? `depth` of epolls: 0. */
RT_HIDDEN bool control_fd_inside(int fd, int depth);
/* The program made a process of its own. */
RT_HIDDEN void control_child_made(void);

/* ---- process.c ---- */

/* The caller at `pc` is about to make a process: others may go before that. */
RT_HIDDEN void control_child_step(uintptr_t pc);

/* ---- ipc.c ---- */

/* Locks that several processes may use: refused when there are several. */
RT_HIDDEN void control_locks_share(void);
RT_HIDDEN void control_locks_child(void);

/* ---- goroutine.c ---- */

extern RT_HIDDEN const struct rgo_control control_goroutines;
/* Once, before all schedules; and in each. */
RT_HIDDEN void control_goroutines_prepare(void);
RT_HIDDEN void control_goroutines_begin(void);
RT_HIDDEN void control_goroutine_new(const struct hb_task *task, const void *fn);
RT_HIDDEN void control_goroutine_end(const struct hb_task *task);
/* The calling thread runs this goroutine now; NULL: the runtime's scheduler. */
RT_HIDDEN void control_goroutine_run(const struct hb_task *task);
/* A goroutine's operation: others may go first. */
RT_HIDDEN void control_goroutine_step(const struct sched_op *op);

/* ---- misc.c ---- */

/* Randomness for the program: the same in every run. */
RT_HIDDEN void control_random(void *to, size_t size);
/* The same as a stream to read, where `path` is a random device; NULL: it is not. */
RT_HIDDEN FILE *control_random_stream(const char *path, const char *mode);

/* ---- stop.c ---- */

/* For a debugger, if one is to come: here is a finding. */
RT_HIDDEN void control_stop(void);
/* So are crashes, from now on. */
RT_HIDDEN void control_stop_at_crashes(void);

/* ---- stream.c ---- */

/* The caller at `pc` is about to use the stream, which another task may have taken by hand. */
RT_HIDDEN void control_stream_await(const FILE *stream, uintptr_t pc);

/* ---- fd.c ---- */

/* The descriptor is read. */
RT_HIDDEN void control_input_note(int fd);

/* ---- engine.c ---- */

/* poll(2) of one descriptor, on our own stack; the result, or a negative errno. */
struct pollfd;
RT_HIDDEN long control_poll_own(struct pollfd *one, int timeout_ms);

/* ---- numbers.c ---- */

/* The next schedule for this worker; false: there is none now. */
RT_HIDDEN bool control_number_take(uint64_t *ret_number);
/* The schedule has been run. */
RT_HIDDEN void control_number_end(uint64_t number);

/* ---- workers.c ---- */

/* Returns in each worker, never in the zygote. */
RT_HIDDEN void control_workers_fork(void);
/* Something has happened that the tool wants to know. */
RT_HIDDEN void control_bell_ring(void);

/* ---- plan.c ---- */

/* Exhaustive search: the memory that planner and scheduler share with processes that run schedules;
 * NULL where schedules are sampled. */
extern RT_HIDDEN struct room *control_room;
RT_HIDDEN struct room *control_search_room(void);
/* Once, before workers are forked. */
RT_HIDDEN void control_search_create(void);
/* There is a plan for another schedule; false: not for this worker now. May wait for others. */
RT_HIDDEN bool control_plan_take(void);
/* Others may go on with what this worker has. */
RT_HIDDEN void control_plan_release(void);
/* plan_file.c: true when the command was about the search, not about schedules. */
RT_HIDDEN bool control_frontier_command(void);
/* Before the first schedule; what the next schedule is to do; the schedule has ended, plans the
 * next; this is being done now. */
RT_HIDDEN void control_search_begin(void);
RT_HIDDEN void control_plan(struct sched_plan *plan);
RT_HIDDEN void control_plan_next(void);
RT_HIDDEN bool control_plans(void);

/* ---- schedule.c ---- */

/* The schedule in progress cannot go on in this engine: it is run again in that one. */
RT_HIDDEN _Noreturn void control_need(uint32_t kind, const char *reason);

/* ---- zygote.c ---- */

/* At boot: maps what is shared with the tool, if the environment names it. */
RT_HIDDEN void control_attach(const char *path);
/* In a worker: its own block takes the place of the first. */
RT_HIDDEN void control_block_map(void);

/* The pid that records of the journal carry; 0: the process's own. */
extern RT_HIDDEN uint32_t control_zygote;

/* ---- libc.c ---- */

/* From now on REAL() leads to the controlled functions. */
RT_HIDDEN void control_install(void);
extern RT_HIDDEN void *control_libc[];
/* The function of libc, whatever REAL() is. */
#define LIBC(name) ((real_##name##_fn *)control_libc[REAL_ID_##name])

/* Defines what REAL(name) is under control. Listed in controlled.def. */
#define CONTROLLED(ret, name, params)                                                              \
    RT_HIDDEN ret control_##name params;                                                           \
    ret control_##name params

/* Arguments of syscall(2): how many there are only the kernel knows. */
enum { SYSCALL_ARGUMENTS = 6 };
#define SYSCALL_TAKE(arguments, last)                                                              \
    do {                                                                                           \
        va_list list_;                                                                             \
        va_start(list_, last);                                                                     \
        for (int i_ = 0; i_ < SYSCALL_ARGUMENTS; i_++)                                             \
            (arguments)[i_] = va_arg(list_, long);                                                 \
        va_end(list_);                                                                             \
    } while (0)
/* ---- ending.c ---- */

/* exit(). */
RT_HIDDEN _Noreturn void control_process_end(int code);
RT_HIDDEN void control_ending_learn(void);

#define SYSCALL_GIVE(number, a) number, (a)[0], (a)[1], (a)[2], (a)[3], (a)[4], (a)[5]

/* ---- futex.c ---- */

/* Returns what the kernel would. */
RT_HIDDEN long control_futex(const long *arguments, uintptr_t pc);

/* ---- clock.c ---- */

/* The virtual ns at which `clock` shows *deadline. */
RT_HIDDEN uint64_t control_deadline(clockid_t clock, const struct timespec *deadline);
/* That is so many ns from now; negative: 0. */
RT_HIDDEN uint64_t control_deadline_in(const struct timespec *time);
RT_HIDDEN uint64_t control_now(void);
/* Of the real clock, without a system call where there is none needed. */
RT_HIDDEN uint64_t control_monotonic_ns(void);
/* Processor time used; `who` as getrusage(2) has it. */
RT_HIDDEN uint64_t control_cpu_ns(int who);

/* The place in the program that called, through an interceptor of ours or not. Ours have frame
 * pointers. */
extern RT_HIDDEN const char __ehdr_start[], etext[],
    _end[]; /* of the linker: our own text, and all of us */
static inline uintptr_t control_caller(uintptr_t pc, void *const *frame)
{
    while (pc - (uintptr_t)__ehdr_start < (uintptr_t)(etext - __ehdr_start)) {
        frame = (void *const *)*frame;
        pc = (uintptr_t)frame[1];
    }
    return pc;
}
#define CONTROL_CALLER control_caller(RT_CALLER, __builtin_frame_address(0))

/* ---- ours.c ---- */

/* Is the calling function called under control? What the goroutine runtime does inside is one step:
 * no other task goes on before it has come out. */
#define CONTROL_HERE (control_active() && !control_ours(CONTROL_CALLER))
extern RT_HIDDEN bool control_ours_mixed; /* parts of the executable are ours */
RT_HIDDEN bool control_ours_slow(uintptr_t pc);
static inline bool control_ours(uintptr_t pc)
{
    bool executable = pc - control_shared->image_low < control_shared->image_size;
    return (!executable || control_ours_mixed) && control_ours_slow(pc);
}
/* Classifies all that is loaded, so that schedules need not. */
RT_HIDDEN void control_ours_learn(void);
/* So is the code there: of the static library. */
RT_HIDDEN void control_ours_add(uintptr_t low, uintptr_t high);

/* An operation at `object` of the calling function's caller. */
#define CONTROL_OP_UNTIL(kind_, object_, deadline_, ...)                                           \
    (&(struct sched_op){.kind = SCHED_##kind_,                                                     \
                        .address = (uint64_t)(uintptr_t)(object_),                                 \
                        .deadline = (deadline_),                                                   \
                        .pc = CONTROL_CALLER,                                                      \
                        ##__VA_ARGS__})
#define CONTROL_OP(kind, object, ...) CONTROL_OP_UNTIL(kind, object, SCHED_NEVER, ##__VA_ARGS__)

#endif
