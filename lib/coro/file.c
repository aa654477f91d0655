/*
 * Files. What a read finds in memory it gets at once (RWF_NOWAIT); everything else is a blocking
 * call.
 *
 * Order (for a detector): none, as files have none.
 */
#define RGO_NO_SHORT_NAMES
#include "conn.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define AT_POSITION ((off_t)-1) /* as preadv2 has it */

struct rgo_file {
    int fd;
    bool regular;
};

struct request {
    int fd;
    const char *path;
    int flags;
    mode_t mode;
    void *to;
    const void *from;
    size_t size;
    off_t offset;
    bool regular;
    ssize_t result;
};

/* ---- on the helper ---- */

static void request_open(void *raw)
{
    struct request *r = raw;
    do
        r->result = open(r->path, r->flags | O_CLOEXEC, r->mode);
    while (r->result < 0 && errno == EINTR);
}

static void request_read(void *raw)
{
    struct request *r = raw;
    do
        r->result = r->offset == AT_POSITION ? read(r->fd, r->to, r->size)
                                             : pread(r->fd, r->to, r->size, r->offset);
    while (r->result < 0 && errno == EINTR);
}

static ssize_t write_once(const struct request *r, const void *from, size_t size, off_t offset)
{
    if (r->offset != AT_POSITION)
        return pwrite(r->fd, from, size, offset);
    return r->regular ? write(r->fd, from, size) : write_silent(r->fd, from, size);
}

static void request_write(void *raw)
{
    struct request *r = raw;
    size_t done = 0;
    while (done < r->size) {
        const char *from = (const char *)r->from + done;
        ssize_t put = write_once(r, from, r->size - done, r->offset + (off_t)done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            r->result = -1;
            return;
        }
        done += (size_t)put;
    }
    r->result = (ssize_t)done;
}

static void request_fsync(void *raw)
{
    struct request *r = raw;
    do
        r->result = fsync(r->fd);
    while (r->result < 0 && errno == EINTR);
}

static void request_close(void *raw)
{
    struct request *r = raw;
    r->result = close(r->fd); /* EINTR: it is closed nevertheless */
}

/* ---- public ---- */

rgo_file *rgo_file_open(const char *path, int flags, mode_t mode)
{
    struct rgo_file *f = malloc(sizeof *f);
    if (!f) {
        errno = ENOMEM;
        return NULL;
    }
    struct request r = {.path = path, .flags = flags, .mode = mode};
    rgo_blocking_run(request_open, &r);
    if (r.result < 0) {
        int error = errno;
        free(f);
        errno = error;
        return NULL;
    }
    struct stat status;
    f->fd = (int)r.result;
    f->regular = fstat(f->fd, &status) == 0 && S_ISREG(status.st_mode);
    return f;
}

/* What is in memory: fewer than size bytes if not all is; -1: nothing is, or it cannot be told. */
static ssize_t read_cached(struct rgo_file *f, void *buffer, size_t size, off_t offset)
{
    struct iovec to = {.iov_base = buffer, .iov_len = size};
    return f->regular ? preadv2(f->fd, &to, 1, offset, RWF_NOWAIT) : -1;
}

static ssize_t file_read(struct rgo_file *f, void *buffer, size_t size, off_t offset,
                         const void *pc)
{
    size_t done = 0;
    int before = errno;
    while (done < size) {
        struct request r = {.fd = f->fd,
                            .to = (char *)buffer + done,
                            .size = size - done,
                            .offset = offset == AT_POSITION ? offset : offset + (off_t)done};
        r.result = read_cached(f, r.to, r.size, r.offset);
        if (r.result < 0) {
            errno = before;
            rgo_blocking_run(request_read, &r);
        }
        if (r.result < 0 && !done)
            return -1;
        if (r.result <= 0)
            break;
        done += (size_t)r.result;
        if (!f->regular)
            break; /* a terminal's line, what is in a pipe */
    }
    if (done)
        HOOK(write(goroutine_self()->task, buffer, done, pc));
    return (ssize_t)done;
}

ssize_t rgo_file_read(rgo_file *f, void *buffer, size_t size)
{
    return file_read(f, buffer, size, AT_POSITION, __builtin_return_address(0));
}

static int offset_check(off_t offset)
{
    if (offset >= 0)
        return 0;
    errno = EINVAL;
    return -1;
}

ssize_t rgo_file_pread(rgo_file *f, void *buffer, size_t size, off_t offset)
{
    if (offset_check(offset))
        return -1;
    return file_read(f, buffer, size, offset, __builtin_return_address(0));
}

static ssize_t file_write(struct rgo_file *f, const void *buffer, size_t size, off_t offset,
                          const void *pc)
{
    struct request r = {
        .fd = f->fd, .from = buffer, .size = size, .offset = offset, .regular = f->regular};
    if (size)
        HOOK(read(goroutine_self()->task, buffer, size, pc));
    rgo_blocking_run(request_write, &r);
    return r.result;
}

ssize_t rgo_file_write(rgo_file *f, const void *buffer, size_t size)
{
    return file_write(f, buffer, size, AT_POSITION, __builtin_return_address(0));
}

ssize_t rgo_file_pwrite(rgo_file *f, const void *buffer, size_t size, off_t offset)
{
    if (offset_check(offset))
        return -1;
    return file_write(f, buffer, size, offset, __builtin_return_address(0));
}

int rgo_file_fsync(rgo_file *f)
{
    struct request r = {.fd = f->fd};
    rgo_blocking_run(request_fsync, &r);
    return (int)r.result;
}

int rgo_file_close(rgo_file *f)
{
    struct request r = {.fd = f->fd};
    free(f);
    rgo_blocking_run(request_close, &r);
    return (int)r.result;
}

int rgo_file_fd(const rgo_file *f)
{
    return f->fd;
}
