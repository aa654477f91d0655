/*
 * sysv_sem: System V semaphores (P6, in spirit). A semaphore, named by its set and its number, has
 * two clocks: what adds to it releases into one, what subtracts from it into the other. Who has
 * subtracted acquires the first; who has waited for zero acquires both, since it was subtraction
 * that brought the semaphore there.
 *
 * Clocks merge; there is no matching of units as in sem.c. An operation may add and take any number
 * at once, SEM_UNDO, semctl and other processes change the value unseen, the kernel lets whoever
 * fits go first, not who came first, and the call may block: the order of our clocks could not be
 * made the order of the kernel's steps. So an order may be seen that was not there, never the
 * opposite.
 *
 * Several operations of one call are one step: what one of them waited for is passed on by the
 * others, though they release before the call, when the task does not know of it yet. So the first
 * such call *links* the set: from then on whoever acquires one semaphore of it acquires all that
 * was ever released into the set. One reference of each clock stays for the life of the process.
 */
#include <errno.h>
#include <sys/sem.h>

#include "interpose/access.h"
#include "interpose/fd_key.h"

enum { ADDED, TAKEN };                                   /* the clocks of a semaphore */
enum { TO_ALL, FROM_ALL };                               /* the clocks of its set */
enum { NUMBER_BITS = 16, SET = 1 << NUMBER_BITS, LINK }; /* beyond the numbers of semaphores */

/* `channel` is a semaphore's number, SET or LINK (which is there if the set is linked). */
static struct fd_port clock_port(int set, uint32_t channel, int way, bool create)
{
    struct fd_key key =
        fd_key_number(SPACE_SYSV_SEM, (uint64_t)(uint32_t)set << (NUMBER_BITS + 1) | channel);
    struct fd_port port = {fd_channel_find(&key), way};
    if (!port.channel && create) {
        port.channel = fd_channel_get(&key);
        fd_port_ref(port);
    }
    return port;
}

static void clock_release(struct hb_task *task, int set, uint32_t channel, int way)
{
    struct fd_port port = clock_port(set, channel, way, true);
    fd_port_release(task, port);
    fd_port_put(port);
}

static void clock_acquire(struct hb_task *task, int set, uint32_t channel, int way)
{
    struct fd_port port = clock_port(set, channel, way, false);
    fd_port_acquire(task, port);
    fd_port_put(port);
}

static bool set_linked(int set)
{
    struct fd_port link = clock_port(set, LINK, 0, false);
    fd_port_put(link);
    return link.channel != NULL;
}

/* ---- semop ---- */

static void before_operations(int set, const struct sembuf *operations, size_t count, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (rt_instrumented(pc))
        rt_range(task, operations, count * sizeof *operations, HB_READ, pc);
    if (count > 1)
        fd_port_put(clock_port(set, LINK, 0, true));
    for (size_t i = 0; i < count; i++) {
        if (!operations[i].sem_op)
            continue;
        clock_release(task, set, operations[i].sem_num, operations[i].sem_op > 0 ? ADDED : TAKEN);
        clock_release(task, set, SET, FROM_ALL);
    }
    rt_leave();
}

static void after_operations(int set, const struct sembuf *operations, size_t count)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    bool acquired = false;
    for (size_t i = 0; i < count; i++) {
        if (operations[i].sem_op > 0)
            continue;
        acquired = true;
        clock_acquire(task, set, operations[i].sem_num, ADDED);
        if (!operations[i].sem_op)
            clock_acquire(task, set, operations[i].sem_num, TAKEN);
    }
    if (acquired)
        clock_acquire(task, set, SET, TO_ALL);
    if (acquired && set_linked(set))
        clock_acquire(task, set, SET, FROM_ALL);
    rt_leave();
}

/* The set is gone: the failure was caused by who removed it. */
static void after_removal(int set)
{
    struct hb_task *task = rt_enter();
    if (task) {
        clock_acquire(task, set, SET, TO_ALL);
        rt_leave();
    }
}

static int operated(int set, const struct sembuf *operations, size_t count, int result)
{
    if (!result)
        after_operations(set, operations, count);
    else if (errno == EIDRM || errno == EINVAL)
        after_removal(set);
    return result;
}

INTERCEPT(int, semop, (int set, struct sembuf *operations, size_t count))
{
    before_operations(set, operations, count, RT_CALLER);
    return operated(set, operations, count, REAL(semop)(set, operations, count));
}

INTERCEPT(int, semtimedop,
          (int set, struct sembuf *operations, size_t count, const struct timespec *timeout))
{
    before_operations(set, operations, count, RT_CALLER);
    return operated(set, operations, count, REAL(semtimedop)(set, operations, count, timeout));
}

/* ---- semctl ---- */

/* A new value may let both kinds of waiters go. */
static void before_control(int set, int number, int command)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (command == SETVAL && number >= 0 && number < SET) {
        clock_release(task, set, (uint32_t)number, ADDED);
        clock_release(task, set, SET, FROM_ALL);
    } else {
        clock_release(task, set, SET, TO_ALL);
    }
    rt_leave();
}

/* The fourth argument, if there is one, is a union of words. */
INTERCEPT(int, semctl, (int set, int number, int command, ...))
{
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (command == SETVAL || command == SETALL || command == IPC_RMID)
        before_control(set, number, command);
    return REAL(semctl)(set, number, command, argument);
}
