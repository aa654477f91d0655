/*
 * process: other processes under control. Those that the program makes run without control, and are
 * waited for like anybody outside. A program that becomes another one would leave control, so it is
 * refused.
 */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/sys.h"
#include "interpose/control/control.h"

/* ---- becoming another program ---- */

#define EXEC(name, params, arguments)                                                              \
    CONTROLLED(int, name, params)                                                                  \
    {                                                                                              \
        if (control_running)                                                                       \
            control_refuse("it replaces itself by another program (exec): explore that one");      \
        return LIBC(name) arguments;                                                               \
    }
EXEC(execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
EXEC(execv, (const char *path, char *const argv[]), (path, argv))
EXEC(execvp, (const char *file, char *const argv[]), (file, argv))
EXEC(execvpe, (const char *file, char *const argv[], char *const envp[]), (file, argv, envp))
EXEC(fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))
EXEC(execveat, (int fd, const char *path, char *const argv[], char *const envp[], int flags),
     (fd, path, argv, envp, flags))

/* ---- making one ---- */

/* The child has what was done until then. */
void control_child_step(uintptr_t pc)
{
    if (control_active() && !control_ours(pc))
        control_step(&(struct sched_op){.kind = SCHED_FORK, .deadline = SCHED_NEVER, .pc = pc});
}

#define MAKES(ret, name, params, arguments)                                                        \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        control_child_step(CONTROL_CALLER);                                                        \
        control_child_made();                                                                      \
        return LIBC(name) arguments;                                                               \
    }
MAKES(int, posix_spawn,
      (pid_t * ret_pid, const char *path, const posix_spawn_file_actions_t *actions,
       const posix_spawnattr_t *attr, char *const argv[], char *const envp[]),
      (ret_pid, path, actions, attr, argv, envp))
MAKES(int, posix_spawnp,
      (pid_t * ret_pid, const char *file, const posix_spawn_file_actions_t *actions,
       const posix_spawnattr_t *attr, char *const argv[], char *const envp[]),
      (ret_pid, file, actions, attr, argv, envp))
MAKES(int, system, (const char *command), (command))
MAKES(FILE *, popen, (const char *command, const char *mode), (command, mode))

/* ---- waiting for one ---- */

struct child_wait {
    struct control_wait base;
    idtype_t type;
    id_t id;
    int options;
};

/* Or there is none, which is an answer, too. */
static bool child_ready(struct control_wait *wait)
{
    const struct child_wait *child = (const struct child_wait *)wait;
    siginfo_t info = {0};
    long result = sys_call6(SYS_waitid, child->type, (long)child->id, (long)&info,
                            child->options | WNOHANG | WNOWAIT, 0, 0);
    bool ready = (result != 0 && result != -EINTR) || info.si_pid != 0;
    if (!ready && wait->timeout_ms)
        sys_call3(SYS_poll, 0, 0, wait->timeout_ms);
    return ready;
}

/* False, with errno, when a signal handler ended the wait. */
static bool child_await(idtype_t type, id_t id, int options, uintptr_t pc)
{
    struct child_wait wait = {.base = {.ready = child_ready, .is_child = true},
                              .type = type,
                              .id = id,
                              .options = options};
    struct sched_op op = {
        .kind = SCHED_EXTERNAL, .deadline = SCHED_NEVER, .breaks = SCHED_BREAKS_MAYBE, .pc = pc};
    if (options & WNOHANG || control_step_wait(&op, &wait.base) != EINTR)
        return true;
    errno = EINTR;
    return false;
}

static bool pid_await(pid_t pid, int options, uintptr_t pc)
{
    idtype_t type = pid > 0 ? P_PID : pid == -1 ? P_ALL : P_PGID;
    id_t id = pid > 0 ? (id_t)pid : pid < -1 ? (id_t)-pid : 0;
    return child_await(type, id, options | WEXITED, pc);
}

#define WAITS(name, params, arguments, pid, options)                                               \
    CONTROLLED(pid_t, name, params)                                                                \
    {                                                                                              \
        if (CONTROL_HERE && !pid_await(pid, options, CONTROL_CALLER))                              \
            return -1;                                                                             \
        return LIBC(name) arguments;                                                               \
    }
WAITS(wait, (int *ret_status), (ret_status), -1, 0)
WAITS(waitpid, (pid_t pid, int *ret_status, int options), (pid, ret_status, options), pid, options)
WAITS(wait3, (int *ret_status, int options, void *ret_usage), (ret_status, options, ret_usage), -1,
      options)
WAITS(wait4, (pid_t pid, int *ret_status, int options, void *ret_usage),
      (pid, ret_status, options, ret_usage), pid, options)

CONTROLLED(int, waitid, (idtype_t type, id_t id, siginfo_t *ret_info, int options))
{
    if (CONTROL_HERE && !child_await(type, id, options, CONTROL_CALLER))
        return -1;
    return LIBC(waitid)(type, id, ret_info, options);
}
