/*
 * fork: P13. The child goes on as the forking task; everything that any task did before is ordered
 * before it.
 *
 * The work is done in fork handlers of libc, registered before any other. So they run innermost
 * (prepare last, parent and child first): the program's own handlers are user code and run while
 * the engine is free. They also serve the forks inside libc (daemon, forkpty). _Fork runs no
 * handlers, so its interceptor calls them.
 *
 * vfork is a fork here: its child would share our descriptor tables and clocks, and the parent's
 * frame, but not its descriptors. The one visible difference, that the parent does not wait for
 * the child's exec, is the one that POSIX gave up, too.
 */
#include "base/sys.h"
#include "interpose/barrier.h"
#include "interpose/blocked.h"
#include "interpose/boot.h"
#include "interpose/control/control.h"
#include "interpose/fd_table.h"
#include "interpose/finding.h"
#include "interpose/journal.h"
#include "interpose/modules.h"
#include "interpose/once.h"
#include "interpose/process.h"
#include "interpose/sem.h"
#include "interpose/signals.h"
#include "interpose/thread.h"
#include "interpose/thread_fate.h"

/* What registering a fork handler orders. */
static uint64_t handlers_key;

/* Of the fork in progress on this thread. */
static __thread struct hb_task *forking __attribute__((tls_model("initial-exec")));
static uint32_t parent_pid;

static bool is_disabled(void)
{
    return real_disabled(REAL_ID_fork) || real_disabled(REAL_ID__Fork) ||
           real_disabled(REAL_ID_vfork);
}

static void fork_prepare(void)
{
    control_child_made();
    forking = rt_enter();
    if (!forking)
        return;
    parent_pid = journal_pid();         /* the child's modules are those of that process */
    hb_fork_prepare(rt_hb, &rt_cursor); /* first: afterwards nobody is left inside holding a lock */
    threads_lock();
    modules_lock();
    fd_fork_prepare();
}

static void fork_unlock(void)
{
    fd_fork_done();
    modules_unlock();
    threads_unlock();
}

static void fork_parent(void)
{
    if (!forking)
        return;
    fork_unlock();
    hb_fork_parent(rt_hb);
    forking = NULL;
    rt_leave();
}

static void child_attach(void)
{
    atomic_fetch_add(&rt_control->processes, 1);
    finding_fork_child();
    hb_task_set_os_id(forking, (uint32_t)sys_gettid());
    journal_process_end(journal_process_begin(PROCESS_FORK, parent_pid));
}

static void fork_child(void)
{
    if (!forking)
        return;
    fork_unlock();
    if (is_disabled())
        hb_fork_parent(rt_hb);
    else
        hb_fork_child(rt_hb, forking);
    threads_fork_child(rt_self.thread);
    signals_fork_child();
    barrier_fork_child();
    sem_fork_child();
    fate_fork_child();
    blocked_fork_child();
    once_fork_child();
    exit_handlers_fork_child();
    control_fork_child();
    if (rt_control->options.follow_children)
        child_attach();
    else
        boot_become_passive();
    forking = NULL;
    rt_leave();
}

void process_init(void)
{
    REAL(__register_atfork)(fork_prepare, fork_parent, fork_child, NULL);
}

/* ---- the calls ---- */

static void handlers_acquire(void)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_acquire(task, (uintptr_t)&handlers_key);
        rt_leave();
    }
}

INTERCEPT(int, __register_atfork,
          (void (*prepare)(void), void (*parent)(void), void (*child)(void), void *module))
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, (uintptr_t)&handlers_key);
        rt_leave();
    }
    return REAL(__register_atfork)(prepare, parent, child, module);
}

INTERCEPT(pid_t, fork, (void))
{
    control_child_step(RT_CALLER);
    handlers_acquire();
    return REAL(fork)();
}

INTERCEPT(pid_t, vfork, (void))
{
    control_child_step(RT_CALLER);
    handlers_acquire();
    return REAL(fork)();
}

INTERCEPT(pid_t, _Fork, (void))
{
    control_child_step(RT_CALLER);
    fork_prepare();
    pid_t pid = REAL(_Fork)();
    if (pid == 0)
        fork_child();
    else
        fork_parent();
    return pid;
}
