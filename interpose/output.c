/*
 * output: system and library calls whose result is a struct, string or array of the caller's:
 * files and folders, processes, users, the network database, sorting, random bytes. They order
 * nothing; they access memory.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "interpose/access.h"

static size_t length(const char *s)
{
    return REAL(strlen)(s) + 1;
}

/* A call that succeeds (`good`, on `result`) has written *to. */
#define RESULT(ret, good, name, params, ...)                                                       \
    INTERCEPT(ret, name, params)                                                                   \
    {                                                                                              \
        ret result = REAL(name)(__VA_ARGS__);                                                      \
        if (good)                                                                                  \
            ACCESSES(WRITES(to, sizeof *to));                                                      \
        return result;                                                                             \
    }
/* The same, and it reads a path. */
#define PATH_RESULT(name, params, ...)                                                             \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        int result = REAL(name)(__VA_ARGS__);                                                      \
        ACCESSES(READS_STRING(path); WRITES(to, result == 0 ? sizeof *to : 0));                    \
        return result;                                                                             \
    }
#define OK (result == 0)

/* ---- files ---- */

#define PATH const char *restrict path
PATH_RESULT(stat, (PATH, struct stat *restrict to), path, to)
PATH_RESULT(stat64, (PATH, struct stat64 *restrict to), path, to)
PATH_RESULT(lstat, (PATH, struct stat *restrict to), path, to)
PATH_RESULT(lstat64, (PATH, struct stat64 *restrict to), path, to)
PATH_RESULT(fstatat, (int folder, PATH, struct stat *restrict to, int flags), folder, path, to,
            flags)
PATH_RESULT(fstatat64, (int folder, PATH, struct stat64 *restrict to, int flags), folder, path, to,
            flags)
PATH_RESULT(statx, (int folder, PATH, int flags, unsigned mask, struct statx *restrict to), folder,
            path, flags, mask, to)
PATH_RESULT(statfs, (PATH, struct statfs *to), path, to)
PATH_RESULT(statfs64, (PATH, struct statfs64 *to), path, to)
PATH_RESULT(statvfs, (PATH, struct statvfs *restrict to), path, to)
PATH_RESULT(statvfs64, (PATH, struct statvfs64 *restrict to), path, to)
RESULT(int, OK, fstat, (int fd, struct stat *to), fd, to)
RESULT(int, OK, fstat64, (int fd, struct stat64 *to), fd, to)
RESULT(int, OK, fstatfs, (int fd, struct statfs *to), fd, to)
RESULT(int, OK, fstatfs64, (int fd, struct statfs64 *to), fd, to)
RESULT(int, OK, fstatvfs, (int fd, struct statvfs *to), fd, to)
RESULT(int, OK, fstatvfs64, (int fd, struct statvfs64 *to), fd, to)

#define READLINK(name, params, ...)                                                                \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        ACCESSES(READS_STRING(path); WRITES(to, done > 0 ? (size_t)done : 0));                     \
        return done;                                                                               \
    }
READLINK(readlink, (PATH, char *restrict to, size_t size), path, to, size)
READLINK(readlinkat, (int folder, PATH, char *restrict to, size_t size), folder, path, to, size)

#define REALPATH(name, params, ...)                                                                \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        char *result = REAL(name)(__VA_ARGS__);                                                    \
        ACCESSES(READS_STRING(path); WRITES(result, result ? length(result) : 0));                 \
        return result;                                                                             \
    }
REALPATH(realpath, (PATH, char *restrict to), path, to)
REALPATH(__realpath_chk, (const char *path, char *to, size_t room), path, to, room)

#define TEXT_RESULT(name, params, ...)                                                             \
    INTERCEPT(char *, name, params)                                                                \
    {                                                                                              \
        char *result = REAL(name)(__VA_ARGS__);                                                    \
        ACCESSES(WRITES(result, result ? length(result) : 0));                                     \
        return result;                                                                             \
    }
TEXT_RESULT(getcwd, (char *to, size_t size), to, size)
TEXT_RESULT(__getcwd_chk, (char *to, size_t size, size_t room), to, size, room)
TEXT_RESULT(strerror_r, (int error, char *to, size_t size), error, to, size)

/* The entry is the folder stream's: two threads that read one stream race on it. */
#define READDIR(name, type)                                                                        \
    INTERCEPT(type *, name, (DIR * folder))                                                        \
    {                                                                                              \
        type *entry = REAL(name)(folder);                                                          \
        ACCESSES(WRITES(entry, entry ? entry->d_reclen : 0));                                      \
        return entry;                                                                              \
    }
READDIR(readdir, struct dirent)
READDIR(readdir64, struct dirent64)

/* ---- processes and the machine ---- */

#define REAPED (result > 0)
RESULT(pid_t, REAPED, wait, (int *to), to)
RESULT(pid_t, REAPED, waitpid, (pid_t pid, int *to, int options), pid, to, options)
RESULT(int, OK, waitid, (idtype_t type, id_t id, siginfo_t *to, int options), type, id, to, options)
RESULT(int, OK, getrlimit, (__rlimit_resource_t resource, struct rlimit *to), resource, to)
RESULT(int, OK, getrlimit64, (__rlimit_resource_t resource, struct rlimit64 *to), resource, to)
RESULT(int, OK, getrusage, (__rusage_who_t who, struct rusage *to), who, to)
RESULT(int, OK, uname, (struct utsname * to), to)
RESULT(int, OK, sysinfo, (struct sysinfo * to), to)
RESULT(int, OK, tcgetattr, (int fd, struct termios *to), fd, to)

#define WAIT_USAGE(name, params, ...)                                                              \
    INTERCEPT(pid_t, name, params)                                                                 \
    {                                                                                              \
        pid_t result = REAL(name)(__VA_ARGS__);                                                    \
        if (result > 0)                                                                            \
            ACCESSES(WRITES(to, sizeof *to); WRITES(usage, sizeof *usage));                        \
        return result;                                                                             \
    }
WAIT_USAGE(wait3, (int *to, int options, struct rusage *usage), to, options, usage)
WAIT_USAGE(wait4, (pid_t pid, int *to, int options, struct rusage *usage), pid, to, options, usage)

INTERCEPT(int, gethostname, (char *to, size_t size))
{
    int result = REAL(gethostname)(to, size);
    if (result == 0)
        ACCESSES(WRITES(to, REAL(strnlen)(to, size - 1) + 1));
    return result;
}

INTERCEPT(ssize_t, getrandom, (void *to, size_t size, unsigned flags))
{
    ssize_t done = REAL(getrandom)(to, size, flags);
    ACCESSES(WRITES(to, done > 0 ? (size_t)done : 0));
    return done;
}

INTERCEPT(int, getentropy, (void *to, size_t size))
{
    int result = REAL(getentropy)(to, size);
    ACCESSES(WRITES(to, result == 0 ? size : 0));
    return result;
}

/* ---- the network database ---- */

/* The list that getaddrinfo makes is the caller's from now on. */
static void list_written(struct hb_task *task, const struct addrinfo *list, uintptr_t pc)
{
    for (; list; list = list->ai_next) {
        rt_range(task, list, sizeof *list, HB_WRITE, pc);
        rt_range(task, list->ai_addr, list->ai_addr ? list->ai_addrlen : 0, HB_WRITE, pc);
        rt_range(task, list->ai_canonname, list->ai_canonname ? length(list->ai_canonname) : 0,
                 HB_WRITE, pc);
    }
}

INTERCEPT(int, getaddrinfo,
          (const char *restrict node, const char *restrict service,
           const struct addrinfo *restrict hints, struct addrinfo **restrict to))
{
    int result = REAL(getaddrinfo)(node, service, hints, to);
    ACCESSES(READS_STRING(node); READS_STRING(service); READS(hints, sizeof *hints);
             if (result == 0) {
                 WRITES(to, sizeof *to);
                 list_written(task, *to, RT_CALLER);
             });
    return result;
}

INTERCEPT(int, getnameinfo,
          (const struct sockaddr *restrict address, socklen_t size, char *restrict host,
           socklen_t host_size, char *restrict service, socklen_t service_size, int flags))
{
    int result = REAL(getnameinfo)(address, size, host, host_size, service, service_size, flags);
    ACCESSES(READS(address, size);
             WRITES(host, result == 0 && host && host_size ? length(host) : 0);
             WRITES(service, result == 0 && service && service_size ? length(service) : 0));
    return result;
}

static size_t address_size(int family)
{
    return family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

INTERCEPT(int, inet_pton, (int family, const char *restrict s, void *restrict to))
{
    int result = REAL(inet_pton)(family, s, to);
    ACCESSES(READS_STRING(s); WRITES(to, result == 1 ? address_size(family) : 0));
    return result;
}

INTERCEPT(const char *, inet_ntop,
          (int family, const void *restrict address, char *restrict to, socklen_t size))
{
    const char *result = REAL(inet_ntop)(family, address, to, size);
    ACCESSES(READS(address, address_size(family)); WRITES(result, result ? length(result) : 0));
    return result;
}

/* ---- sorting: the callback is the program's own code and runs outside the runtime ---- */

#define SORT(name, params, ...)                                                                    \
    INTERCEPT(void, name, params)                                                                  \
    {                                                                                              \
        ACCESSES(READS(array, count *size));                                                       \
        rt_call_begin(RT_CALLER, (uintptr_t)__builtin_dwarf_cfa());                                \
        REAL(name)(__VA_ARGS__);                                                                   \
        rt_call_end(RT_CALLER);                                                                    \
        ACCESSES(WRITES(array, count > 1 ? count * size : 0));                                     \
    }
#define ARRAY void *array, size_t count, size_t size
SORT(qsort, (ARRAY, int (*compare)(const void *, const void *)), array, count, size, compare)
SORT(qsort_r, (ARRAY, int (*compare)(const void *, const void *, void *), void *argument), array,
     count, size, compare, argument)

/* ---- terminals: the requests that have a struct of known size ---- */

INTERCEPT(int, ioctl, (int fd, unsigned long request, ...))
{
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    int result = REAL(ioctl)(fd, request, argument);
    if (result == 0 && argument)
        ACCESSES(if (request == FIONREAD || request == TIOCOUTQ) WRITES(argument, sizeof(int));
                 else if (request == TIOCGWINSZ) WRITES(argument, sizeof(struct winsize)));
    return result;
}
