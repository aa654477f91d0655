/*
 * socket: connections and messages (P11).
 *
 * Stream connections within the process are found from both ends: connect and accept each name
 * the channel by the connection's two internet addresses, whoever comes first. What connect's
 * caller did before reaches accept through the *listener's* channel, which connect finds by the
 * address it is given and releases before the real call, when the connection has no name yet; in
 * the other direction listen happens before the connect that succeeds. Unix stream sockets have no
 * name for the connecting end: all connections of one listener share its channel, which may order
 * too much (a race missed), never too little.
 *
 * A datagram socket is reached at its own address, whose channel it reads from; a send releases
 * into the channel of the address it goes to. A reply may be sent before our caller's first send
 * has returned and its port is known, so for loopback addresses the channel is made by whoever
 * needs it first, and stays (at most one for each port).
 *
 * The two directions of a connection have a clock each.
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <errno.h>

#include "base/sys.h"
#include "interpose/fd_io.h"
#include "interpose/fd_key.h"
#include "interpose/fd_life.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
    struct sockaddr_storage storage;
};

enum { ROLE_CONNECTOR, ROLE_ACCEPTOR };
enum { WAY_TO_ACCEPTOR, WAY_TO_CONNECTOR }; /* the ways of a connection's channel */
enum { WAY_IN = 0 };                        /* of an address's channel: to its owner */

/* ---- what the kernel knows ---- */

static bool address_of(long call, int fd, union address *ret_address, socklen_t *ret_size)
{
    *ret_size = sizeof *ret_address;
    return sys_call3(call, fd, (long)ret_address, (long)ret_size) == 0;
}

static int socket_type(int fd)
{
    int type = 0;
    socklen_t size = sizeof type;
    sys_call6(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, (long)&type, (long)&size, 0);
    return type;
}

static bool is_datagram(int fd)
{
    int type = socket_type(fd);
    return type == SOCK_DGRAM || type == SOCK_RAW;
}

/* ---- addresses ---- */

/* The channel of whom `address` reaches in this process; NULL if nobody. */
static struct fd_channel *channel_at(const struct sockaddr *address, socklen_t size, int type)
{
    struct fd_key key;
    if (!fd_key_address(address, size, type, &key))
        return NULL;
    struct fd_channel *channel = fd_channel_find(&key);
    if (channel || address->sa_family == AF_UNIX)
        return channel;
    if (fd_address_is_loopback(address) && type == SOCK_DGRAM) {
        channel = fd_channel_get(&key);
        return fd_port_ref((struct fd_port){channel, 0}).channel; /* one reference stays */
    }
    return fd_key_any(address, size, type, &key) ? fd_channel_find(&key) : NULL;
}

/* The socket reads from the channel of its own address from now on. */
static void name_socket(int fd, struct fd_file *file)
{
    union address own;
    socklen_t size;
    struct fd_key key;
    if (!address_of(SYS_getsockname, fd, &own, &size) ||
        !fd_key_address(&own.any, size, socket_type(fd), &key))
        return;
    if (fd_file_claim_name(file))
        fd_file_set_in(file, (struct fd_port){fd_channel_get(&key), WAY_IN});
}

/* ---- birth ---- */

static struct fd_file *make_socket(void)
{
    return fd_file_create(FD_SOCKET, FD_PORT_NONE, FD_PORT_NONE);
}

INTERCEPT(int, socket, (int domain, int type, int protocol))
{
    return fd_fresh(REAL(socket)(domain, type, protocol), make_socket);
}

INTERCEPT(int, socketpair, (int domain, int type, int protocol, int fds[2]))
{
    int result = REAL(socketpair)(domain, type, protocol, fds);
    struct hb_task *task = result == 0 ? rt_enter() : NULL;
    if (!task)
        return result;
    struct fd_port one = {fd_channel_create(), 0};
    struct fd_port two = {one.channel, 1};
    fd_install(fds[0], fd_file_create(FD_SOCKET, one, fd_port_ref(two)));
    fd_install(fds[1], fd_file_create(FD_SOCKET, fd_port_ref(two), fd_port_ref(one)));
    if (rt_instrumented(RT_CALLER))
        WRITES(fds, 2 * sizeof fds[0]);
    rt_leave();
    return result;
}

/* ---- bind, listen ---- */

static void socket_named(int fd, bool listens)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    struct fd_file *file = fd_get(fd);
    if (file && !fd_file_is_named(file) && (listens || is_datagram(fd)))
        name_socket(fd, file);
    fd_put(file);
    rt_leave();
}

INTERCEPT(int, bind, (int fd, const struct sockaddr *address, socklen_t size))
{
    ACCESSES(READS(address, size));
    int result = REAL(bind)(fd, address, size);
    if (result == 0)
        socket_named(fd, false);
    return result;
}

static void listen_release(int fd)
{
    struct hb_task *task = rt_enter();
    struct fd_file *file = task ? fd_get(fd) : NULL;
    if (file) {
        struct fd_port port = fd_file_in(file);
        port.way = WAY_TO_CONNECTOR;
        fd_port_release(task, port);
        fd_port_put(port);
    }
    fd_put(file);
    if (task)
        rt_leave();
}

/* An address bound before has its name before anyone can connect. */
INTERCEPT(int, listen, (int fd, int backlog))
{
    int saved = errno;
    socket_named(fd, true);
    listen_release(fd);
    errno = saved;
    int result = REAL(listen)(fd, backlog);
    if (result == 0)
        socket_named(fd, true); /* a port that listen itself has chosen */
    return result;
}

/* ---- connect ---- */

static void set_ports(struct fd_file *file, struct fd_channel *channel, int in_way)
{
    struct fd_port in = {channel, in_way}, out = {channel, !in_way};
    fd_file_set_in(file, fd_port_ref(in));
    fd_file_set_out(file, fd_port_ref(out));
}

/* A listener that is known to us is at the other end, or we connected to our own process by an
 * address that is its: find the channel of exactly this connection. */
static void connected_inet(int fd, struct fd_file *file, const union address *to)
{
    union address own, peer;
    socklen_t size;
    struct fd_key key;
    if (!address_of(SYS_getsockname, fd, &own, &size))
        return;
    if (!address_of(SYS_getpeername, fd, &peer, &size))
        peer = *to; /* still connecting */
    if (!fd_key_connection(&own.any, &peer.any, &key))
        return;
    struct fd_channel *channel = fd_channel_join(&key, ROLE_CONNECTOR);
    set_ports(file, channel, WAY_TO_CONNECTOR);
    fd_port_put((struct fd_port){channel, 0});
}

static void connected(struct hb_task *task, int fd, const union address *to, struct fd_channel *at)
{
    struct fd_file *file = fd_get(fd);
    if (file && is_datagram(fd)) {
        fd_file_set_out(file, fd_port_ref((struct fd_port){at, WAY_IN}));
        if (to->any.sa_family != AF_UNIX)
            name_socket(fd, file);
    } else if (file) {
        fd_port_acquire(task, (struct fd_port){at, WAY_TO_CONNECTOR});
        if (to->any.sa_family == AF_UNIX && at)
            set_ports(file, at, WAY_TO_CONNECTOR);
        else if (to->any.sa_family != AF_UNIX)
            connected_inet(fd, file, to);
    }
    fd_put(file);
}

/* The address, with "any" replaced by what it stands for. */
static void address_copy(union address *ret, const struct sockaddr *address, socklen_t size)
{
    *ret = (union address){.any.sa_family = AF_UNSPEC};
    if (!address || size < sizeof address->sa_family)
        return;
    __builtin_memcpy(ret, address, size < sizeof *ret ? size : sizeof *ret);
    if (ret->any.sa_family == AF_INET && !ret->v4.sin_addr.s_addr)
        ret->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else if (ret->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&ret->v6.sin6_addr))
        ret->v6.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
}

INTERCEPT(int, connect, (int fd, const struct sockaddr *address, socklen_t size))
{
    union address to;
    struct fd_channel *at = NULL;
    struct hb_task *task = rt_enter();
    if (task) {
        if (rt_instrumented(RT_CALLER))
            READS(address, size);
        address_copy(&to, address, size);
        at = channel_at(&to.any, size, socket_type(fd));
        fd_port_release(task, (struct fd_port){at, WAY_TO_ACCEPTOR});
        rt_leave();
    }
    int result = REAL(connect)(fd, address, size);
    if (task && (task = rt_enter())) {
        if (result == 0 || errno == EINPROGRESS)
            connected(task, fd, &to, at);
        fd_port_put((struct fd_port){at, 0});
        rt_leave();
    }
    return result;
}

/* ---- accept ---- */

static void accepted_inet(int fd, struct fd_file *file, const union address *own)
{
    union address peer;
    socklen_t size;
    struct fd_key key;
    if (!address_of(SYS_getpeername, fd, &peer, &size) ||
        !fd_key_connection(&peer.any, &own->any, &key))
        return;
    struct fd_channel *channel = fd_channel_join(&key, ROLE_ACCEPTOR);
    set_ports(file, channel, WAY_TO_ACCEPTOR);
    fd_port_put((struct fd_port){channel, 0});
}

/* The listener's channel carries what connect's caller did before. */
static void accepted(struct hb_task *task, int listener, int fd)
{
    union address own;
    socklen_t size;
    struct fd_file *file = make_socket();
    struct fd_file *listening = fd_get(listener);
    if (listening) {
        struct fd_port in = fd_file_in(listening);
        fd_port_acquire(task, in);
        if (!address_of(SYS_getsockname, fd, &own, &size))
            own.any.sa_family = AF_UNSPEC;
        if (own.any.sa_family == AF_UNIX && in.channel)
            set_ports(file, in.channel, WAY_TO_ACCEPTOR);
        else
            accepted_inet(fd, file, &own);
        fd_port_put(in);
        fd_put(listening);
    }
    fd_install(fd, file);
}

/* Bytes of an address that the call has put out, of the room that it was given. */
static void address_written(struct hb_task *task, const struct sockaddr *address, socklen_t room,
                            const socklen_t *size, uintptr_t pc)
{
    if (!address || !size)
        return;
    rt_range(task, address, *size < room ? *size : room, HB_WRITE, pc);
    rt_range(task, size, sizeof *size, HB_WRITE, pc);
}

#define ACCEPT(name, params, ...)                                                                  \
    INTERCEPT(int, name, params)                                                                   \
    {                                                                                              \
        socklen_t room = address && size ? *size : 0;                                              \
        int fd = REAL(name)(__VA_ARGS__);                                                          \
        struct hb_task *task = fd >= 0 ? rt_enter() : NULL;                                        \
        if (task) {                                                                                \
            accepted(task, listener, fd);                                                          \
            if (rt_instrumented(RT_CALLER))                                                        \
                address_written(task, address, room, size, RT_CALLER);                             \
            rt_leave();                                                                            \
        }                                                                                          \
        return fd;                                                                                 \
    }
ACCEPT(accept, (int listener, struct sockaddr *restrict address, socklen_t *restrict size),
       listener, address, size)
ACCEPT(accept4,
       (int listener, struct sockaddr *restrict address, socklen_t *restrict size, int flags),
       listener, address, size, flags)

#define SOCKET_ADDRESS(name)                                                                       \
    INTERCEPT(int, name, (int fd, struct sockaddr *restrict address, socklen_t *restrict size))    \
    {                                                                                              \
        socklen_t room = *size;                                                                    \
        int result = REAL(name)(fd, address, size);                                                \
        if (result == 0)                                                                           \
            ACCESSES(address_written(task, address, room, size, RT_CALLER));                       \
        return result;                                                                             \
    }
SOCKET_ADDRESS(getsockname)
SOCKET_ADDRESS(getpeername)

INTERCEPT(int, getsockopt, (int fd, int level, int option, void *value, socklen_t *size))
{
    int result = REAL(getsockopt)(fd, level, option, value, size);
    if (result == 0)
        ACCESSES(WRITES(value, *size); WRITES(size, sizeof *size));
    return result;
}

INTERCEPT(int, setsockopt, (int fd, int level, int option, const void *value, socklen_t size))
{
    if (value)
        ACCESSES(READS(value, size));
    return REAL(setsockopt)(fd, level, option, value, size);
}

INTERCEPT(int, shutdown, (int fd, int how))
{
    fd_before(fd);
    return REAL(shutdown)(fd, how);
}

/* ---- send ---- */

/* Releases into where a message to `address` (NULL: the connected peer) goes. */
static void message_release(struct hb_task *task, int fd, const struct sockaddr *address,
                            socklen_t size)
{
    union address to;
    if (!address || !size || !is_datagram(fd)) {
        fd_release(task, fd);
        return;
    }
    address_copy(&to, address, size);
    struct fd_port at = {channel_at(&to.any, size, SOCK_DGRAM), WAY_IN};
    fd_port_release(task, at);
    fd_port_put(at);
}

/* The first message from an unbound socket has given it a port. */
static void message_sent(int fd, ssize_t done, const struct sockaddr *address)
{
    fd_after_write(fd, done);
    if (done >= 0 && address && address->sa_family != AF_UNIX)
        socket_named(fd, false);
}

INTERCEPT(ssize_t, send, (int fd, const void *buffer, size_t size, int flags))
{
    fd_before_write(fd, buffer, size, RT_CALLER);
    ssize_t done = REAL(send)(fd, buffer, size, flags);
    fd_after_write(fd, done);
    return done;
}

INTERCEPT(ssize_t, sendto,
          (int fd, const void *buffer, size_t size, int flags, const struct sockaddr *address,
           socklen_t address_size))
{
    struct hb_task *task = rt_enter();
    if (task) {
        if (rt_instrumented(RT_CALLER)) {
            READS(buffer, size);
            READS(address, address ? address_size : 0);
        }
        message_release(task, fd, address, address_size);
        rt_leave();
    }
    ssize_t done = REAL(sendto)(fd, buffer, size, flags, address, address_size);
    message_sent(fd, done, address);
    return done;
}

/* Calls `each` with every descriptor that the message carries. */
static void message_fds(const struct msghdr *message, void (*each)(int fd))
{
    const struct cmsghdr *c = message->msg_controllen >= sizeof *c ? CMSG_FIRSTHDR(message) : NULL;
    const char *end = (const char *)message->msg_control + message->msg_controllen;
    while (c && c->cmsg_len >= sizeof *c && (const char *)c + c->cmsg_len <= end) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            const int *fds = (const void *)CMSG_DATA(c);
            for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds; i++)
                each(fds[i]);
        }
        const char *next = (const char *)c + CMSG_ALIGN(c->cmsg_len);
        c = next + sizeof *c <= end ? (const void *)next : NULL;
    }
}

static void message_sends(int fd, const struct msghdr *message, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (rt_instrumented(pc)) {
        rt_range(task, message, sizeof *message, HB_READ, pc);
        rt_range(task, message->msg_name, message->msg_name ? message->msg_namelen : 0, HB_READ,
                 pc);
        rt_range(task, message->msg_control, message->msg_control ? message->msg_controllen : 0,
                 HB_READ, pc);
        fd_vector_access(task, message->msg_iov, message->msg_iovlen, SIZE_MAX, HB_READ, pc);
    }
    message_fds(message, fd_publish);
    message_release(task, fd, message->msg_name, message->msg_namelen);
    rt_leave();
}

INTERCEPT(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags))
{
    message_sends(fd, message, RT_CALLER);
    ssize_t done = REAL(sendmsg)(fd, message, flags);
    message_sent(fd, done, message->msg_name);
    return done;
}

INTERCEPT(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags))
{
    for (unsigned i = 0; i < count; i++)
        message_sends(fd, &messages[i].msg_hdr, RT_CALLER);
    int done = REAL(sendmmsg)(fd, messages, count, flags);
    message_sent(fd, done, count ? messages[0].msg_hdr.msg_name : NULL);
    if (done > 0)
        ACCESSES(for (int i = 0; i < done; i++)
                     WRITES(&messages[i].msg_len, sizeof messages[i].msg_len));
    return done;
}

/* ---- receive ---- */

/* With MSG_TRUNC a call may report more bytes than the buffer has. */
#define RECEIVE(name, params, ...)                                                                 \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_read(fd, done, buffer, size ? size : 1, RT_CALLER);                               \
        return done;                                                                               \
    }
#define RECEIVE_FROM(name, params, ...)                                                            \
    INTERCEPT(ssize_t, name, params)                                                               \
    {                                                                                              \
        socklen_t capacity = address && address_size ? *address_size : 0;                          \
        ssize_t done = REAL(name)(__VA_ARGS__);                                                    \
        fd_after_read(fd, done, buffer, size, RT_CALLER);                                          \
        if (done >= 0)                                                                             \
            ACCESSES(address_written(task, address, capacity, address_size, RT_CALLER));           \
        return done;                                                                               \
    }
#define BUFFER int fd, void *buffer, size_t size
#define BUFFER_ADDRESS struct sockaddr *address, socklen_t *address_size

RECEIVE(recv, (BUFFER, int flags), fd, buffer, size, flags)
RECEIVE(__recv_chk, (BUFFER, size_t room, int flags), fd, buffer, size, room, flags)
RECEIVE_FROM(recvfrom, (BUFFER, int flags, BUFFER_ADDRESS), fd, buffer, size, flags, address,
             address_size)
RECEIVE_FROM(__recvfrom_chk, (BUFFER, size_t room, int flags, BUFFER_ADDRESS), fd, buffer, size,
             room, flags, address, address_size)

/* The parts of a message that the call may write. `before` is the header as it was given. */
static void message_received(struct hb_task *task, const struct msghdr *message,
                             const struct msghdr *before, size_t done, uintptr_t pc)
{
    message_fds(message, fd_adopt);
    if (!rt_instrumented(pc))
        return;
    socklen_t name = message->msg_namelen, room = before->msg_namelen;
    rt_range(task, message, sizeof *message, HB_READ, pc);
    if (message->msg_name)
        rt_range(task, message->msg_name, name < room ? name : room, HB_WRITE, pc);
    if (message->msg_control)
        rt_range(task, message->msg_control, message->msg_controllen, HB_WRITE, pc);
    rt_range(task, &message->msg_namelen, sizeof message->msg_namelen, HB_WRITE, pc);
    rt_range(task, &message->msg_controllen, sizeof message->msg_controllen, HB_WRITE, pc);
    rt_range(task, &message->msg_flags, sizeof message->msg_flags, HB_WRITE, pc);
    fd_vector_access(task, message->msg_iov, message->msg_iovlen, done, HB_WRITE, pc);
}

INTERCEPT(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags))
{
    struct msghdr before = *message;
    ssize_t done = REAL(recvmsg)(fd, message, flags);
    struct hb_task *task = done >= 0 || errno == ECONNRESET ? rt_enter() : NULL;
    if (task) {
        fd_acquire(task, fd);
        if (done >= 0)
            message_received(task, message, &before, (size_t)done, RT_CALLER);
        rt_leave();
    }
    return done;
}

INTERCEPT(int, recvmmsg,
          (int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout))
{
    int done = REAL(recvmmsg)(fd, messages, count, flags, timeout);
    struct hb_task *task = done > 0 ? rt_enter() : NULL;
    if (!task)
        return done;
    fd_acquire(task, fd);
    for (int i = 0; i < done; i++) {
        const struct mmsghdr *m = &messages[i];
        message_received(task, &m->msg_hdr, &m->msg_hdr, m->msg_len, RT_CALLER);
        if (rt_instrumented(RT_CALLER))
            WRITES(&m->msg_len, sizeof m->msg_len);
    }
    rt_leave();
    return done;
}
