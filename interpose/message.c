/*
 * message: queues that carry bytes from one task to another without a descriptor's read and write:
 * POSIX message queues (whose descriptor names them by inode) and System V's (by number). What was
 * done before a send happens before the receive that takes the message (P11, in spirit).
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdarg.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/access.h"
#include "interpose/fd_key.h"
#include "interpose/fd_life.h"

/* ---- POSIX: a queue descriptor is a descriptor ---- */

static struct fd_port queue_port(mqd_t queue)
{
    struct stat status;
    if (sys_call3(SYS_fstat, queue, (long)&status, 0) != 0)
        return FD_PORT_NONE;
    struct fd_key key = fd_key_inode(status.st_dev, status.st_ino);
    return (struct fd_port){fd_channel_get_lasting(&key), 0};
}

INTERCEPT(mqd_t, mq_open, (const char *name, int flags, ...))
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    struct mq_attr *attributes = flags & O_CREAT ? va_arg(list, struct mq_attr *) : NULL;
    va_end(list);
    mqd_t queue = REAL(mq_open)(name, flags, mode, attributes);
    struct hb_task *task = queue >= 0 ? rt_enter() : NULL;
    if (task) {
        struct fd_port port = queue_port(queue);
        fd_install(queue, fd_file_create(FD_QUEUE, port, fd_port_ref(port)));
        rt_leave();
    }
    return queue;
}

INTERCEPT(int, mq_close, (mqd_t queue))
{
    fd_ends(queue);
    return REAL(mq_close)(queue);
}

static void queue_before_send(mqd_t queue, const void *bytes, size_t size, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (rt_instrumented(pc))
        rt_range(task, bytes, size, HB_READ, pc);
    fd_release(task, queue);
    rt_leave();
}

static void queue_received(mqd_t queue, const void *bytes, ssize_t size, const unsigned *priority,
                           uintptr_t pc)
{
    struct hb_task *task = size >= 0 ? rt_enter() : NULL;
    if (!task)
        return;
    fd_acquire(task, queue);
    if (rt_instrumented(pc)) {
        rt_range(task, bytes, (size_t)size, HB_WRITE, pc);
        rt_range(task, priority, sizeof *priority, HB_WRITE, pc);
    }
    rt_leave();
}

#define MQ_SEND(name, params, ...)                                                                 \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        queue_before_send(queue, bytes, size, RT_CALLER);                                          \
        return REAL(name)(__VA_ARGS__);                                                            \
    }
#define MQ_RECEIVE(name, params, ...)                                                              \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        queue_received(queue, bytes, done, priority, RT_CALLER);                                   \
        return done;                                                                               \
    }
#define OUTGOING mqd_t queue, const char *bytes, size_t size, unsigned priority
#define INCOMING mqd_t queue, char *bytes, size_t size, unsigned *priority

MQ_SEND(mq_send, (OUTGOING), queue, bytes, size, priority)
MQ_SEND(mq_timedsend, (OUTGOING, const struct timespec *until), queue, bytes, size, priority, until)
MQ_RECEIVE(mq_receive, (INCOMING), queue, bytes, size, priority)
MQ_RECEIVE(mq_timedreceive, (INCOMING, const struct timespec *until), queue, bytes, size, priority,
           until)

/* ---- System V ---- */

/* One reference of the queue's channel stays for the life of the process. */
static struct fd_port sysv_port(int queue, bool create)
{
    struct fd_key key = fd_key_number(SPACE_SYSV_QUEUE, (uint64_t)queue);
    struct fd_port port = {fd_channel_find(&key), 0};
    if (!port.channel && create) {
        port.channel = fd_channel_get(&key);
        fd_port_ref(port);
    }
    return port;
}

INTERCEPT(int, msgsnd, (int queue, const void *message, size_t size, int flags))
{
    struct hb_task *task = rt_enter();
    if (task) {
        if (rt_instrumented(RT_CALLER))
            READS(message, sizeof(long) + size);
        struct fd_port port = sysv_port(queue, true);
        fd_port_release(task, port);
        fd_port_put(port);
        rt_leave();
    }
    return REAL(msgsnd)(queue, message, size, flags);
}

INTERCEPT(ssize_t, msgrcv, (int queue, void *message, size_t size, long type, int flags))
{
    ssize_t done = REAL(msgrcv)(queue, message, size, type, flags);
    struct hb_task *task = done >= 0 ? rt_enter() : NULL;
    if (!task)
        return done;
    struct fd_port port = sysv_port(queue, false);
    fd_port_acquire(task, port);
    fd_port_put(port);
    if (rt_instrumented(RT_CALLER))
        WRITES(message, sizeof(long) + (size_t)done);
    rt_leave();
    return done;
}
