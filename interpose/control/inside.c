/*
 * inside: which descriptors does nobody outside serve? When all tasks wait and each that waits for
 * a descriptor waits for one of those, that is a deadlock at once; else somebody outside may still
 * write, connect or end.
 *
 * Of the inside are pipes and socketpairs that the program made itself, loopback connections whose
 * both ends are open here, eventfds, timers, and epolls that watch nothing else; provided that it
 * never made a child process, which would have inherited them. What was open when the program
 * began, FIFOs and listeners are of the outside. When in doubt, so is the rest.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/control.h"

enum { MADE_MAX = 1 << 12, PATH_ROOM = 40, NAME_ROOM = 32, TEXT_ROOM = 4096, FDS_MAX = 1024 };

static uint64_t made[MADE_MAX]; /* pipes and socketpairs, by inode; 0: free */
static bool has_children, inherited_events;

/* ---- what the program made ---- */

static uint64_t key_of(const struct stat *stat)
{
    return rng_mix(stat->st_ino + rng_mix(stat->st_dev)) | 1;
}

/* The key's slot, or a free one; NULL: the table is full, and the descriptor of the outside. */
static uint64_t *slot_of(uint64_t key)
{
    for (uint32_t i = 0; i < MADE_MAX; i++) {
        uint64_t *slot = &made[(key + i) % MADE_MAX];
        if (!*slot || *slot == key)
            return slot;
    }
    return NULL;
}

static void made_add(int fd)
{
    struct stat stat;
    uint64_t *slot = sys_call3(SYS_fstat, fd, (long)&stat, 0) < 0 ? NULL : slot_of(key_of(&stat));
    if (slot)
        *slot = key_of(&stat);
}

static bool made_has(const struct stat *stat)
{
    const uint64_t *slot = slot_of(key_of(stat));
    return slot && *slot;
}

static int pair_made(int result, const int fds[2])
{
    for (int i = 0; i < 2 && result == 0 && control_running; i++)
        made_add(fds[i]);
    return result;
}

CONTROLLED(int, pipe, (int fds[2]))
{
    return pair_made(LIBC(pipe)(fds), fds);
}

CONTROLLED(int, pipe2, (int fds[2], int flags))
{
    return pair_made(LIBC(pipe2)(fds, flags), fds);
}

CONTROLLED(int, socketpair, (int domain, int type, int protocol, int fds[2]))
{
    return pair_made(LIBC(socketpair)(domain, type, protocol, fds), fds);
}

void control_child_made(void)
{
    has_children = true;
    if (control_running)
        control_locks_child();
}

/* ---- what a descriptor is ---- */

/* "/proc/self/FOLDER/NUMBER" */
static void path_make(char *to, const char *folder, int fd)
{
    static const char head[] = "/proc/self/";
    char digits[12], *digit = digits + sizeof digits - 1;
    *digit = 0;
    do
        *--digit = (char)('0' + fd % 10);
    while (fd /= 10);
    to = stpcpy(to, head);
    to = stpcpy(to, folder);
    strcpy(to, digit);
}

/* "anon_inode:[eventfd]" */
static void link_read(int fd, char ret_name[NAME_ROOM])
{
    char path[PATH_ROOM];
    path_make(path, "fd/", fd);
    long length = sys_call3(SYS_readlink, (long)path, (long)ret_name, NAME_ROOM - 1);
    ret_name[length > 0 ? length : 0] = 0;
}

static bool is_event(const char *name)
{
    return strncmp(name, "anon_inode:[event", 17) == 0;
}

void control_inside_begin(void)
{
    char name[NAME_ROOM];
    for (int fd = 0; fd < FDS_MAX; fd++) {
        link_read(fd, name);
        inherited_events = inherited_events || is_event(name);
    }
}

/* ---- connections ---- */

static bool address_of(int number, int fd, struct sockaddr_storage *ret_address)
{
    unsigned size = sizeof *ret_address;
    memset(ret_address, 0, sizeof *ret_address);
    return sys_call3(number, fd, (long)ret_address, (long)&size) == 0 &&
           (ret_address->ss_family == AF_INET || ret_address->ss_family == AF_INET6);
}

static bool is_socket(int fd)
{
    struct stat stat;
    return sys_call3(SYS_fstat, fd, (long)&stat, 0) == 0 && S_ISSOCK(stat.st_mode);
}

/* Is its other end open here, too? */
static bool connects_inside(int fd)
{
    struct sockaddr_storage here, there, other;
    if (!address_of(SYS_getsockname, fd, &here) || !address_of(SYS_getpeername, fd, &there))
        return false;
    for (int i = 0; i < FDS_MAX; i++)
        if (is_socket(i) && address_of(SYS_getsockname, i, &other) &&
            !memcmp(&other, &there, sizeof other) && address_of(SYS_getpeername, i, &other) &&
            !memcmp(&other, &here, sizeof other))
            return true;
    return false;
}

/* ---- epoll: the numbers that it watches stand in /proc ---- */

static bool watches_inside(int epoll, int depth)
{
    char path[PATH_ROOM], text[TEXT_ROOM];
    path_make(path, "fdinfo/", epoll);
    long fd = sys_call3(SYS_open, (long)path, O_RDONLY | O_CLOEXEC, 0);
    long size = fd >= 0 ? sys_call3(SYS_read, fd, (long)text, TEXT_ROOM - 1) : -1;
    if (fd >= 0)
        sys_call3(SYS_close, fd, 0, 0);
    if (size < 0 || size == TEXT_ROOM - 1)
        return false;
    text[size] = 0;
    for (const char *at = text; (at = strstr(at, "tfd:"));) {
        int watched = 0;
        for (at += 4; *at == ' '; at++)
            ;
        for (; *at >= '0' && *at <= '9'; at++)
            watched = 10 * watched + (*at - '0');
        if (!control_fd_inside(watched, depth + 1))
            return false;
    }
    return true;
}

bool control_fd_inside(int fd, int depth)
{
    enum { DEPTH_MAX = 5 };
    struct stat stat;
    char name[NAME_ROOM];
    if (has_children || depth > DEPTH_MAX || sys_call3(SYS_fstat, fd, (long)&stat, 0) < 0)
        return false;
    if (S_ISFIFO(stat.st_mode))
        return made_has(&stat);
    if (S_ISSOCK(stat.st_mode))
        return made_has(&stat) || connects_inside(fd);
    link_read(fd, name);
    if (inherited_events || !is_event(name))
        return false;
    return strcmp(name, "anon_inode:[eventpoll]") != 0 || watches_inside(fd, depth);
}
