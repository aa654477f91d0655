/*
 * ids: process and thread ids under control. The kernel's differ from schedule to schedule, since
 * each is a process of its own; the program sees its own by numbers that never change and are no
 * process's: they lie above all that the kernel gives (2^22). Who is addressed by one is found
 * again where the kernel is asked; paths of /proc have to be written with `self`.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "base/sys.h"
#include "interpose/control/control.h"

enum { PID = 5000000, PARENT = PID - 1 };

pid_t control_pid(void)
{
    return control_running ? PID : 0;
}

pid_t control_tid(uint32_t task)
{
    return (pid_t)(PID + control_thread(task)->owner);
}

uint32_t control_task_of_tid(pid_t tid)
{
    uint32_t task = (uint32_t)(tid - PID);
    return tid >= PID && task < sched_tasks(control_sched) ? task : CONTROL_THREAD_NONE;
}

pid_t control_os_id(uint32_t task)
{
    uint32_t owner = control_thread(task)->owner;
    return owner && !control_fibers ? (pid_t)control_thread(owner)->os_id : (pid_t)sys_getpid();
}

pid_t control_id_real(pid_t id)
{
    uint32_t task = control_running ? control_task_of_tid(id) : CONTROL_THREAD_NONE;
    return task == CONTROL_THREAD_NONE ? id : control_os_id(task);
}

/* ---- one's own ---- */

CONTROLLED(pid_t, getpid, (void))
{
    return control_running ? PID : LIBC(getpid)();
}

/* A forked child, which is not controlled, knows its parent by the number that it had. */
CONTROLLED(pid_t, getppid, (void))
{
    if (control_running)
        return PARENT;
    pid_t parent = LIBC(getppid)();
    return parent == control_forked_from ? PID : parent;
}

CONTROLLED(pid_t, gettid, (void))
{
    return control_active() ? control_tid(control_self) : LIBC(gettid)();
}

/* ---- of whom the kernel is asked ---- */

#define OF_ID(ret, name, params, arguments)                                                        \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        id = control_id_real(id);                                                                  \
        return LIBC(name) arguments;                                                               \
    }

OF_ID(int, sched_setaffinity, (pid_t id, size_t size, const cpu_set_t *set), (id, size, set))
OF_ID(int, sched_setscheduler, (pid_t id, int policy, const struct sched_param *parameters),
      (id, policy, parameters))
OF_ID(int, sched_getscheduler, (pid_t id), (id))
OF_ID(int, sched_setparam, (pid_t id, const struct sched_param *parameters), (id, parameters))
OF_ID(int, sched_getparam, (pid_t id, struct sched_param *parameters), (id, parameters))
OF_ID(pid_t, getpgid, (pid_t id), (id))
OF_ID(pid_t, getsid, (pid_t id), (id))
OF_ID(int, setpgid, (pid_t id, pid_t group), (id, group))

CONTROLLED(int, setpriority, (__priority_which_t which, id_t who, int priority))
{
    return LIBC(setpriority)(which, (id_t)control_id_real((pid_t)who), priority);
}

CONTROLLED(int, getpriority, (__priority_which_t which, id_t who))
{
    return LIBC(getpriority)(which, (id_t)control_id_real((pid_t)who));
}
