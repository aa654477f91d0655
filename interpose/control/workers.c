/*
 * workers: the zygote forks one process for each that the tool wants, and tells the tool when one
 * ends. Forked from one process they have the same addresses everywhere, as a schedule's replay
 * needs, whoever runs it; and what runs before main ran once.
 *
 * The zygote itself never runs a schedule. It dies with the tool, and the workers with it.
 */
#include <errno.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"

void control_bell_ring(void)
{
    atomic_fetch_add(&control_shared->bell, 1);
    sys_futex_wake(&control_shared->bell, 1 << 30, true);
}

static void worker_bury(uint32_t worker, int status)
{
    control_shared->ends[worker].status = status;
    atomic_store(&control_shared->ends[worker].buried, 1);
    control_bell_ring();
}

/* Until the tool ends. */
static _Noreturn void workers_bury(const pid_t *pids, uint32_t count)
{
    int status;
    for (;;) {
        long pid = sys_call6(SYS_wait4, -1, (long)&status, 0, 0, 0, 0);
        if (pid == -ECHILD)
            sys_call3(SYS_pause, 0, 0, 0);
        for (uint32_t i = 0; i < count && pid > 0; i++)
            if (pids[i] == pid && !atomic_load(&control_shared->ends[i].buried))
                worker_bury(i, status);
    }
}

void control_workers_fork(void)
{
    static pid_t pids[EXPLORE_WORKERS_MAX];
    uint32_t count = control_shared->workers;
    for (uint32_t i = 0; i < count; i++) {
        pids[i] = LIBC(_Fork)();
        CHECK_MSG(pids[i] >= 0, "cannot start another process for the next worker");
        if (pids[i] == 0) {
            control_worker = i;
            control_block_map();
            return;
        }
    }
    workers_bury(pids, count);
}
