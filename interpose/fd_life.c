/*
 * fd_life: where descriptors come from and how they end (P11). A number that a call returns starts
 * afresh; a number that a call closes is forgotten *before* the real call, for the moment it is
 * closed another thread may be given it. close releases: whoever sees the end of the stream comes
 * after it, and after every other close of the same description.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "interpose/fd_io.h"
#include "interpose/fd_life.h"

/* ---- helpers ---- */

int fd_fresh(int fd, struct fd_file *(*make)(void))
{
    struct hb_task *task = fd >= 0 ? rt_enter() : NULL;
    if (task) {
        fd_install(fd, make ? make() : NULL);
        rt_leave();
    }
    return fd;
}

void fd_ends(int fd)
{
    struct hb_task *task = rt_enter();
    if (task) {
        fd_release(task, fd);
        fd_forget(fd);
        rt_leave();
    }
}

static struct fd_file *make_loop(enum fd_kind kind)
{
    struct fd_port port = {fd_channel_create(), 0};
    return fd_file_create(kind, port, fd_port_ref(port));
}

static struct fd_file *make_event(void)
{
    return make_loop(FD_EVENT);
}

static struct fd_file *make_timer(void)
{
    return make_loop(FD_TIMER);
}

static struct fd_file *make_signal(void)
{
    return fd_file_create(FD_SIGNAL, FD_PORT_NONE, FD_PORT_NONE);
}

/* ---- end ---- */

#define FD_CLOSE(name)                                                                             \
    INTERCEPT(int, name, (int fd))                                                                 \
    {                                                                                              \
        fd_ends(fd);                                                                               \
        return REAL(name)(fd);                                                                     \
    }
FD_CLOSE(close)
FD_CLOSE(__close)

static void range_ends(unsigned first, unsigned last)
{
    struct hb_task *task = rt_enter();
    if (task) {
        fd_close_range(task, first, last);
        rt_leave();
    }
}

INTERCEPT(int, close_range, (unsigned first, unsigned last, int flags))
{
    if (first <= last && !(flags & ~CLOSE_RANGE_UNSHARE)) /* else it fails or closes nothing yet */
        range_ends(first, last);
    return REAL(close_range)(first, last, flags);
}

INTERCEPT(void, closefrom, (int first))
{
    range_ends(first < 0 ? 0 : (unsigned)first, UINT32_MAX);
    REAL(closefrom)(first);
}

INTERCEPT(int, closedir, (DIR * directory))
{
    fd_ends(dirfd(directory));
    return REAL(closedir)(directory);
}

/* ---- duplicates ---- */

static int duplicated(int fd, int copy)
{
    struct hb_task *task = copy >= 0 && copy != fd ? rt_enter() : NULL;
    if (task) {
        fd_duplicate(fd, copy);
        rt_leave();
    }
    return copy;
}

INTERCEPT(int, dup, (int fd))
{
    return duplicated(fd, REAL(dup)(fd));
}

/* What the number meant before ends, if the call is going to succeed. */
static void replaced(int fd, int copy)
{
    if (fd != copy && copy >= 0 && REAL(fcntl)(fd, F_GETFD) >= 0)
        fd_ends(copy);
}

#define FD_DUP2(name, params, ...)                                                                 \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        int saved = errno;                                                                         \
        replaced(fd, copy);                                                                        \
        errno = saved;                                                                             \
        return duplicated(fd, REAL(name)(__VA_ARGS__));                                            \
    }
FD_DUP2(dup2, (int fd, int copy), fd, copy)
FD_DUP2(__dup2, (int fd, int copy), fd, copy)
FD_DUP2(dup3, (int fd, int copy, int flags), fd, copy, flags)

#define FD_FCNTL(name)                                                                             \
    INTERCEPT(int, name, (int fd, int command, ...))                                               \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, command);                                                                   \
        void *argument = va_arg(list, void *);                                                     \
        va_end(list);                                                                              \
        int result = REAL(name)(fd, command, argument);                                            \
        bool copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;                            \
        return copies ? duplicated(fd, result) : result;                                           \
    }
FD_FCNTL(fcntl)
FD_FCNTL(fcntl64)

/* ---- pipes ---- */

static int pipe_made(int result, int fds[2], uintptr_t pc)
{
    struct hb_task *task = result == 0 ? rt_enter() : NULL;
    if (!task)
        return result;
    struct fd_port port = {fd_channel_create(), 0};
    fd_install(fds[0], fd_file_create(FD_PIPE, port, fd_port_ref(port)));
    fd_install(fds[1], fd_file_create(FD_PIPE, fd_port_ref(port), fd_port_ref(port)));
    if (rt_instrumented(pc))
        rt_range(task, fds, 2 * sizeof fds[0], HB_WRITE, pc);
    rt_leave();
    return result;
}

INTERCEPT(int, pipe, (int fds[2]))
{
    return pipe_made(REAL(pipe)(fds), fds, RT_CALLER);
}

INTERCEPT(int, pipe2, (int fds[2], int flags))
{
    return pipe_made(REAL(pipe2)(fds, flags), fds, RT_CALLER);
}

/* ---- files; a FIFO is recognised at its first use ---- */

#define FD_OPEN(name, params, flags, ...)                                                          \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;                  \
        va_end(list);                                                                              \
        ACCESSES(READS_STRING(path));                                                              \
        return fd_fresh(REAL(name)(__VA_ARGS__, mode), NULL);                                      \
    }
FD_OPEN(open, (const char *path, int flags, ...), flags, path, flags)
FD_OPEN(open64, (const char *path, int flags, ...), flags, path, flags)
FD_OPEN(openat, (int folder, const char *path, int flags, ...), flags, folder, path, flags)
FD_OPEN(openat64, (int folder, const char *path, int flags, ...), flags, folder, path, flags)

#define FD_PATH(name, params, ...)                                                                 \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        ACCESSES(READS_STRING(path));                                                              \
        return fd_fresh(REAL(name)(__VA_ARGS__), NULL);                                            \
    }
FD_PATH(creat, (const char *path, mode_t mode), path, mode)
FD_PATH(creat64, (const char *path, mode_t mode), path, mode)
FD_PATH(__open_2, (const char *path, int flags), path, flags)
FD_PATH(__open64_2, (const char *path, int flags), path, flags)
FD_PATH(__openat_2, (int folder, const char *path, int flags), folder, path, flags)
FD_PATH(__openat64_2, (int folder, const char *path, int flags), folder, path, flags)
FD_PATH(memfd_create, (const char *path, unsigned flags), path, flags)

/* The template's last letters are replaced. */
#define FD_TEMPORARY(name, params, ...)                                                            \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        int fd = REAL(name)(__VA_ARGS__);                                                          \
        ACCESSES(READS_STRING(path); if (fd >= 0) WRITES(path + REAL(strlen)(path) - 6, 6));       \
        return fd_fresh(fd, NULL);                                                                 \
    }
FD_TEMPORARY(mkstemp, (char *path), path)
FD_TEMPORARY(mkstemp64, (char *path), path)
FD_TEMPORARY(mkostemp, (char *path, int flags), path, flags)
FD_TEMPORARY(mkostemp64, (char *path, int flags), path, flags)

/* ---- event sources; an epoll is recognised at its first epoll_ctl ---- */

INTERCEPT(int, eventfd, (unsigned count, int flags))
{
    return fd_fresh(REAL(eventfd)(count, flags), make_event);
}

INTERCEPT(int, timerfd_create, (int clock, int flags))
{
    return fd_fresh(REAL(timerfd_create)(clock, flags), make_timer);
}

/* Arming happens before the read that sees it expire. */
INTERCEPT(int, timerfd_settime,
          (int fd, int flags, const struct itimerspec *value, struct itimerspec *old))
{
    ACCESSES(READS(value, sizeof *value));
    fd_before(fd);
    int result = REAL(timerfd_settime)(fd, flags, value, old);
    if (result == 0 && old)
        ACCESSES(WRITES(old, sizeof *old));
    return result;
}

INTERCEPT(int, timerfd_gettime, (int fd, struct itimerspec *value))
{
    int result = REAL(timerfd_gettime)(fd, value);
    if (result == 0)
        ACCESSES(WRITES(value, sizeof *value));
    return result;
}

/* With a descriptor given, that one changes its mask. */
INTERCEPT(int, signalfd, (int fd, const sigset_t *mask, int flags))
{
    int result = REAL(signalfd)(fd, mask, flags);
    return fd == -1 ? fd_fresh(result, make_signal) : result;
}
