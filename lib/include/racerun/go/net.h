/*
 * racerun/go/net.h: network connections, pipes and files whose operations let other goroutines run
 * while they wait.
 *
 *     listener *l = net_listen("tcp", "127.0.0.1:0");
 *     while ((c = listener_accept(l))) // if another goroutine closes it: with a reference of its own
 *         go(serve, c);
 *     conn *c = net_dial("tcp", "localhost:7", seconds(5));
 *     conn_write(c, "hello", 5);
 *     conn_read_full(c, reply, 5);
 *     conn_close(c);
 *
 * Networks: "tcp", "udp" (IPv4 or IPv6), "tcp4", "tcp6", "udp4", "udp6" with addresses "host:port",
 * "[2001:db8::1]:80", ":80" (all addresses of this machine to listen on, this machine to dial),
 * port 0 for one that the kernel chooses; and "unix" with a path, or "@name" in the abstract
 * namespace. Hosts and ports may be names.
 *
 * What fails returns NULL or -1 and sets errno, to what the system says or to
 *     ECANCELED        it was closed, before or meanwhile (Go: "use of closed network connection")
 *     ETIMEDOUT        the deadline has passed (Go: "i/o timeout")
 *     EPROTONOSUPPORT  no such network
 *     EINVAL           not an address
 *     ENOENT           no such host, port name or path
 *     EAGAIN           the name cannot be looked up at present
 *     ENAMETOOLONG
 * Running out of descriptors is an error like others (EMFILE, ENFILE). Nothing here raises SIGPIPE:
 * a write that nobody can read any more fails with EPIPE.
 *
 * Several goroutines and threads may use one connection at a time. Reads take their turn one after
 * another, so do writes; a read and a write do not disturb each other. A connection has
 * *references*. Whoever makes it has one, rgo_conn_retain makes more, and each is given up once: by
 * rgo_conn_close, which also closes the connection for all, or by rgo_conn_release. Closing makes
 * what waits in it fail at once; an operation that is under way needs no reference of its own. When
 * all references are given up, the connection is closed, and freed.
 *
 * Happens-before: a write, a close or the end of the writing half before the read that sees it.
 *
 * The child of a fork may go on using what was open at the fork; what waited in it in the parent
 * does not wait in the child, and what both read, one of them gets. Closing there closes the
 * child's own descriptor only, and leaves a Unix listener's path. The first operation that has to
 * wait registers anew with the kernel, and fails with EMFILE, ENFILE, ENOMEM or ENOSPC when that
 * cannot be.
 *
 * From threads of the program's own these block as ever, and need a worker that is not kept busy.
 */
#ifndef RACERUN_GO_NET_H
#define RACERUN_GO_NET_H

#include <sys/types.h>

#include "racerun/go/base.h"
#include "racerun/go/blocking.h"

RGO_BEGIN_DECLS

typedef struct rgo_conn rgo_conn;
typedef struct rgo_listener rgo_listener;
typedef struct rgo_file rgo_file;

/* ---- listening ---- */

/* Listens for streams. A TCP port may be reused at once; a Unix socket's path must not exist, and
 * is removed when the listener is closed. */
RGO_API rgo_listener *rgo_listen(const char *network, const char *address);
/* The next connection; belongs to the caller. TCP connections do not delay small packets
 * (TCP_NODELAY) and are kept alive every 15 seconds. */
RGO_API rgo_conn *rgo_listener_accept(rgo_listener *l);
/* Closes for all and gives the caller's reference up, as rgo_conn_close. Those who wait in accept
 * get ECANCELED; a goroutine that accepts in a loop needs a reference of its own. */
RGO_API int rgo_listener_close(rgo_listener *l);
/* A further reference. Returns l. */
RGO_API rgo_listener *rgo_listener_retain(rgo_listener *l);
/* Gives one up; the last one closes. NULL is allowed. */
RGO_API void rgo_listener_release(rgo_listener *l);
/* Where it listens: "127.0.0.1:34567". Belongs to the listener. */
RGO_API const char *rgo_listener_address(rgo_listener *l);
/* As rgo_conn_deadline, for accept. */
RGO_API int rgo_listener_deadline(rgo_listener *l, int64_t when);
RGO_API int rgo_listener_fd(rgo_listener *l);

/* ---- connecting ---- */

/* Connects a stream, or a "udp" socket that sends there and receives from there only. timeout_ns:
 * how long connecting may take, ETIMEDOUT; 0: as long as the system lets it. Looking a name up is
 * not limited. With several addresses each gets its share of the time, and the last one's error is
 * returned. */
RGO_API rgo_conn *rgo_dial(const char *network, const char *address, int64_t timeout_ns);
/* A "udp" socket that receives from anywhere, for rgo_conn_read_from and rgo_conn_write_to. */
RGO_API rgo_conn *rgo_listen_packet(const char *network, const char *address);
/* A connection of any descriptor that can be waited for (socket, pipe, terminal, eventfd, ...),
 * which becomes non-blocking, for all that share it, and from now on is the connection's. NULL: the
 * descriptor remains the caller's; EPERM when it is a regular file. */
RGO_API rgo_conn *rgo_conn_of(int fd);
/* pipe(2). 0, or -1 and errno. */
RGO_API int rgo_pipe(rgo_conn **ret_read, rgo_conn **ret_write);
/* Two connected stream sockets. 0, or -1 and errno. */
RGO_API int rgo_conn_pair(rgo_conn **ret_one, rgo_conn **ret_other);

/* ---- reading and writing ---- */

/* Waits until there is something. Returns how many bytes it got, at most size, of a datagram the
 * first ones; 0: the other end has ended the stream (or size is 0, or the datagram is empty). */
RGO_API ssize_t rgo_conn_read(rgo_conn *c, void *buffer, size_t size);
/* Waits for all size bytes. Less: the stream has ended before. The bytes got before an error are
 * lost. */
RGO_API ssize_t rgo_conn_read_full(rgo_conn *c, void *buffer, size_t size);
/* Writes all, and waits for it. Returns size, or -1; then some may have been written. */
RGO_API ssize_t rgo_conn_write(rgo_conn *c, const void *buffer, size_t size);
/* One datagram, and from where: at most from_size bytes of text, the zero included; from may be
 * NULL. */
RGO_API ssize_t rgo_conn_read_from(rgo_conn *c, void *buffer, size_t size, char *from,
                                   size_t from_size);
/* One datagram to "host:port". A socket for both families sends to addresses of both. */
RGO_API ssize_t rgo_conn_write_to(rgo_conn *c, const void *buffer, size_t size, const char *to);

/* ---- the end ---- */

/* Closes for all and gives the caller's reference up. -1, ECANCELED: it was closed before (the
 * reference is given up all the same). */
RGO_API int rgo_conn_close(rgo_conn *c);
/* A further reference. Returns c. */
RGO_API rgo_conn *rgo_conn_retain(rgo_conn *c);
/* Gives one up; the last one closes. NULL is allowed. */
RGO_API void rgo_conn_release(rgo_conn *c);
/* Ends the writing half: the other end reads what there is, then 0. Sockets only. */
RGO_API int rgo_conn_close_write(rgo_conn *c);
/* Ends the reading half. Sockets only. */
RGO_API int rgo_conn_close_read(rgo_conn *c);

/* ---- deadlines ----
 * A time of the monotonic clock in nanoseconds (rgo_now() + rgo_ms(50)) after which operations,
 * those that wait already too, fail with ETIMEDOUT, until it is changed; in the past: at once; 0:
 * none. Returns 0, or -1 and ECANCELED. */
RGO_API int rgo_conn_deadline(rgo_conn *c, int64_t when);
RGO_API int rgo_conn_read_deadline(rgo_conn *c, int64_t when);
RGO_API int rgo_conn_write_deadline(rgo_conn *c, int64_t when);

/* ---- what it is ---- */

/* This end's address and the other's: "host:port", a path; "" if it has none. They belong to the
 * connection. After the close only those that were asked for before are known. */
RGO_API const char *rgo_conn_local(rgo_conn *c);
RGO_API const char *rgo_conn_remote(rgo_conn *c);
/* The descriptor, for options: it is the connection's, and no longer valid once that is closed. -1
 * and ECANCELED then. */
RGO_API int rgo_conn_fd(rgo_conn *c);

/* ---- files ----
 * A file is always ready as far as epoll goes, yet may be slow: what is not in memory already is
 * done in blocking calls (go/blocking.h). A file has one owner who closes it when nobody uses it
 * any more. Offsets are as in open(2): those who use one file share its position. */

/* open(2), with O_CLOEXEC added. NULL and errno. */
RGO_API rgo_file *rgo_file_open(const char *path, int flags, mode_t mode);
/* read(2), pread(2): of a regular file less than size only at its end. */
RGO_API ssize_t rgo_file_read(rgo_file *f, void *buffer, size_t size);
RGO_API ssize_t rgo_file_pread(rgo_file *f, void *buffer, size_t size, off_t offset);
/* All of it: size, or -1 and errno; then some may have been written. */
RGO_API ssize_t rgo_file_write(rgo_file *f, const void *buffer, size_t size);
RGO_API ssize_t rgo_file_pwrite(rgo_file *f, const void *buffer, size_t size, off_t offset);
/* 0, or -1 and errno. */
RGO_API int rgo_file_fsync(rgo_file *f);
/* The file is gone in any case. */
RGO_API int rgo_file_close(rgo_file *f);
/* Belongs to the file. */
RGO_API int rgo_file_fd(const rgo_file *f);

RGO_END_DECLS

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_conn conn;
typedef rgo_listener listener;
typedef rgo_file file;
#define net_listen rgo_listen
#define net_listen_packet rgo_listen_packet
#define net_dial rgo_dial
#define net_pipe rgo_pipe
#define listener_accept rgo_listener_accept
#define listener_close rgo_listener_close
#define listener_retain rgo_listener_retain
#define listener_release rgo_listener_release
#define listener_address rgo_listener_address
#define listener_deadline rgo_listener_deadline
#define listener_fd rgo_listener_fd
#define conn_of rgo_conn_of
#define conn_pair rgo_conn_pair
#define conn_read rgo_conn_read
#define conn_read_full rgo_conn_read_full
#define conn_write rgo_conn_write
#define conn_read_from rgo_conn_read_from
#define conn_write_to rgo_conn_write_to
#define conn_close rgo_conn_close
#define conn_retain rgo_conn_retain
#define conn_release rgo_conn_release
#define conn_close_write rgo_conn_close_write
#define conn_close_read rgo_conn_close_read
#define conn_deadline rgo_conn_deadline
#define conn_read_deadline rgo_conn_read_deadline
#define conn_write_deadline rgo_conn_write_deadline
#define conn_local rgo_conn_local
#define conn_remote rgo_conn_remote
#define conn_fd rgo_conn_fd
#define file_open rgo_file_open
#define file_read rgo_file_read
#define file_pread rgo_file_pread
#define file_write rgo_file_write
#define file_pwrite rgo_file_pwrite
#define file_fsync rgo_file_fsync
#define file_close rgo_file_close
#define file_fd rgo_file_fd
#endif

#endif
