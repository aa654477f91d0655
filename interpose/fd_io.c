/* fd_io: see fd_io.h. */
#include "interpose/fd_io.h"

#include <errno.h>
#include <sys/signalfd.h>

#include "interpose/signals.h"

/* Errors by which the peer's close or shutdown becomes visible. */
static bool error_of_peer(void)
{
    return errno == EPIPE || errno == ECONNRESET || errno == ECONNABORTED;
}

/* ---- order ---- */

void fd_before(int fd)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    fd_release(task, fd);
    rt_leave();
}

void fd_after(int fd)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    fd_acquire(task, fd);
    rt_leave();
}

void fd_after_write(int fd, ssize_t done)
{
    if (__builtin_expect(done < 0, 0) && error_of_peer())
        fd_after(fd);
}

/* A signalfd's bytes say which signals were taken. */
static void acquire_signals(struct hb_task *task, const void *buffer, size_t size)
{
    const struct signalfd_siginfo *info = buffer;
    for (; size >= sizeof *info; size -= sizeof *info, info++)
        signals_acquire(task, (int)info->ssi_signo, info->ssi_code == SI_TIMER);
}

static void acquire_read(struct hb_task *task, int fd, const void *buffer, size_t size)
{
    struct fd_file *file = fd_get(fd);
    if (!file)
        return;
    if (fd_file_kind(file) == FD_SIGNAL && buffer)
        acquire_signals(task, buffer, size);
    struct fd_port in = fd_file_in(file);
    fd_port_acquire(task, in);
    fd_port_put(in);
    fd_put(file);
}

/* ---- with buffers ---- */

void fd_before_write(int fd, const void *buffer, size_t size, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (rt_instrumented(pc))
        rt_range(task, buffer, size, HB_READ, pc);
    fd_release(task, fd);
    rt_leave();
}

void fd_after_read(int fd, ssize_t done, void *buffer, size_t size, uintptr_t pc)
{
    if (size == 0 || (done < 0 && !error_of_peer()))
        return;
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    size_t count = done > 0 ? (size_t)done : 0;
    acquire_read(task, fd, buffer, count);
    if (rt_instrumented(pc))
        rt_range(task, buffer, count < size ? count : size, HB_WRITE, pc);
    rt_leave();
}

/* ---- with vectors ---- */

void fd_vector_access(struct hb_task *task, const struct iovec *vector, size_t count, size_t total,
                      enum hb_kind kind, uintptr_t pc)
{
    rt_range(task, vector, count * sizeof *vector, HB_READ, pc);
    for (size_t i = 0; i < count && total; i++) {
        size_t size = vector[i].iov_len < total ? vector[i].iov_len : total;
        rt_range(task, vector[i].iov_base, size, kind, pc);
        total -= size;
    }
}

void fd_before_writev(int fd, const struct iovec *vector, int count, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (count > 0 && rt_instrumented(pc))
        fd_vector_access(task, vector, (size_t)count, SIZE_MAX, HB_READ, pc);
    fd_release(task, fd);
    rt_leave();
}

void fd_after_readv(int fd, ssize_t done, const struct iovec *vector, int count, uintptr_t pc)
{
    if (count <= 0 || (done < 0 && !error_of_peer()))
        return;
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    size_t total = done > 0 ? (size_t)done : 0;
    acquire_read(task, fd, vector[0].iov_base,
                 total < vector[0].iov_len ? total : vector[0].iov_len);
    if (rt_instrumented(pc))
        fd_vector_access(task, vector, (size_t)count, total, HB_WRITE, pc);
    rt_leave();
}
