/*
 * outside: calls by which a schedule changes what other processes see. Two schedules that run at
 * the same time would then disturb each other, so the tool lets one worker explore (--jobs).
 */
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "interpose/control/control.h"

static void outside_note(void)
{
    if (control_running)
        atomic_store(&control_shared->outside, 1);
}

/* Devices that keep nothing. */
static bool path_is_common(const char *path)
{
    return path && strncmp(path, "/dev/", 5) != 0;
}

static bool flags_write(int flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

static int open_noted(const char *path, int flags, int fd)
{
    if (fd >= 0 && flags_write(flags) && (flags & O_TMPFILE) != O_TMPFILE && path_is_common(path))
        outside_note();
    return fd;
}

static FILE *stream_noted(const char *path, const char *mode, FILE *stream)
{
    if (stream && strpbrk(mode, "wa+") && path_is_common(path))
        outside_note();
    return stream;
}

#define OPEN(name)                                                                                 \
    CONTROLLED(int, name, (const char *path, int flags, ...))                                      \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;               \
        va_end(arguments);                                                                         \
        return open_noted(path, flags, LIBC(name)(path, flags, mode));                             \
    }
#define OPENAT(name)                                                                               \
    CONTROLLED(int, name, (int folder, const char *path, int flags, ...))                          \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;               \
        va_end(arguments);                                                                         \
        return open_noted(path, flags, LIBC(name)(folder, path, flags, mode));                     \
    }
#define CREAT(name)                                                                                \
    CONTROLLED(int, name, (const char *path, mode_t mode))                                         \
    {                                                                                              \
        return open_noted(path, O_WRONLY, LIBC(name)(path, mode));                                 \
    }
#define FOPEN(name)                                                                                \
    CONTROLLED(FILE *, name, (const char *restrict path, const char *restrict mode))               \
    {                                                                                              \
        FILE *random = CONTROL_HERE ? control_random_stream(path, mode) : NULL;                    \
        return random ? random : stream_noted(path, mode, LIBC(name)(path, mode));                 \
    }
#define FREOPEN(name)                                                                              \
    CONTROLLED(FILE *, name,                                                                       \
               (const char *restrict path, const char *restrict mode, FILE *restrict stream))      \
    {                                                                                              \
        return stream_noted(path, mode, LIBC(name)(path, mode, stream));                           \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
CREAT(creat)
CREAT(creat64)
FOPEN(fopen)
FOPEN(fopen64)
FREOPEN(freopen)
FREOPEN(freopen64)

/* One that the kernel chooses is nobody else's. */
static bool address_is_chosen(const struct sockaddr *address, socklen_t size)
{
    const struct sockaddr_in *in = (const void *)address;
    const struct sockaddr_in6 *in6 = (const void *)address;
    return (address->sa_family == AF_INET && size >= sizeof *in && !in->sin_port) ||
           (address->sa_family == AF_INET6 && size >= sizeof *in6 && !in6->sin6_port) ||
           (address->sa_family == AF_UNIX && size == offsetof(struct sockaddr_un, sun_path));
}

CONTROLLED(int, bind, (int fd, const struct sockaddr *address, socklen_t size))
{
    int result = LIBC(bind)(fd, address, size);
    if (result == 0 && !address_is_chosen(address, size))
        outside_note();
    return result;
}

CONTROLLED(sem_t *, sem_open, (const char *name, int flags, ...))
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    unsigned value = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    outside_note();
    return LIBC(sem_open)(name, flags, mode, value);
}

CONTROLLED(mqd_t, mq_open, (const char *name, int flags, ...))
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    struct mq_attr *attributes = flags & O_CREAT ? va_arg(arguments, struct mq_attr *) : NULL;
    va_end(arguments);
    outside_note();
    return LIBC(mq_open)(name, flags, mode, attributes);
}
