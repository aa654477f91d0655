/*
 * fd_table: what descriptors order (P11).
 *
 * Three kinds of objects:
 *   - a *channel* is a way along which bytes travel inside this process: a pipe, a socketpair, a
 *     loopback connection, an eventfd. It has a clock for each of its two directions;
 *   - a *file* is an open file description. It has an `in` and an `out` port, each a direction of
 *     a channel or nothing: a write to the file releases into `out`, a read that sees something
 *     acquires `in`;
 *   - the *table* says which file a descriptor number means now. A number is one of: a file;
 *     plain (it orders nothing: regular files and whatever we do not know); unseen, which turns
 *     into one of the two when it is used first (fstat).
 *
 * Channels that two parties must find independently of one another are *named* (struct fd_key):
 * addresses of listeners and datagram sockets, TCP connections by their two ends, FIFOs and message
 * queues by inode, pseudo-terminals by number.
 *
 * Life: files are counted by the numbers that mean them (`open`), and by everyone who looks at
 * them (`refs`); channels by their ports. The memory of both is never returned, so a stale pointer
 * can be tested safely. Locks: watches before files, names before pools, and files with names at no
 * time; all inside the runtime, so that signal handlers do not run meanwhile; none across a real
 * call.
 *
 * Limits: numbers from FD_MAX on order nothing. Descriptors that travel through SCM_RIGHTS keep
 * their file only if it is a pipe or socket. io_uring and raw system calls are not seen.
 */
#ifndef RACERUN_INTERPOSE_FD_TABLE_H
#define RACERUN_INTERPOSE_FD_TABLE_H

#include <sys/socket.h>

#include "interpose/runtime.h"

enum { FD_MAX = 1 << 20 };

enum fd_kind { FD_PIPE, FD_SOCKET, FD_EVENT, FD_TIMER, FD_SIGNAL, FD_EPOLL, FD_QUEUE };

struct fd_key {
    uint64_t word[5];
};

struct fd_channel;
struct fd_file;

/* One direction of a channel; no channel: orders nothing. */
struct fd_port {
    struct fd_channel *channel;
    int way; /* 0 or 1 */
};
#define FD_PORT_NONE ((struct fd_port){NULL, 0})

/* ---- numbers ---- */

/* The file that a number means, referenced; NULL if it orders nothing. */
RT_HIDDEN struct fd_file *fd_get(int fd);
RT_HIDDEN void fd_put(struct fd_file *file);
/* A number now means `file` (NULL: unseen), taking over the caller's reference. */
RT_HIDDEN void fd_install(int fd, struct fd_file *file);
/* `copy` now means what `fd` means. */
RT_HIDDEN void fd_duplicate(int fd, int copy);
/* The number is about to be closed. */
RT_HIDDEN void fd_forget(int fd);
/* All open numbers in first..last are about to be closed: their writers' side is released. */
RT_HIDDEN void fd_close_range(struct hb_task *task, unsigned first, unsigned last);
/* Descriptors sent to, and received from, another party. */
RT_HIDDEN void fd_publish(int fd);
RT_HIDDEN void fd_adopt(int fd);

/* ---- order ---- */

RT_HIDDEN void fd_release(struct hb_task *task, int fd);
RT_HIDDEN void fd_acquire(struct hb_task *task, int fd);
RT_HIDDEN void fd_port_release(struct hb_task *task, struct fd_port port);
RT_HIDDEN void fd_port_acquire(struct hb_task *task, struct fd_port port);

/* ---- files ---- */

/* Referenced once. Takes over the caller's references to the ports' channels. */
RT_HIDDEN struct fd_file *fd_file_create(enum fd_kind kind, struct fd_port in, struct fd_port out);
RT_HIDDEN enum fd_kind fd_file_kind(const struct fd_file *file);
/* The current ports, referenced (fd_port_put). */
RT_HIDDEN struct fd_port fd_file_in(struct fd_file *file);
RT_HIDDEN struct fd_port fd_file_out(struct fd_file *file);
/* Take over the caller's reference. */
RT_HIDDEN void fd_file_set_in(struct fd_file *file, struct fd_port in);
RT_HIDDEN void fd_file_set_out(struct fd_file *file, struct fd_port out);
/* Whether a socket has a name to be reached by; claim: true once, for who gives it one. */
RT_HIDDEN bool fd_file_is_named(const struct fd_file *file);
RT_HIDDEN bool fd_file_claim_name(struct fd_file *file);

/* ---- channels ---- */

RT_HIDDEN struct fd_port fd_port_ref(struct fd_port port);
RT_HIDDEN void fd_port_put(struct fd_port port);
RT_HIDDEN struct fd_channel *fd_channel_create(void);
/* The channel of that name, referenced. find: NULL if there is none; get: made if missing. */
RT_HIDDEN struct fd_channel *fd_channel_find(const struct fd_key *key);
RT_HIDDEN struct fd_channel *fd_channel_get(const struct fd_key *key);
/* The same as get; but it is known for a while when its last party is gone. */
RT_HIDDEN struct fd_channel *fd_channel_get_lasting(const struct fd_key *key);
/* The same for a connection: the second party in the same role finds a stale one replaced. */
RT_HIDDEN struct fd_channel *fd_channel_join(const struct fd_key *key, int role);

/* ---- epoll: what a waiter learns (fd_watch.c) ---- */

/* epoll_ctl is about to add or modify; the result goes to exactly one of the other two. */
RT_HIDDEN struct fd_watch *fd_watch_add(struct hb_task *task, int epoll, int fd, uint64_t data);
RT_HIDDEN void fd_watch_commit(struct fd_watch *watch);
RT_HIDDEN void fd_watch_abort(struct fd_watch *watch);
RT_HIDDEN void fd_watch_remove(int epoll, int fd);
/* epoll_wait reported `data`. */
RT_HIDDEN void fd_watch_acquire(struct hb_task *task, struct fd_file *epoll, uint64_t data);

/* ---- fork: no lock of ours is held in between ---- */

RT_HIDDEN void fd_fork_prepare(void);
RT_HIDDEN void fd_fork_done(void);

#endif
