/*
 * Connections: reading, writing, closing. See conn.h for who owns what, netpoll.h for waiting,
 * flow.h for what a detector is told.
 *
 * An operation attempts first unless the last one is known to have emptied the descriptor. One that
 * never has to wait lets others run every STREAK_MAX times.
 *
 * Guesses. A read that got just what it asked for may have left something. The kernel can tell, for
 * a twentieth of what a message costs; or the next read attempts, for as much. Where both ends run
 * here, a request waits for an answer that comes when others have run: so a read after a write lets
 * them run and then attempts, and most often neither a question nor an event is needed. (Without a
 * write it attempts at once: else who reads what came long ago would wait for all others each
 * time.) A guess has a second chance after looking for events, or ends that always wait for each
 * other's would never fall into step. `trust` falls with failures: then reads ask for a while.
 */
#define RGO_NO_SHORT_NAMES
#include "conn.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "flow.h"

#define STREAK_MAX 64u
#define TRUST_MAX 8
#define TRUST_LOSS 4   /* by a failure */
#define TRUST_PAUSE 64 /* reads, when it is used up */

int conn_failed(int error)
{
    errno = error;
    return -1;
}

/* ---- records ---- */

static void conn_unref(struct rgo_conn *c)
{
    if (atomic_fetch_sub(&c->refs, 1) != 1)
        return;
    flow_leave(c);
    poll_free(c->poll);
    free(atomic_load(&c->local));
    free(atomic_load(&c->remote));
    free(atomic_load(&c->unlink_path));
    free(c);
}

void conn_hold(struct rgo_conn *c)
{
    atomic_fetch_add(&c->refs, 1);
}

void conn_unhold(struct rgo_conn *c)
{
    int error = errno;
    conn_unref(c);
    errno = error;
}

struct rgo_conn *conn_make(int fd, bool socket, bool exact, size_t size)
{
    struct rgo_conn *c = calloc(1, size);
    if (!c) {
        errno = ENOMEM;
        return NULL;
    }
    c->poll = poll_open(fd, exact, c);
    if (!c->poll) {
        int error = errno;
        free(c);
        errno = error;
        return NULL;
    }
    atomic_store(&c->owners, 1);
    atomic_store(&c->refs, 2);
    c->socket = socket;
    c->counts = exact && setsockopt(fd, SOL_TCP, TCP_INQ, &(int){1}, sizeof(int)) == 0;
    return c;
}

void conn_leave(struct rgo_conn *c, bool last)
{
    if (LIKELY(!last))
        return;
    poll_finish(c->poll);
    conn_unref(c);
}

/* While the listener is open: whoever learns of the close may use the path for another one. */
static void path_remove(struct rgo_conn *c)
{
    char *path = atomic_exchange(&c->unlink_path, NULL);
    if (path && c->unlink_process == getpid()) /* not a child's */
        unlink(path);
    free(path);
}

static int close_for_all(struct rgo_conn *c, const void *pc)
{
    bool last;
    flow_write(c, NULL, 0, pc);
    path_remove(c);
    int error = poll_close(c->poll, &last);
    conn_leave(c, last);
    return error;
}

static void owner_leave(struct rgo_conn *c, const void *pc)
{
    if (atomic_fetch_sub(&c->owners, 1) != 1)
        return;
    close_for_all(c, pc);
    conn_unref(c);
}

int conn_shut(struct rgo_conn *c, const void *pc)
{
    int error = close_for_all(c, pc);
    owner_leave(c, pc);
    return error ? conn_failed(error) : 0;
}

int rgo_conn_close(rgo_conn *c)
{
    return conn_shut(c, __builtin_return_address(0));
}

rgo_conn *rgo_conn_retain(rgo_conn *c)
{
    atomic_fetch_add(&c->owners, 1);
    return c;
}

void rgo_conn_release(rgo_conn *c)
{
    if (c)
        owner_leave(c, __builtin_return_address(0));
}

/* ---- one attempt ---- */

/* recv that learns from the kernel how much is left: messages of just the buffer's size would cost
 * an attempt in vain each. (At the stream's end the kernel says 1.) */
static ssize_t receive_counting(int fd, void *buffer, size_t size, bool *ret_emptied)
{
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    struct iovec to = {.iov_base = buffer, .iov_len = size};
    struct msghdr message = {
        .msg_iov = &to, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(fd, &message, 0);
    *ret_emptied = got > 0 && (size_t)got < size;
    if (got > 0 && message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
        control.header.cmsg_level == SOL_TCP && control.header.cmsg_type == TCP_CM_INQ) {
        int left;
        memcpy(&left, CMSG_DATA(&control.header), sizeof left);
        *ret_emptied = left == 0;
    }
    return got;
}

/* A detector sees one way only, and a controller fewer steps. */
static bool guesses(const struct rgo_conn *c)
{
    return c->counts && c->trust >= 0 && LIKELY(!runtime_hooks);
}

static ssize_t attempt_read(struct rgo_conn *c, void *buffer, size_t size, bool *ret_emptied)
{
    int fd = c->poll->fd;
    bool ask = c->counts && !guesses(c);
    ssize_t got;
    do {
        if (ask)
            got = receive_counting(fd, buffer, size, ret_emptied);
        else
            got = c->socket ? recv(fd, buffer, size, 0) : read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    if (!ask)
        *ret_emptied = got > 0 && (size_t)got < size;
    return got;
}

static void trust_change(struct rgo_conn *c, bool success)
{
    if (success)
        c->trust = (int8_t)(c->trust + (c->trust < TRUST_MAX));
    else
        c->trust = (int8_t)(c->trust < TRUST_LOSS ? -TRUST_PAUSE : c->trust - TRUST_LOSS);
}

/* write(2) to a pipe has no MSG_NOSIGNAL: the signal, which comes to this very thread, is held back
 * and taken away, unless there was one before. */
ssize_t write_silent(int fd, const void *buffer, size_t size)
{
    sigset_t pipe, before, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    bool was_pending = sigismember(&before, SIGPIPE) == 1 && sigpending(&pending) == 0 &&
                       sigismember(&pending, SIGPIPE) == 1;
    ssize_t put = write(fd, buffer, size);
    int error = errno;
    if (put < 0 && error == EPIPE && !was_pending)
        sigtimedwait(&pipe, NULL, &(struct timespec){0});
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return put;
}

static ssize_t attempt_write(struct rgo_conn *c, const void *buffer, size_t size)
{
    ssize_t put;
    do
        put = c->socket ? send(c->poll->fd, buffer, size, MSG_NOSIGNAL)
                        : write_silent(c->poll->fd, buffer, size);
    while (put < 0 && errno == EINTR);
    return put;
}

/* ---- operations ---- */

/* EAGAIN: waits; 0: try again. Any other error is the operation's. */
static int error_or_wait(struct rgo_conn *c, enum poll_direction direction, const void *pc)
{
    int error = errno;
    return error == EAGAIN ? poll_wait(c->poll, direction, pc) : error;
}

bool conn_turn_over(struct rgo_conn *c)
{
    unsigned streak = atomic_load_explicit(&c->streak, memory_order_relaxed) + 1u;
    atomic_store_explicit(&c->streak, (uint8_t)(streak % STREAK_MAX), memory_order_relaxed);
    return streak == STREAK_MAX;
}

/* As error_or_wait, after the first attempt that follows a guess. */
static int error_or_others(struct rgo_conn *c)
{
    return errno == EAGAIN ? poll_others(c->poll, true) : errno;
}

/* Whether it was written to since this was asked last. */
static bool written_take(struct rgo_conn *c)
{
    bool written = atomic_load_explicit(&c->written, memory_order_relaxed);
    if (written)
        atomic_store_explicit(&c->written, false, memory_order_relaxed);
    return written;
}

/* Between poll_begin and poll_end. Returns 0 or an error. */
static int read_some(struct rgo_conn *c, void *buffer, size_t size, const void *pc,
                     bool *ret_emptied, ssize_t *ret_got)
{
    int error = 0, failures = 0;
    bool guess = guesses(c), waits = c->guessed && written_take(c);
    ssize_t got = -1;
    if (waits)
        error = poll_others(c->poll, false);
    while (!error && (got = attempt_read(c, buffer, size, ret_emptied)) < 0)
        error = c->guessed && !failures++ ? error_or_others(c) : error_or_wait(c, POLL_READ, pc);
    if (c->guessed)
        trust_change(c, failures < 1 + waits);
    else if (c->trust < 0)
        c->trust++;
    if (!error)
        flow_read(c, buffer, (size_t)got, pc);
    c->guessed = guess && !error && (size_t)got == size;
    *ret_got = error ? -1 : got;
    return error;
}

static ssize_t conn_read(struct rgo_conn *c, void *buffer, size_t size, const void *pc)
{
    bool last, emptied = false, turn_over = false;
    ssize_t got = -1;
    int error = poll_begin(c->poll, POLL_READ, pc, &last);
    if (!error) {
        error = read_some(c, buffer, size, pc, &emptied, &got);
        turn_over = conn_turn_over(c);
        last = poll_end(c->poll, POLL_READ, emptied);
    }
    conn_leave(c, last); /* c may be gone now */
    if (UNLIKELY(turn_over))
        rgo_yield();
    return error ? conn_failed(error) : got;
}

ssize_t rgo_conn_read(rgo_conn *c, void *buffer, size_t size)
{
    return size ? conn_read(c, buffer, size, __builtin_return_address(0)) : 0;
}

ssize_t rgo_conn_read_full(rgo_conn *c, void *buffer, size_t size)
{
    const void *pc = __builtin_return_address(0);
    size_t done = 0;
    ssize_t got = 1;
    conn_hold(c);
    while (done < size && got > 0) {
        got = conn_read(c, (char *)buffer + done, size - done, pc);
        if (got > 0)
            done += (size_t)got;
    }
    conn_unhold(c);
    return got < 0 ? -1 : (ssize_t)done;
}

ssize_t rgo_conn_write(rgo_conn *c, const void *buffer, size_t size)
{
    const void *pc = __builtin_return_address(0);
    bool last, turn_over = false;
    int error = poll_begin(c->poll, POLL_WRITE, pc, &last);
    if (!error) {
        flow_write(c, buffer, size, pc);
        size_t done = 0;
        do {
            ssize_t put = attempt_write(c, (const char *)buffer + done, size - done);
            if (put < 0)
                error = error_or_wait(c, POLL_WRITE, pc);
            else
                done += (size_t)put;
        } while (!error && done < size);
        atomic_store_explicit(&c->written, true, memory_order_relaxed);
        turn_over = conn_turn_over(c);
        last = poll_end(c->poll, POLL_WRITE, false);
    }
    conn_leave(c, last);
    if (UNLIKELY(turn_over))
        rgo_yield();
    return error ? conn_failed(error) : (ssize_t)size;
}

/* ---- datagrams ---- */

ssize_t rgo_conn_read_from(rgo_conn *c, void *buffer, size_t size, char *from, size_t from_size)
{
    const void *pc = __builtin_return_address(0);
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    bool last, turn_over = false;
    ssize_t got = -1;
    int error = poll_begin(c->poll, POLL_READ, pc, &last);
    if (!error) {
        while ((got = recvfrom(c->poll->fd, buffer, size, 0, (struct sockaddr *)&address,
                               &length)) < 0)
            if (errno != EINTR && (error = error_or_wait(c, POLL_READ, pc)))
                break;
        if (got >= 0)
            flow_read(c, buffer, (size_t)got, pc);
        turn_over = conn_turn_over(c);
        last = poll_end(c->poll, POLL_READ, false);
    }
    conn_leave(c, last);
    if (UNLIKELY(turn_over))
        rgo_yield();
    if (error)
        return conn_failed(error);
    if (from && from_size)
        address_print((struct sockaddr *)&address, length, from, from_size);
    return got;
}

/* The first address of the socket's own family; to an IPv6 socket, which may be for both, an IPv4
 * address is one of those that stand for them. */
static int address_choose(const char *to, int family, struct address *ret_address)
{
    struct addresses addresses;
    int error = addresses_parse(family == AF_INET ? "udp4" : "udp", to, false, &addresses);
    if (error)
        return error;
    *ret_address = addresses.list[0];
    for (unsigned i = 0; i < addresses.count; i++)
        if (addresses.list[i].socket.ss_family == family) {
            *ret_address = addresses.list[i];
            return 0;
        }
    address_map(ret_address);
    return 0;
}

static int datagram_address(struct rgo_conn *c, const char *to, struct address *ret_address)
{
    int family = AF_INET;
    socklen_t length = sizeof family;
    int error = poll_use(c->poll);
    if (error)
        return error;
    if (getsockopt(c->poll->fd, SOL_SOCKET, SO_DOMAIN, &family, &length))
        error = errno;
    conn_leave(c, poll_unuse(c->poll));
    if (error)
        return error;
    return address_choose(to, family, ret_address);
}

static ssize_t datagram_write(struct rgo_conn *c, const void *buffer, size_t size,
                              const struct address *address, const void *pc)
{
    bool last, turn_over = false;
    ssize_t put = -1;
    int error = poll_begin(c->poll, POLL_WRITE, pc, &last);
    if (!error) {
        flow_write(c, buffer, size, pc);
        while ((put = sendto(c->poll->fd, buffer, size, MSG_NOSIGNAL,
                             (const struct sockaddr *)&address->socket, address->length)) < 0)
            if (errno != EINTR && (error = error_or_wait(c, POLL_WRITE, pc)))
                break;
        turn_over = conn_turn_over(c);
        last = poll_end(c->poll, POLL_WRITE, false);
    }
    conn_leave(c, last);
    if (UNLIKELY(turn_over))
        rgo_yield();
    return error ? conn_failed(error) : put;
}

ssize_t rgo_conn_write_to(rgo_conn *c, const void *buffer, size_t size, const char *to)
{
    struct address address;
    conn_hold(c); /* a name may take long to be looked up */
    int error = datagram_address(c, to, &address);
    ssize_t put = error ? conn_failed(error)
                        : datagram_write(c, buffer, size, &address, __builtin_return_address(0));
    conn_unhold(c);
    return put;
}

/* ---- halves, deadlines ---- */

static int half_close(struct rgo_conn *c, int how)
{
    int error = poll_use(c->poll);
    if (error)
        return conn_failed(error);
    int result = shutdown(c->poll->fd, how);
    if (result)
        error = errno;
    conn_leave(c, poll_unuse(c->poll));
    return result ? conn_failed(error) : 0;
}

int rgo_conn_close_write(rgo_conn *c)
{
    flow_write(c, NULL, 0, __builtin_return_address(0));
    return half_close(c, SHUT_WR);
}

int rgo_conn_close_read(rgo_conn *c)
{
    return half_close(c, SHUT_RD);
}

static int deadlines_set(struct rgo_conn *c, bool reading, bool writing, int64_t when)
{
    int error = poll_use(c->poll);
    if (error)
        return conn_failed(error);
    if (reading)
        poll_deadline(c->poll, POLL_READ, when);
    if (writing)
        poll_deadline(c->poll, POLL_WRITE, when);
    conn_leave(c, poll_unuse(c->poll));
    return 0;
}

int rgo_conn_deadline(rgo_conn *c, int64_t when)
{
    return deadlines_set(c, true, true, when);
}

int rgo_conn_read_deadline(rgo_conn *c, int64_t when)
{
    return deadlines_set(c, true, false, when);
}

int rgo_conn_write_deadline(rgo_conn *c, int64_t when)
{
    return deadlines_set(c, false, true, when);
}

/* ---- what it is ---- */

const char *conn_address(struct rgo_conn *c, _Atomic(char *) *place,
                         int (*get)(int fd, struct sockaddr *address, socklen_t *length))
{
    char *known = atomic_load(place);
    if (known)
        return known;
    if (!c->socket || poll_use(c->poll))
        return "";
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char text[ADDRESS_TEXT_MAX] = "";
    if (get(c->poll->fd, (struct sockaddr *)&address, &length) == 0)
        address_print((struct sockaddr *)&address, length, text, sizeof text);
    char *made = strdup(text);
    if (made && !atomic_compare_exchange_strong(place, &known, made)) {
        free(made);
        made = known;
    }
    conn_leave(c, poll_unuse(c->poll));
    return made ? made : "";
}

static int local_get(int fd, struct sockaddr *address, socklen_t *length)
{
    return getsockname(fd, address, length);
}

static int remote_get(int fd, struct sockaddr *address, socklen_t *length)
{
    return getpeername(fd, address, length);
}

const char *rgo_conn_local(rgo_conn *c)
{
    return conn_address(c, &c->local, local_get);
}

const char *rgo_conn_remote(rgo_conn *c)
{
    return conn_address(c, &c->remote, remote_get);
}

int rgo_conn_fd(rgo_conn *c)
{
    if (poll_use(c->poll))
        return conn_failed(ECANCELED);
    int fd = c->poll->fd;
    poll_inexact(c->poll); /* whoever knows it may read from it */
    conn_leave(c, poll_unuse(c->poll));
    return fd;
}

/* ---- other descriptors ---- */

rgo_conn *rgo_conn_of(int fd)
{
    runtime_start();
    int type;
    socklen_t length = sizeof type;
    bool socket = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return NULL;
    struct rgo_conn *c = conn_make(fd, socket, false, sizeof *c);
    if (!c) {
        int error = errno;
        fcntl(fd, F_SETFL, flags);
        errno = error;
    }
    return c;
}

static int both_make(int fds[2], bool socket, rgo_conn **ret_one, rgo_conn **ret_other)
{
    struct rgo_conn *one = conn_make(fds[0], socket, false, sizeof *one);
    struct rgo_conn *other = one ? conn_make(fds[1], socket, false, sizeof *other) : NULL;
    if (!other) {
        int error = errno;
        if (one)
            rgo_conn_close(one);
        else
            close(fds[0]);
        close(fds[1]);
        return conn_failed(error);
    }
    flow_join(one, other);
    *ret_one = one;
    *ret_other = other;
    return 0;
}

int rgo_pipe(rgo_conn **ret_read, rgo_conn **ret_write)
{
    int fds[2];
    runtime_start();
    if (pipe2(fds, O_NONBLOCK | O_CLOEXEC))
        return -1;
    return both_make(fds, false, ret_read, ret_write);
}

int rgo_conn_pair(rgo_conn **ret_one, rgo_conn **ret_other)
{
    int fds[2];
    runtime_start();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds))
        return -1;
    return both_make(fds, true, ret_one, ret_other);
}
