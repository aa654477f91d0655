/* Making connections: listen, accept, dial. */
#define RGO_NO_SHORT_NAMES
#include "conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "address.h"
#include "flow.h"

#define BACKLOG 4096 /* the kernel's own limit is what counts */
#define KEEPALIVE_S 15
#define SELF_CONNECTS_MAX 3

/* ---- sockets ---- */

static int option_set(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

static int socket_of(const struct address *address, int type)
{
    return socket(address->socket.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static bool is_tcp(const struct address *address, int type)
{
    return type == SOCK_STREAM && address->socket.ss_family != AF_UNIX;
}

/* As Go does. What fails here does not matter to the bytes. */
static void tcp_tune(int fd)
{
    option_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    option_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    option_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_S);
    option_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_S);
}

/* conn_make, or the descriptor is closed. */
static struct rgo_conn *conn_make_or_close(int fd, bool exact, size_t size)
{
    struct rgo_conn *c = conn_make(fd, true, exact, size);
    if (!c) {
        int error = errno;
        close(fd);
        errno = error;
    }
    return c;
}

static void *failed(int error)
{
    errno = error;
    return NULL;
}

/* ---- listening ---- */

/* A bound socket, which listens if it is for streams; -1 and errno. */
static int socket_bound(const struct address *address, int type)
{
    int fd = socket_of(address, type);
    if (fd < 0)
        return -1;
    if (is_tcp(address, type))
        option_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address->socket.ss_family == AF_INET6)
        option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, !address->any);
    if (bind(fd, (const struct sockaddr *)&address->socket, address->length) ||
        (type == SOCK_STREAM && listen(fd, BACKLOG))) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* The first address that can be had. */
static int first_bound(const struct addresses *addresses)
{
    int fd = -1;
    for (unsigned i = 0; fd < 0 && i < addresses->count; i++) {
        fd = socket_bound(&addresses->list[i], addresses->type);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE))
            break;
    }
    return fd;
}

/* The path that bind made goes with the listener, at once if there is none. */
static void path_keep(struct rgo_listener *l, const char *path)
{
    int error = errno;
    if (l) {
        l->conn.unlink_process = getpid();
        atomic_store(&l->conn.unlink_path, strdup(path)); /* no memory: it stays */
    } else {
        unlink(path);
    }
    errno = error;
}

rgo_listener *rgo_listen(const char *network, const char *address)
{
    struct addresses addresses;
    runtime_start();
    int error = addresses_parse(network, address, true, &addresses);
    if (!error && addresses.type != SOCK_STREAM)
        error = EPROTONOSUPPORT;
    if (error)
        return failed(error);
    int fd = first_bound(&addresses);
    if (fd < 0)
        return NULL;
    struct rgo_listener *l =
        (struct rgo_listener *)conn_make_or_close(fd, false, sizeof(struct rgo_listener));
    if (addresses.list[0].socket.ss_family == AF_UNIX && address[0] != '@')
        path_keep(l, address);
    return l;
}

rgo_conn *rgo_listen_packet(const char *network, const char *address)
{
    struct addresses addresses;
    runtime_start();
    int error = addresses_parse(network, address, true, &addresses);
    if (!error && addresses.type != SOCK_DGRAM)
        error = EPROTONOSUPPORT;
    if (error)
        return failed(error);
    int fd = first_bound(&addresses);
    return fd < 0 ? NULL : conn_make_or_close(fd, false, sizeof(struct rgo_conn));
}

/* One connection's descriptor; -1 and an errno in *ret_error. */
static int accept_one(struct rgo_conn *c, int *ret_family, int *ret_error, const void *pc)
{
    for (;;) {
        struct sockaddr_storage peer = {0};
        socklen_t length = sizeof peer;
        int fd =
            accept4(c->poll->fd, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            *ret_family = peer.ss_family;
            return fd;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue; /* a client that went away while it waited for us is none of ours */
        *ret_error = errno == EAGAIN ? poll_wait(c->poll, POLL_READ, pc) : errno;
        if (*ret_error)
            return -1;
    }
}

rgo_conn *rgo_listener_accept(rgo_listener *l)
{
    const void *pc = __builtin_return_address(0);
    struct rgo_conn *c = &l->conn;
    bool last, turn_over = false;
    int fd = -1, family = AF_UNIX;
    int error = poll_begin(c->poll, POLL_READ, pc, &last);
    if (!error) {
        fd = accept_one(c, &family, &error, pc);
        turn_over = conn_turn_over(c);
        last = poll_end(c->poll, POLL_READ, false);
    }
    conn_leave(c, last);
    if (UNLIKELY(turn_over))
        rgo_yield();
    if (fd < 0)
        return failed(error);
    bool tcp = family != AF_UNIX;
    if (tcp)
        tcp_tune(fd);
    struct rgo_conn *made = conn_make_or_close(fd, tcp, sizeof *made);
    if (made && tcp)
        flow_find(made);
    return made;
}

int rgo_listener_close(rgo_listener *l)
{
    return conn_shut(&l->conn, __builtin_return_address(0));
}

rgo_listener *rgo_listener_retain(rgo_listener *l)
{
    rgo_conn_retain(&l->conn);
    return l;
}

void rgo_listener_release(rgo_listener *l)
{
    if (l)
        rgo_conn_release(&l->conn);
}

const char *rgo_listener_address(rgo_listener *l)
{
    return rgo_conn_local(&l->conn);
}

int rgo_listener_deadline(rgo_listener *l, int64_t when)
{
    return rgo_conn_read_deadline(&l->conn, when);
}

int rgo_listener_fd(rgo_listener *l)
{
    return rgo_conn_fd(&l->conn);
}

/* ---- connecting ---- */

/* 0: it is connected, EINPROGRESS, or what it came to. To be told that a descriptor can be written
 * to is not enough: it may be a hint without reason. */
static int connect_state(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    struct sockaddr_storage peer;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length))
        return errno;
    if (error)
        return error;
    length = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &length) == 0)
        return 0;
    return errno == ENOTCONN ? EINPROGRESS : errno;
}

static int connect_wait(struct rgo_conn *c, int64_t deadline, const void *pc)
{
    bool last;
    poll_deadline(c->poll, POLL_WRITE, deadline);
    int error =
        poll_begin(c->poll, POLL_WRITE, pc, &last); /* nobody else knows c: never the last */
    if (error)
        return error;
    while ((error = connect_state(c->poll->fd)) == EINPROGRESS)
        if ((error = poll_wait(c->poll, POLL_WRITE, pc)))
            break;
    poll_end(c->poll, POLL_WRITE, false);
    poll_deadline(c->poll, POLL_WRITE, 0);
    return error;
}

/* A port in the range that the kernel chooses from, on which nobody listens, may be answered by the
 * very socket that asks. */
static bool connected_to_itself(int fd)
{
    struct sockaddr_storage local = {0}, remote = {0};
    socklen_t local_length = sizeof local, remote_length = sizeof remote;
    return getsockname(fd, (struct sockaddr *)&local, &local_length) == 0 &&
           getpeername(fd, (struct sockaddr *)&remote, &remote_length) == 0 &&
           local_length == remote_length && memcmp(&local, &remote, local_length) == 0;
}

/* A Unix socket whose listener has too many waiting says EAGAIN, and there is nothing to wait for.
 */
struct unix_connect {
    int fd;
    const struct address *address;
    int64_t deadline;
    int error;
};

static void unix_connect_run(void *raw)
{
    struct unix_connect *c = raw;
    int64_t left = c->deadline ? c->deadline - time_now() : 0;
    if (c->deadline && left < 1000)
        left = 1000; /* no time at all would mean no limit */
    struct timeval limit = {.tv_sec = left / 1000000000, .tv_usec = left % 1000000000 / 1000};
    int flag = 0;
    setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ioctl(c->fd, FIONBIO, &flag);
    c->error = 0;
    while (connect(c->fd, (const struct sockaddr *)&c->address->socket, c->address->length)) {
        c->error = errno == EAGAIN ? ETIMEDOUT : errno;
        if (c->error != EINTR)
            break;
        c->error = 0;
    }
    flag = 1;
    ioctl(c->fd, FIONBIO, &flag);
    limit = (struct timeval){0};
    setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

static int connect_begin(int fd, const struct address *address, int64_t deadline)
{
    if (connect(fd, (const struct sockaddr *)&address->socket, address->length) == 0)
        return 0;
    if (errno == EINTR)
        return EINPROGRESS;
    if (errno != EAGAIN || address->socket.ss_family != AF_UNIX)
        return errno;
    struct unix_connect slow = {.fd = fd, .address = address, .deadline = deadline};
    rgo_blocking_run(unix_connect_run, &slow);
    return slow.error;
}

/* NULL and 0 in errno: it reached itself. */
static struct rgo_conn *dial_once(const struct address *address, int type, int64_t deadline,
                                  const void *pc)
{
    int fd = socket_of(address, type);
    if (fd < 0)
        return NULL;
    bool tcp = is_tcp(address, type);
    if (tcp)
        tcp_tune(fd);
    int error = connect_begin(fd, address, deadline);
    if (error && error != EINPROGRESS) {
        close(fd);
        return failed(error);
    }
    struct rgo_conn *c = conn_make_or_close(fd, tcp, sizeof *c);
    if (!c)
        return NULL;
    if (error)
        error = connect_wait(c, deadline, pc);
    bool itself = !error && tcp && connected_to_itself(fd);
    if (error || itself) {
        rgo_conn_close(c);
        return failed(error);
    }
    if (tcp)
        flow_find(c);
    return c;
}

static struct rgo_conn *dial_one(const struct address *address, int type, int64_t deadline,
                                 const void *pc)
{
    struct rgo_conn *c = NULL;
    for (int i = 0; i < SELF_CONNECTS_MAX; i++) {
        c = dial_once(address, type, deadline, pc);
        if (c || errno)
            return c;
    }
    return failed(ECONNREFUSED); /* nobody but ourselves */
}

rgo_conn *rgo_dial(const char *network, const char *address, int64_t timeout_ns)
{
    struct addresses addresses;
    runtime_start();
    int64_t start = time_now(), end;
    if (timeout_ns <= 0 || __builtin_add_overflow(start, timeout_ns, &end))
        end = 0;
    int error = addresses_parse(network, address, false, &addresses);
    if (error)
        return failed(error);
    struct rgo_conn *c = NULL;
    for (unsigned i = 0; !c && i < addresses.count; i++) {
        int64_t now = time_now();
        int64_t deadline = end ? now + (end - now) / (addresses.count - i) : 0;
        if (end && now >= end)
            return failed(ETIMEDOUT);
        c = dial_one(&addresses.list[i], addresses.type, deadline, __builtin_return_address(0));
    }
    return c;
}
