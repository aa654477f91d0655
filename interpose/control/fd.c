/*
 * fd: descriptors under control. A call that might block waits, as an operation of the scheduler,
 * until the kernel says that it will not; then it is made. So pipes, socketpairs and loopback
 * connections between tasks work, and who reads first is the scheduler's choice. Regular files
 * never block and are no scheduling points.
 */
#include <errno.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "base/sys.h"
#include "interpose/control/control.h"

/* ---- one descriptor ---- */

struct fd_wait {
    struct control_wait base;
    struct pollfd poll;
};

/* Of a call that waits: an error is an answer, too, but not that of a signal of ours. */
static bool is_answer(long result)
{
    return result != 0 && result != -EINTR;
}

static bool fd_ready(struct control_wait *wait)
{
    struct pollfd *poll = &((struct fd_wait *)wait)->poll;
    return is_answer(control_poll_own(poll, wait->timeout_ms));
}

static bool fd_inside(const struct control_wait *wait)
{
    return control_fd_inside(((const struct fd_wait *)wait)->poll.fd, 0);
}

static bool always_ready(struct control_wait *wait)
{
    (void)wait;
    return true;
}

/* Is it a pipe, a socket, or another thing between tasks? */
static bool fd_connects(int fd)
{
    struct stat stat;
    if (sys_call3(SYS_fstat, fd, (long)&stat, 0) < 0)
        return false;
    return !S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode) && !S_ISBLK(stat.st_mode) &&
           !S_ISCHR(stat.st_mode);
}

/* A program that reads what nobody gives it may have been meant to get it: the tool says so. */
void control_input_note(int fd)
{
    struct stat stat;
    if (fd == 0 && control_running && !atomic_load(&control_shared->input) &&
        sys_call3(SYS_fstat, fd, (long)&stat, 0) == 0 && S_ISCHR(stat.st_mode) &&
        stat.st_rdev == makedev(1, 3))
        atomic_store(&control_shared->input, 1);
}

/* A handler ended the wait. */
static bool was_broken(int result)
{
    if (result == EINTR)
        errno = EINTR;
    return result == EINTR;
}

/* False, with errno, when the call is not to be made. */
static bool fd_point(int fd, short events, bool blocks, uintptr_t pc)
{
    if (events & POLLIN)
        control_input_note(fd);
    if (!fd_connects(fd))
        return true;
    bool nonblocking = sys_call3(SYS_fcntl, fd, F_GETFL, 0) & O_NONBLOCK;
    struct fd_wait wait = {
        .base = {.ready = blocks && !nonblocking ? fd_ready : always_ready, .is_inside = fd_inside},
        .poll = {.fd = fd, .events = events},
    };
    struct sched_op op = {.kind = SCHED_EXTERNAL,
                          .address = (uint64_t)(uint32_t)fd + 1,
                          .deadline = SCHED_NEVER,
                          .breaks = SCHED_BREAKS_MAYBE,
                          .pc = pc};
    return !was_broken(control_step_wait(&op, &wait.base));
}

#define ON_FD(ret, name, params, arguments, fd, events, flags)                                     \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        if (CONTROL_HERE && !fd_point(fd, events, !((flags)&MSG_DONTWAIT), CONTROL_CALLER))        \
            return -1;                                                                             \
        return LIBC(name) arguments;                                                               \
    }

/* /dev/random or /dev/urandom; streams of them are misc.c's. */
static bool fd_is_random(int fd)
{
    struct stat stat;
    return sys_call3(SYS_fstat, fd, (long)&stat, 0) == 0 && S_ISCHR(stat.st_mode) &&
           (stat.st_rdev == makedev(1, 8) || stat.st_rdev == makedev(1, 9));
}

/* The kernel's chance is replaced by ours. */
static ssize_t random_replace(int fd, void *buffer, ssize_t got)
{
    if (got > 0 && fd_is_random(fd))
        control_random(buffer, (size_t)got);
    return got;
}

#define READS(name, params, arguments)                                                             \
    CONTROLLED(ssize_t, name, params)                                                              \
    {                                                                                              \
        if (!CONTROL_HERE)                                                                         \
            return LIBC(name) arguments;                                                           \
        if (!fd_point(fd, POLLIN, true, CONTROL_CALLER))                                           \
            return -1;                                                                             \
        return random_replace(fd, buffer, LIBC(name) arguments);                                   \
    }
READS(read, (int fd, void *buffer, size_t size), (fd, buffer, size))
READS(__read, (int fd, void *buffer, size_t size), (fd, buffer, size))
READS(__read_chk, (int fd, void *buffer, size_t size, size_t room), (fd, buffer, size, room))
ON_FD(ssize_t, readv, (int fd, const struct iovec *vector, int count), (fd, vector, count), fd,
      POLLIN, 0)
ON_FD(int, eventfd_read, (int fd, eventfd_t *value), (fd, value), fd, POLLIN, 0)
ON_FD(ssize_t, recv, (int fd, void *buffer, size_t size, int flags), (fd, buffer, size, flags), fd,
      POLLIN, flags)
ON_FD(ssize_t, __recv_chk, (int fd, void *buffer, size_t size, size_t room, int flags),
      (fd, buffer, size, room, flags), fd, POLLIN, flags)
ON_FD(ssize_t, recvfrom,
      (int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict address,
       socklen_t *restrict address_size),
      (fd, buffer, size, flags, address, address_size), fd, POLLIN, flags)
ON_FD(ssize_t, __recvfrom_chk,
      (int fd, void *restrict buffer, size_t size, size_t room, int flags,
       struct sockaddr *restrict address, socklen_t *restrict address_size),
      (fd, buffer, size, room, flags, address, address_size), fd, POLLIN, flags)
ON_FD(int, recvmmsg,
      (int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout),
      (fd, messages, count, flags, timeout), fd, POLLIN, flags)
ON_FD(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags),
      (fd, messages, count, flags), fd, POLLOUT, flags)
ON_FD(ssize_t, splice, (int fd, off_t *from_at, int to, off_t *to_at, size_t size, unsigned flags),
      (fd, from_at, to, to_at, size, flags), fd, POLLIN, 0)
ON_FD(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), fd,
      POLLIN, flags)
ON_FD(int, accept, (int fd, struct sockaddr *restrict address, socklen_t *restrict size),
      (fd, address, size), fd, POLLIN, 0)
ON_FD(int, accept4,
      (int fd, struct sockaddr *restrict address, socklen_t *restrict size, int flags),
      (fd, address, size, flags), fd, POLLIN, 0)

ON_FD(ssize_t, write, (int fd, const void *buffer, size_t size), (fd, buffer, size), fd, POLLOUT, 0)
ON_FD(ssize_t, __write, (int fd, const void *buffer, size_t size), (fd, buffer, size), fd, POLLOUT,
      0)
ON_FD(ssize_t, writev, (int fd, const struct iovec *vector, int count), (fd, vector, count), fd,
      POLLOUT, 0)
ON_FD(int, eventfd_write, (int fd, eventfd_t value), (fd, value), fd, POLLOUT, 0)
ON_FD(ssize_t, send, (int fd, const void *buffer, size_t size, int flags),
      (fd, buffer, size, flags), fd, POLLOUT, flags)
ON_FD(ssize_t, sendto,
      (int fd, const void *buffer, size_t size, int flags, const struct sockaddr *address,
       socklen_t address_size),
      (fd, buffer, size, flags, address, address_size), fd, POLLOUT, flags)
ON_FD(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags), fd,
      POLLOUT, flags)

/* ---- many: each call is made with a time-out of zero once it has something to say ---- */

/* For the time of the wait the thread may have another mask: what it no longer blocks ends the
 * wait. False, with errno, when the call is not to be made. */
static bool many_await(struct control_wait *wait, uint64_t object, uint64_t deadline,
                       const sigset_t *mask, uintptr_t pc)
{
    struct control_thread *self = control_thread(control_self);
    struct sched_op op = {.kind = SCHED_EXTERNAL,
                          .address = object,
                          .deadline = deadline,
                          .breaks = mask ? SCHED_BREAKS_AT_ONCE : SCHED_BREAKS_ALWAYS,
                          .pc = pc};
    if (!mask)
        return !was_broken(control_step_wait(&op, wait));
    uint64_t wanted;
    __builtin_memcpy(&wanted, mask, sizeof wanted);
    uint64_t before = control_mask_swap(self, wanted);
    int result = control_attend_count(NULL, pc) ? EINTR : control_step_wait(&op, wait);
    control_mask_swap(self, before);
    control_attend(NULL);
    return !was_broken(result);
}

static uint64_t deadline_ms(int ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    return ms < 0 ? SCHED_NEVER : control_deadline_in(&time);
}

static uint64_t deadline_in(const struct timespec *timeout)
{
    return timeout ? control_deadline_in(timeout) : SCHED_NEVER;
}

struct poll_wait {
    struct control_wait base;
    struct pollfd *fds;
    nfds_t count;
};

static bool poll_ready(struct control_wait *wait)
{
    struct poll_wait *poll = (struct poll_wait *)wait;
    return is_answer(sys_call3(SYS_poll, (long)poll->fds, (long)poll->count, wait->timeout_ms));
}

static bool poll_inside(const struct control_wait *wait)
{
    const struct poll_wait *poll = (const struct poll_wait *)wait;
    for (nfds_t i = 0; i < poll->count; i++)
        if (poll->fds[i].fd >= 0 && !control_fd_inside(poll->fds[i].fd, 0))
            return false;
    return true;
}

static bool poll_await(struct pollfd *fds, nfds_t count, uint64_t deadline, const sigset_t *mask,
                       uintptr_t pc)
{
    struct poll_wait wait = {
        .base = {.ready = poll_ready, .is_inside = poll_inside}, .fds = fds, .count = count};
    return many_await(&wait.base, count ? (uint64_t)(uint32_t)fds[0].fd + 1 : 0, deadline, mask,
                      pc);
}

CONTROLLED(int, poll, (struct pollfd * fds, nfds_t count, int timeout))
{
    if (!CONTROL_HERE)
        return LIBC(poll)(fds, count, timeout);
    if (!poll_await(fds, count, deadline_ms(timeout), NULL, CONTROL_CALLER))
        return -1;
    return LIBC(poll)(fds, count, 0);
}

CONTROLLED(int, __poll, (struct pollfd * fds, nfds_t count, int timeout))
{
    return control_poll(fds, count, timeout);
}

CONTROLLED(int, __poll_chk, (struct pollfd * fds, nfds_t count, int timeout, size_t room))
{
    (void)room;
    return control_poll(fds, count, timeout);
}

CONTROLLED(int, ppoll,
           (struct pollfd * fds, nfds_t count, const struct timespec *timeout,
            const sigset_t *mask))
{
    static const struct timespec zero;
    if (!CONTROL_HERE)
        return LIBC(ppoll)(fds, count, timeout, mask);
    if (!poll_await(fds, count, deadline_in(timeout), mask, CONTROL_CALLER))
        return -1;
    return LIBC(ppoll)(fds, count, &zero, mask);
}

/* Polls the epoll descriptor itself. */
static bool epoll_await(int epoll, uint64_t deadline, const sigset_t *mask, uintptr_t pc)
{
    struct fd_wait wait = {.base = {.ready = fd_ready, .is_inside = fd_inside},
                           .poll = {.fd = epoll, .events = POLLIN}};
    return many_await(&wait.base, (uint64_t)(uint32_t)epoll + 1, deadline, mask, pc);
}

CONTROLLED(int, epoll_wait, (int epoll, struct epoll_event *events, int room, int timeout))
{
    if (!CONTROL_HERE)
        return LIBC(epoll_wait)(epoll, events, room, timeout);
    if (!epoll_await(epoll, deadline_ms(timeout), NULL, CONTROL_CALLER))
        return -1;
    return LIBC(epoll_wait)(epoll, events, room, 0);
}

CONTROLLED(int, epoll_pwait,
           (int epoll, struct epoll_event *events, int room, int timeout, const sigset_t *mask))
{
    if (!CONTROL_HERE)
        return LIBC(epoll_pwait)(epoll, events, room, timeout, mask);
    if (!epoll_await(epoll, deadline_ms(timeout), mask, CONTROL_CALLER))
        return -1;
    return LIBC(epoll_pwait)(epoll, events, room, 0, mask);
}

CONTROLLED(int, epoll_pwait2,
           (int epoll, struct epoll_event *events, int room, const struct timespec *timeout,
            const sigset_t *mask))
{
    if (!CONTROL_HERE)
        return LIBC(epoll_pwait2)(epoll, events, room, timeout, mask);
    if (!epoll_await(epoll, deadline_in(timeout), mask, CONTROL_CALLER))
        return -1;
    return LIBC(epoll_wait)(epoll, events, room, 0);
}

struct select_wait {
    struct control_wait base;
    int count;
    fd_set *sets[3];
};

static bool select_ready(struct control_wait *wait)
{
    struct select_wait *select = (struct select_wait *)wait;
    fd_set copies[3];
    long sets[3];
    struct timespec timeout = {.tv_nsec = wait->timeout_ms * 1000000L};
    for (int i = 0; i < 3; i++) {
        sets[i] = select->sets[i] ? (long)&copies[i] : 0;
        if (select->sets[i])
            copies[i] = *select->sets[i];
    }
    return is_answer(
        sys_call6(SYS_pselect6, select->count, sets[0], sets[1], sets[2], (long)&timeout, 0));
}

static bool select_inside(const struct control_wait *wait)
{
    const struct select_wait *select = (const struct select_wait *)wait;
    for (int i = 0; i < 3; i++)
        for (int fd = 0; select->sets[i] && fd < select->count; fd++)
            if (FD_ISSET(fd, select->sets[i]) && !control_fd_inside(fd, 0))
                return false;
    return true;
}

static bool select_await(int count, fd_set *sets[3], uint64_t deadline, const sigset_t *mask,
                         uintptr_t pc)
{
    struct select_wait wait = {
        .base = {.ready = select_ready, .is_inside = select_inside},
        .count = count,
        .sets = {sets[0], sets[1], sets[2]},
    };
    return many_await(&wait.base, 0, deadline, mask, pc);
}

CONTROLLED(int, select,
           (int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict exceptions,
            struct timeval *restrict timeout))
{
    if (!CONTROL_HERE || count > FD_SETSIZE)
        return LIBC(select)(count, reads, writes, exceptions, timeout);
    struct timespec time = {.tv_sec = timeout ? timeout->tv_sec : 0,
                            .tv_nsec = timeout ? timeout->tv_usec * 1000L : 0};
    struct timeval zero = {0};
    if (!select_await(count, (fd_set *[]){reads, writes, exceptions},
                      timeout ? control_deadline_in(&time) : SCHED_NEVER, NULL, CONTROL_CALLER))
        return -1;
    return LIBC(select)(count, reads, writes, exceptions, &zero);
}

CONTROLLED(int, pselect,
           (int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict exceptions,
            const struct timespec *restrict timeout, const sigset_t *restrict mask))
{
    static const struct timespec zero;
    if (!CONTROL_HERE || count > FD_SETSIZE)
        return LIBC(pselect)(count, reads, writes, exceptions, timeout, mask);
    if (!select_await(count, (fd_set *[]){reads, writes, exceptions}, deadline_in(timeout), mask,
                      CONTROL_CALLER))
        return -1;
    return LIBC(pselect)(count, reads, writes, exceptions, &zero, mask);
}

CONTROLLED(int, __select,
           (int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict exceptions,
            struct timeval *restrict timeout))
{
    return control_select(count, reads, writes, exceptions, timeout);
}

CONTROLLED(int, __ppoll_chk,
           (struct pollfd * fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
            size_t room))
{
    (void)room;
    return control_ppoll(fds, count, timeout, mask);
}

/* ---- streams, whose descriptors libc reads itself: where nothing is in the buffer ---- */

/* False when a handler ended the wait. */
static bool stream_point(const FILE *stream, uintptr_t pc)
{
    if (stream->_IO_read_ptr < stream->_IO_read_end || stream->_fileno < 0)
        return true;
    return fd_point(stream->_fileno, POLLIN, true, pc);
}

#define ON_STREAM(ret, name, params, arguments, stream, bad)                                       \
    CONTROLLED(ret, name, params)                                                                  \
    {                                                                                              \
        if (CONTROL_HERE && !stream_point(stream, CONTROL_CALLER))                                 \
            return bad;                                                                            \
        return LIBC(name) arguments;                                                               \
    }
ON_STREAM(size_t, fread, (void *restrict buffer, size_t size, size_t count, FILE *restrict stream),
          (buffer, size, count, stream), stream, 0)
ON_STREAM(char *, fgets, (char *restrict to, int size, FILE *restrict stream), (to, size, stream),
          stream, NULL)
ON_STREAM(char *, __fgets_chk, (char *restrict to, size_t room, int size, FILE *restrict stream),
          (to, room, size, stream), stream, NULL)
ON_STREAM(ssize_t, getline, (char **restrict line, size_t *restrict size, FILE *restrict stream),
          (line, size, stream), stream, -1)
ON_STREAM(ssize_t, getdelim,
          (char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream),
          (line, size, delimiter, stream), stream, -1)
ON_STREAM(ssize_t, __getdelim,
          (char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream),
          (line, size, delimiter, stream), stream, -1)
ON_STREAM(int, fgetc, (FILE * stream), (stream), stream, EOF)
ON_STREAM(int, getc, (FILE * stream), (stream), stream, EOF)
ON_STREAM(int, getchar, (void), (), stdin, EOF)

/* ---- the end of descriptors ---- */

static void closing(int first, int last)
{
    if (control_running)
        control_timer_closed(first, last);
}

#define CLOSES(name, params, arguments, fd)                                                        \
    CONTROLLED(int, name, params)                                                                  \
    {                                                                                              \
        closing(fd, fd);                                                                           \
        return LIBC(name) arguments;                                                               \
    }
CLOSES(close, (int fd), (fd), fd)
CLOSES(__close, (int fd), (fd), fd)
CLOSES(dup2, (int fd, int copy), (fd, copy), copy == fd ? -1 : copy)
CLOSES(__dup2, (int fd, int copy), (fd, copy), copy == fd ? -1 : copy)
CLOSES(dup3, (int fd, int copy, int flags), (fd, copy, flags), copy == fd ? -1 : copy)

CONTROLLED(int, close_range, (unsigned first, unsigned last, int flags))
{
    if (!(flags & CLOSE_RANGE_CLOEXEC) && first <= INT32_MAX)
        closing((int)first, last <= INT32_MAX ? (int)last : INT32_MAX);
    return LIBC(close_range)(first, last, flags);
}

CONTROLLED(void, closefrom, (int first))
{
    closing(first, INT32_MAX);
    LIBC(closefrom)(first);
}
