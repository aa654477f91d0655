/* fd_key: see fd_key.h. The highest byte of the first word tells the spaces of names apart. */
#include "interpose/fd_key.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "base/sys.h"

enum { SPACE_INODE = 1, SPACE_NUMBER, SPACE_UNIX_PATH, SPACE_UNIX_NAME, SPACE_INET, SPACE_TCP };

static uint64_t space_word(uint64_t space, uint64_t rest)
{
    return space << 56 | rest;
}

struct fd_key fd_key_inode(dev_t device, ino_t inode)
{
    return (struct fd_key){{space_word(SPACE_INODE, 0), device, inode}};
}

struct fd_key fd_key_number(uint32_t space, uint64_t number)
{
    return (struct fd_key){{space_word(SPACE_NUMBER, space), number}};
}

/* ---- unix ---- */

/* A socket with a path is its inode: paths are relative, linked, and reused. */
static bool key_unix_path(const char *path, size_t size, struct fd_key *ret_key)
{
    char terminated[sizeof((struct sockaddr_un *)0)->sun_path + 1];
    struct stat status;
    size_t i = 0;
    for (; i < size && i < sizeof terminated - 1 && path[i]; i++)
        terminated[i] = path[i];
    terminated[i] = 0;
    if (sys_call3(SYS_stat, (long)terminated, (long)&status, 0) != 0)
        return false;
    *ret_key = (struct fd_key){{space_word(SPACE_UNIX_PATH, 0), status.st_dev, status.st_ino}};
    return true;
}

/* An abstract name is any bytes: two 64-bit hashes stand for it. */
static struct fd_key key_unix_name(const char *name, size_t size)
{
    uint64_t a = UINT64_C(0xcbf29ce484222325), b = UINT64_C(0x9ae16a3b2f90404f);
    for (size_t i = 0; i < size; i++) {
        a = (a ^ (uint8_t)name[i]) * UINT64_C(0x100000001b3);
        b = (b + (uint8_t)name[i]) * UINT64_C(0xff51afd7ed558ccd);
        b ^= b >> 29;
    }
    return (struct fd_key){{space_word(SPACE_UNIX_NAME, size), a, b}};
}

static bool key_unix(const struct sockaddr_un *address, socklen_t size, struct fd_key *ret_key)
{
    size_t path_size = size - offsetof(struct sockaddr_un, sun_path);
    if (size <= offsetof(struct sockaddr_un, sun_path))
        return false;
    if (address->sun_path[0])
        return key_unix_path(address->sun_path, path_size, ret_key);
    *ret_key = key_unix_name(address->sun_path, path_size);
    return true;
}

/* ---- internet ---- */

struct inet_end {
    uint64_t high, low; /* as the bytes lie in memory */
    uint16_t port;
};

static uint64_t load64(const void *p)
{
    uint64_t word;
    __builtin_memcpy(&word, p, sizeof word);
    return word;
}

static bool inet_end_of(const struct sockaddr *address, struct inet_end *ret_end)
{
    uint8_t bytes[16] = {[10] = 0xff, [11] = 0xff};
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        __builtin_memcpy(bytes + 12, &v4->sin_addr, 4);
        ret_end->port = v4->sin_port;
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        __builtin_memcpy(bytes, &v6->sin6_addr, 16);
        ret_end->port = v6->sin6_port;
    } else {
        return false;
    }
    ret_end->high = load64(bytes);
    ret_end->low = load64(bytes + 8);
    return true;
}

/* ::, ::1, ::ffff:0.0.0.0 and ::ffff:127.x.y.z */
static bool inet_end_is_loopback(const struct inet_end *end)
{
    uint8_t bytes[8];
    __builtin_memcpy(bytes, &end->low, 8);
    if (end->high != 0)
        return false;
    if (bytes[2] == 0xff && bytes[3] == 0xff)
        return bytes[4] == 127 || (uint32_t)(end->low >> 32) == 0;
    return (end->low & UINT64_C(0xfeffffffffffffff)) == 0;
}

bool fd_address_is_loopback(const struct sockaddr *address)
{
    struct inet_end end;
    return inet_end_of(address, &end) && inet_end_is_loopback(&end);
}

static bool key_inet(const struct sockaddr *address, int type, bool any, struct fd_key *ret_key)
{
    struct inet_end end;
    if (!inet_end_of(address, &end) || !end.port)
        return false;
    if (any || inet_end_is_loopback(&end))
        end.high = end.low = 0;
    uint64_t rest = (uint64_t)(uint8_t)type << 16 | end.port;
    *ret_key = (struct fd_key){{space_word(SPACE_INET, rest), end.high, end.low}};
    return true;
}

bool fd_key_address(const struct sockaddr *address, socklen_t size, int type,
                    struct fd_key *ret_key)
{
    if (!address || size < sizeof address->sa_family)
        return false;
    if (address->sa_family == AF_UNIX)
        return key_unix((const void *)address, size, ret_key);
    if (size < sizeof(struct sockaddr_in))
        return false;
    return key_inet(address, type, false, ret_key);
}

bool fd_key_any(const struct sockaddr *address, socklen_t size, int type, struct fd_key *ret_key)
{
    if (!address || size < sizeof(struct sockaddr_in) || address->sa_family == AF_UNIX)
        return false;
    return key_inet(address, type, true, ret_key);
}

bool fd_key_connection(const struct sockaddr *connector, const struct sockaddr *acceptor,
                       struct fd_key *ret_key)
{
    struct inet_end c, a;
    if (!inet_end_of(connector, &c) || !inet_end_of(acceptor, &a))
        return false;
    uint64_t ports = (uint64_t)c.port << 16 | a.port;
    *ret_key = (struct fd_key){{space_word(SPACE_TCP, ports), c.high, c.low, a.high, a.low}};
    return true;
}
