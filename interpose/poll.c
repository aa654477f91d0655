/*
 * poll: waiting for descriptors (P11). A wait that returns acquires from each descriptor that it
 * reports as readable, ended or failed; "writable" tells of nothing that another task did.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "interpose/fd_io.h"

/* ---- poll ---- */

enum { POLL_WRITABLE = POLLOUT | POLLWRNORM | POLLWRBAND };

/* The kernel writes `revents` alone; the rest another thread may change meanwhile. */
static void poll_done(struct pollfd *fds, nfds_t count, int ready, uintptr_t pc)
{
    struct hb_task *task = ready >= 0 ? rt_enter() : NULL;
    if (!task)
        return;
    bool counts = rt_instrumented(pc);
    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].revents & ~POLL_WRITABLE)
            fd_acquire(task, fds[i].fd);
        if (counts)
            rt_range(task, &fds[i].revents, sizeof fds[i].revents, HB_WRITE, pc);
    }
    rt_leave();
}

#define POLL(name, params, ...)                                                                    \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(READS(fds, count * sizeof *fds));                                                 \
        int ready = REAL(name)(__VA_ARGS__);                                                       \
        poll_done(fds, count, ready, RT_CALLER);                                                   \
        return ready;                                                                              \
    }
#define PPOLL_PARAMS                                                                               \
    struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask

POLL(poll, (struct pollfd * fds, nfds_t count, int timeout), fds, count, timeout)
POLL(__poll, (struct pollfd * fds, nfds_t count, int timeout), fds, count, timeout)
POLL(__poll_chk, (struct pollfd * fds, nfds_t count, int timeout, size_t room), fds, count, timeout,
     room)
POLL(ppoll, (PPOLL_PARAMS), fds, count, timeout, mask)
POLL(__ppoll_chk, (PPOLL_PARAMS, size_t room), fds, count, timeout, mask, room)

/* ---- select ---- */

/* The kernel handles whole words of a set. */
static size_t set_size(int count)
{
    enum { BITS = 8 * sizeof(long) };
    return count > 0 ? ((size_t)count + BITS - 1) / BITS * sizeof(long) : 0;
}

static void sets_access(struct hb_task *task, int count, const fd_set *const sets[3],
                        enum hb_kind kind, uintptr_t pc)
{
    for (int i = 0; i < 3; i++)
        if (sets[i])
            rt_range(task, sets[i], set_size(count), kind, pc);
}

static bool set_has(const fd_set *set, int fd)
{
    enum { BITS = 8 * sizeof(long) };
    return set && (set->fds_bits[fd / BITS] >> fd % BITS) & 1;
}

static void select_done(int count, const fd_set *const sets[3], int ready, uintptr_t pc)
{
    struct hb_task *task = ready >= 0 ? rt_enter() : NULL;
    if (!task)
        return;
    for (int fd = 0; fd < count && ready; fd++)
        if (set_has(sets[0], fd) || set_has(sets[2], fd))
            fd_acquire(task, fd);
    if (rt_instrumented(pc))
        sets_access(task, count, sets, HB_WRITE, pc);
    rt_leave();
}

#define SELECT(name, params, ...)                                                                  \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        const fd_set *const sets[3] = {reads, writes, exceptions};                                 \
        ACCESSES(sets_access(task, count, sets, HB_READ, RT_CALLER));                              \
        int ready = REAL(name)(__VA_ARGS__);                                                       \
        select_done(count, sets, ready, RT_CALLER);                                                \
        return ready;                                                                              \
    }
#define SETS int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict exceptions

SELECT(select, (SETS, struct timeval *restrict timeout), count, reads, writes, exceptions, timeout)
SELECT(__select, (SETS, struct timeval *restrict timeout), count, reads, writes, exceptions,
       timeout)
SELECT(pselect, (SETS, const struct timespec *restrict timeout, const sigset_t *restrict mask),
       count, reads, writes, exceptions, timeout, mask)

/* ---- epoll ---- */

INTERCEPT(int, epoll_ctl, (int epoll, int operation, int fd, struct epoll_event *event))
{
    struct fd_watch *watch = NULL;
    struct hb_task *task = rt_enter();
    if (task) {
        if (event && operation != EPOLL_CTL_DEL) {
            if (rt_instrumented(RT_CALLER))
                READS(event, sizeof *event);
            watch = fd_watch_add(task, epoll, fd, event->data.u64);
        }
        rt_leave();
    }
    int result = REAL(epoll_ctl)(epoll, operation, fd, event);
    task = watch || operation == EPOLL_CTL_DEL ? rt_enter() : NULL;
    if (!task)
        return result;
    if (!watch)
        fd_watch_remove(epoll, fd);
    else if (result == 0)
        fd_watch_commit(watch);
    else
        fd_watch_abort(watch);
    rt_leave();
    return result;
}

static void epoll_done(int epoll, const struct epoll_event *events, int count, uintptr_t pc)
{
    struct hb_task *task = count > 0 ? rt_enter() : NULL;
    if (!task)
        return;
    struct fd_file *file = fd_get(epoll);
    for (int i = 0; i < count && file; i++)
        if (events[i].events & ~(uint32_t)(EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND))
            fd_watch_acquire(task, file, events[i].data.u64);
    fd_put(file);
    if (rt_instrumented(pc))
        rt_range(task, events, (size_t)count * sizeof *events, HB_WRITE, pc);
    rt_leave();
}

#define EPOLL_WAIT(name, params, ...)                                                              \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        int count = REAL(name)(__VA_ARGS__);                                                       \
        epoll_done(epoll, events, count, RT_CALLER);                                               \
        return count;                                                                              \
    }
#define EVENTS int epoll, struct epoll_event *events, int room

EPOLL_WAIT(epoll_wait, (EVENTS, int timeout), epoll, events, room, timeout)
EPOLL_WAIT(epoll_pwait, (EVENTS, int timeout, const sigset_t *mask), epoll, events, room, timeout,
           mask)
EPOLL_WAIT(epoll_pwait2, (EVENTS, const struct timespec *timeout, const sigset_t *mask), epoll,
           events, room, timeout, mask)
