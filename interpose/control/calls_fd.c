/*
 * calls_fd: the program's system calls on descriptors in an engine (engine.h). Those that a
 * schedule opens are closed after it. One that was there before stays as it is, or the engine goes
 * on alone; what is read from and written to it is the world's, as after fork.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/sys.h"
#include "interpose/control/calls.h"

static bool fd_is_new(long fd)
{
    return fd >= 0 && fd < ENGINE_FDS && engine->fds[fd / 64] >> (fd % 64) & 1;
}

static bool fd_is_open(long fd)
{
    return sys_call3(SYS_fcntl, fd, F_GETFD, 0) >= 0;
}

static int64_t fd_note(int64_t fd)
{
    if (fd < 0)
        return fd;
    if (fd >= ENGINE_FDS) {
        engine_alone("it opens too many descriptors");
        return fd; /* it was done */
    }
    engine->fds[fd / 64] |= UINT64_C(1) << (fd % 64);
    engine->fds_any |= UINT64_C(1) << (fd / 64);
    return fd;
}

int64_t call_open(long number, const long *a)
{
    return fd_note(call_make(number, a));
}

int64_t call_pipe(long number, const long *a)
{
    const int *pair = (const int *)(number == SYS_socketpair ? a[3] : a[0]);
    int64_t result = call_make(number, a);
    if (!result) {
        fd_note(pair[0]);
        fd_note(pair[1]);
    }
    return result;
}

int64_t call_close(long number, const long *a)
{
    long fd = a[0];
    if (!fd_is_new(fd))
        return fd_is_open(fd) ? call_refuse("it closes a descriptor that was open before") : -EBADF;
    engine->fds[fd / 64] &= ~(UINT64_C(1) << (fd % 64));
    return call_make(number, a);
}

int64_t call_dup2(long number, const long *a)
{
    if (!fd_is_new(a[1]) && fd_is_open(a[1]))
        return a[0] == a[1] ? call_make(number, a)
                            : call_refuse("it redirects a descriptor that was open before");
    return fd_note(call_make(number, a));
}

int64_t call_fcntl(long number, const long *a)
{
    switch (a[1]) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return fd_note(call_make(number, a));
    case F_GETFD:
    case F_GETFL:
        return call_make(number, a);
    case F_SETFD:
    case F_SETFL:
        if (fd_is_new(a[0]) || !fd_is_open(a[0]))
            return call_make(number, a);
    }
    return call_refuse("it changes a descriptor that was open before, or locks a file");
}

int64_t call_ioctl(long number, const long *a)
{
    enum { OUTPUT_MAX = 64 };
    unsigned request = (unsigned)a[1];
    if (request != TCGETS && request != TIOCGWINSZ && request != FIONREAD && !fd_is_new(a[0]))
        return call_refuse("it controls a device that was open before");
    pages_open_range((uintptr_t)a[2], OUTPUT_MAX);
    return call_make(number, a);
}

/* Of what was open before, epoll's and timerfd's state is not put back. */
int64_t call_on_new(long number, const long *a)
{
    return fd_is_new(a[0]) ? call_make(number, a)
                           : call_refuse("it changes a descriptor that was open before");
}

int64_t call_write(long number, const long *a)
{
    engine->wrote = engine->wrote || a[0] <= 2;
    return call_make(number, a);
}

/* ---- sockets ---- */

static bool is_local(const struct sockaddr *address, size_t size)
{
    static const unsigned char loopback6[16] = {[15] = 1};
    if (!address || size < sizeof address->sa_family)
        return true; /* the kernel's answer is an error */
    switch (address->sa_family) {
    case AF_INET:
        return *(const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr == 127;
    case AF_INET6:
        return memcmp(&((const struct sockaddr_in6 *)address)->sin6_addr, loopback6,
                      sizeof loopback6) == 0;
    default:
        return address->sa_family == AF_UNIX || address->sa_family == AF_UNSPEC;
    }
}

int64_t call_connect(long number, const long *a)
{
    return is_local((const struct sockaddr *)a[1], (size_t)a[2])
               ? call_make(number, a)
               : call_refuse("it connects to another machine");
}

int64_t call_sendto(long number, const long *a)
{
    return is_local((const struct sockaddr *)a[4], (size_t)a[5])
               ? call_make(number, a)
               : call_refuse("it sends to another machine");
}

static void vector_open(const struct iovec *vector, size_t count)
{
    for (size_t i = 0; i < count && count <= 1024; i++)
        pages_open_range((uintptr_t)vector[i].iov_base, vector[i].iov_len);
}

/* readv, preadv, process_vm_readv */
int64_t call_readv(long number, const long *a)
{
    vector_open((const struct iovec *)a[1], (size_t)a[2]);
    return call_make(number, a);
}

static void fds_received(struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        const int *fds = (const int *)(const void *)CMSG_DATA(part);
        for (size_t i = 0; i < (part->cmsg_len - CMSG_LEN(0)) / sizeof *fds; i++)
            fd_note(fds[i]);
    }
}

int64_t call_recvmsg(long number, const long *a)
{
    struct msghdr *message = (struct msghdr *)a[1];
    pages_open_range((uintptr_t)message, sizeof *message);
    pages_open_range((uintptr_t)message->msg_name, message->msg_namelen);
    pages_open_range((uintptr_t)message->msg_control, message->msg_controllen);
    vector_open(message->msg_iov, message->msg_iovlen);
    int64_t result = call_make(number, a);
    if (result >= 0)
        fds_received(message);
    return result;
}

int64_t call_sendmsg(long number, const long *a)
{
    const struct msghdr *message = (const struct msghdr *)a[1];
    return is_local(message->msg_name, message->msg_namelen)
               ? call_make(number, a)
               : call_refuse("it sends to another machine");
}

/* ---- after a schedule ---- */

void calls_fds_undo(void)
{
    for (uint32_t word = 0; engine->fds_any >> word; word++)
        for (; engine->fds[word]; engine->fds[word] &= engine->fds[word] - 1)
            sys_call3(SYS_close, 64 * word + (uint32_t)__builtin_ctzll(engine->fds[word]), 0, 0);
    engine->fds_any = 0;
}
