/*
 * ipc: what processes share, under control. POSIX message queues are descriptors that poll knows.
 * What of System V's, and of file locks, would have to wait is refused: the kernel cannot be asked
 * without taking it. So are locks that are shared with a child process, as they live in our model
 * only.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/control.h"

/* ---- POSIX message queues ---- */

struct queue_wait {
    struct control_wait base;
    struct pollfd poll;
};

static bool queue_ready(struct control_wait *wait)
{
    struct pollfd *poll = &((struct queue_wait *)wait)->poll;
    long result = control_poll_own(poll, wait->timeout_ms);
    return result != 0 && result != -EINTR;
}

/* Like poll's; -1 and errno when the call is not to be made. */
static int queue_await(mqd_t queue, short events, const struct timespec *deadline, uintptr_t pc)
{
    struct queue_wait wait = {.base.ready = queue_ready, .poll = {.fd = queue, .events = events}};
    struct sched_op op = {.kind = SCHED_EXTERNAL,
                          .address = (uint64_t)(uint32_t)queue + 1,
                          .deadline =
                              deadline ? control_deadline(CLOCK_REALTIME, deadline) : SCHED_NEVER,
                          .breaks = SCHED_BREAKS_MAYBE,
                          .pc = pc};
    if (sys_call3(SYS_fcntl, queue, F_GETFL, 0) & O_NONBLOCK)
        return 0;
    int error = control_step_wait(&op, &wait.base);
    if (error)
        errno = error;
    return error ? -1 : 0;
}

#define ON_QUEUE(ret, name, params, arguments, events, deadline)                                   \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        if (CONTROL_HERE && queue_await(queue, events, deadline, CONTROL_CALLER))                  \
            return -1;                                                                             \
        return LIBC(name) arguments;                                                               \
    }
ON_QUEUE(int, mq_send, (mqd_t queue, const char *bytes, size_t size, unsigned priority),
         (queue, bytes, size, priority), POLLOUT, NULL)
ON_QUEUE(int, mq_timedsend,
         (mqd_t queue, const char *bytes, size_t size, unsigned priority,
          const struct timespec *until),
         (queue, bytes, size, priority, until), POLLOUT, until)
ON_QUEUE(ssize_t, mq_receive,
         (mqd_t queue, char *restrict bytes, size_t size, unsigned *restrict priority),
         (queue, bytes, size, priority), POLLIN, NULL)
ON_QUEUE(ssize_t, mq_timedreceive,
         (mqd_t queue, char *restrict bytes, size_t size, unsigned *restrict priority,
          const struct timespec *restrict until),
         (queue, bytes, size, priority, until), POLLIN, until)

/* ---- what cannot be waited for ---- */

static void refuse_to_wait(bool would_wait, int error, int again)
{
    if (would_wait && error == again)
        control_refuse("it waits for System V messages, semaphores or a file lock");
}

CONTROLLED(int, msgsnd, (int queue, const void *message, size_t size, int flags))
{
    if (!CONTROL_HERE || flags & IPC_NOWAIT)
        return LIBC(msgsnd)(queue, message, size, flags);
    int result = LIBC(msgsnd)(queue, message, size, flags | IPC_NOWAIT);
    refuse_to_wait(result < 0, errno, EAGAIN);
    return result;
}

CONTROLLED(ssize_t, msgrcv, (int queue, void *message, size_t size, long type, int flags))
{
    if (!CONTROL_HERE || flags & IPC_NOWAIT)
        return LIBC(msgrcv)(queue, message, size, type, flags);
    ssize_t result = LIBC(msgrcv)(queue, message, size, type, flags | IPC_NOWAIT);
    refuse_to_wait(result < 0, errno, ENOMSG);
    return result;
}

/* With a time-out of nothing. */
static int operate(int set, struct sembuf *operations, size_t count)
{
    static const struct timespec zero;
    bool waits = true;
    for (size_t i = 0; i < count; i++)
        waits = waits && !(operations[i].sem_flg & IPC_NOWAIT);
    int result = LIBC(semtimedop)(set, operations, count, &zero);
    refuse_to_wait(result < 0 && waits, errno, EAGAIN);
    return result;
}

CONTROLLED(int, semop, (int set, struct sembuf *operations, size_t count))
{
    return CONTROL_HERE ? operate(set, operations, count) : LIBC(semop)(set, operations, count);
}

CONTROLLED(int, semtimedop,
           (int set, struct sembuf *operations, size_t count, const struct timespec *timeout))
{
    return CONTROL_HERE ? operate(set, operations, count)
                        : LIBC(semtimedop)(set, operations, count, timeout);
}

CONTROLLED(int, flock, (int fd, int operation))
{
    if (!CONTROL_HERE || operation & LOCK_NB)
        return LIBC(flock)(fd, operation);
    int result = LIBC(flock)(fd, operation | LOCK_NB);
    refuse_to_wait(result < 0, errno, EWOULDBLOCK);
    return result;
}

CONTROLLED(int, lockf, (int fd, int command, off_t size))
{
    if (!CONTROL_HERE || command != F_LOCK)
        return LIBC(lockf)(fd, command, size);
    int result = LIBC(lockf)(fd, F_TLOCK, size);
    refuse_to_wait(result < 0 && errno == EACCES, EAGAIN, EAGAIN);
    refuse_to_wait(result < 0, errno, EAGAIN);
    return result;
}

/* It would take from the kernel's queues, where nothing is. */
CONTROLLED(int, signalfd, (int fd, const sigset_t *mask, int flags))
{
    if (CONTROL_HERE)
        control_refuse("it reads signals from a descriptor (signalfd): use sigwaitinfo");
    return LIBC(signalfd)(fd, mask, flags);
}

/* ---- locks between processes ---- */

static bool shares_locks, has_children;

static void refuse_to_share(void)
{
    if (shares_locks && has_children)
        control_refuse("it shares locks or semaphores with a child process");
}

void control_locks_child(void)
{
    has_children = true;
    refuse_to_share();
}

void control_locks_share(void)
{
    shares_locks = true;
    refuse_to_share();
}

#define SHARES(name, type)                                                                         \
    CONTROLLED(int, name, (type * attributes, int shared))                                         \
    {                                                                                              \
        if (CONTROL_HERE && shared == PTHREAD_PROCESS_SHARED)                                      \
            control_locks_share();                                                                 \
        return LIBC(name)(attributes, shared);                                                     \
    }
SHARES(pthread_mutexattr_setpshared, pthread_mutexattr_t)
SHARES(pthread_condattr_setpshared, pthread_condattr_t)
SHARES(pthread_rwlockattr_setpshared, pthread_rwlockattr_t)
SHARES(pthread_barrierattr_setpshared, pthread_barrierattr_t)
