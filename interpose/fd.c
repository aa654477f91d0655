/*
 * fd: read, write and their kin (P11). Writing calls release before the real call; reading calls
 * acquire after it, if it saw something. Nothing of ours is held while the real call blocks, and a
 * thread cancelled in it leaves nothing behind.
 *
 * Calls with a position work on files that order nothing: buffers only.
 */
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <unistd.h>

#include "interpose/fd_io.h"

/* ---- streams of bytes ---- */

#define FD_READ(name, params, ...)                                                                 \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_read(fd, done, buffer, size, RT_CALLER);                                          \
        return done;                                                                               \
    }
#define FD_WRITE(name, params, ...)                                                                \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        fd_before_write(fd, buffer, size, RT_CALLER);                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_write(fd, done);                                                                  \
        return done;                                                                               \
    }
#define FD_READV(name, params, ...)                                                                \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_readv(fd, done, vector, count, RT_CALLER);                                        \
        return done;                                                                               \
    }
#define FD_WRITEV(name, params, ...)                                                               \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        fd_before_writev(fd, vector, (int)count, RT_CALLER);                                       \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_write(fd, done);                                                                  \
        return done;                                                                               \
    }

FD_READ(read, (int fd, void *buffer, size_t size), fd, buffer, size)
FD_READ(__read, (int fd, void *buffer, size_t size), fd, buffer, size)
FD_READ(__read_chk, (int fd, void *buffer, size_t size, size_t room), fd, buffer, size, room)
FD_WRITE(write, (int fd, const void *buffer, size_t size), fd, buffer, size)
FD_WRITE(__write, (int fd, const void *buffer, size_t size), fd, buffer, size)
FD_READV(readv, (int fd, const struct iovec *vector, int count), fd, vector, count)
FD_WRITEV(writev, (int fd, const struct iovec *vector, int count), fd, vector, count)

/* With the position -1 these are readv and writev. */
#define VECTOR_AT int fd, const struct iovec *vector, int count, off_t at
FD_READV(preadv2, (VECTOR_AT, int flags), fd, vector, count, at, flags)
FD_READV(preadv64v2, (VECTOR_AT, int flags), fd, vector, count, at, flags)
FD_WRITEV(pwritev2, (VECTOR_AT, int flags), fd, vector, count, at, flags)
FD_WRITEV(pwritev64v2, (VECTOR_AT, int flags), fd, vector, count, at, flags)

INTERCEPT(int, eventfd_read, (int fd, eventfd_t *value))
{
    int result = REAL(eventfd_read)(fd, value);
    fd_after_read(fd, result ? -1 : (ssize_t)sizeof *value, value, sizeof *value, RT_CALLER);
    return result;
}

INTERCEPT(int, eventfd_write, (int fd, eventfd_t value))
{
    fd_before(fd);
    return REAL(eventfd_write)(fd, value);
}

/* ---- with a position ---- */

#define FD_PREAD(name, params, ...)                                                                \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        if (done > 0)                                                                              \
            ACCESSES(WRITES(buffer, (size_t)done));                                                \
        return done;                                                                               \
    }
#define FD_PWRITE(name)                                                                            \
    INTERCEPT(ssize_t, name, (int fd, const void *buffer, size_t size, off_t at))                  \
    {                                                                                              \
        ACCESSES(READS(buffer, size));                                                             \
        return REAL(name)(fd, buffer, size, at);                                                   \
    }

FD_PREAD(pread, (int fd, void *buffer, size_t size, off_t at), fd, buffer, size, at)
FD_PREAD(pread64, (int fd, void *buffer, size_t size, off_t at), fd, buffer, size, at)
FD_PREAD(__pread_chk, (int fd, void *buffer, size_t size, off_t at, size_t room), fd, buffer, size,
         at, room)
FD_PREAD(__pread64_chk, (int fd, void *buffer, size_t size, off_t at, size_t room), fd, buffer,
         size, at, room)
FD_PWRITE(pwrite)
FD_PWRITE(pwrite64)

#define FD_PREADV(name)                                                                            \
    INTERCEPT(ssize_t, name, (VECTOR_AT))                                                          \
    {                                                                                              \
        ssize_t done = REAL(name)(fd, vector, count, at);                                          \
        if (done > 0)                                                                              \
            ACCESSES(                                                                              \
                fd_vector_access(task, vector, (size_t)count, (size_t)done, HB_WRITE, RT_CALLER)); \
        return done;                                                                               \
    }
#define FD_PWRITEV(name)                                                                           \
    INTERCEPT(ssize_t, name, (VECTOR_AT))                                                          \
    {                                                                                              \
        if (count > 0)                                                                             \
            ACCESSES(fd_vector_access(task, vector, (size_t)count, SIZE_MAX, HB_READ, RT_CALLER)); \
        return REAL(name)(fd, vector, count, at);                                                  \
    }
FD_PREADV(preadv)
FD_PREADV(preadv64)
FD_PWRITEV(pwritev)
FD_PWRITEV(pwritev64)

/* ---- from one descriptor to another ----
 * What passes through carries the order of those who wrote it, so the input is acquired before
 * the output is released; and again after the call, for what came while it waited. */

static void pass_through(int from, int to)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    fd_acquire(task, from);
    fd_release(task, to);
    rt_leave();
}

#define FD_PASS(name, params, from, to, ...)                                                       \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        pass_through(from, to);                                                                    \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        if (done >= 0)                                                                             \
            pass_through(from, to);                                                                \
        return done;                                                                               \
    }

FD_PASS(sendfile, (int to, int from, off_t *at, size_t size), from, to, to, from, at, size)
FD_PASS(sendfile64, (int to, int from, off_t *at, size_t size), from, to, to, from, at, size)
FD_PASS(splice, (int from, off_t *from_at, int to, off_t *to_at, size_t size, unsigned flags), from,
        to, from, from_at, to, to_at, size, flags)
FD_PASS(tee, (int from, int to, size_t size, unsigned flags), from, to, from, to, size, flags)

/* Into a pipe (out of one it is not followed). */
FD_WRITEV(vmsplice, (int fd, const struct iovec *vector, size_t count, unsigned flags), fd, vector,
          count, flags)
