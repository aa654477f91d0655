/*
 * conn: what is behind a connection and a listener.
 *
 * A record has *owners*, the references that the program holds, and lives until there are none and
 * the descriptor is really closed (`refs` counts these two, and conn_hold's). Closing with
 * operations under way leaves the real close to the last of them (netpoll.h).
 */
#ifndef RACERUN_CORO_CONN_H
#define RACERUN_CORO_CONN_H

#include <sys/socket.h>

#include "netpoll.h"
#include "racerun/go/net.h"

struct flow; /* flow.h */

struct rgo_conn {
    struct poll_desc *poll;
    _Atomic uint32_t owners;
    _Atomic uint32_t refs;
    bool socket;            /* else a pipe, a terminal, ... */
    bool counts;            /* its reads can tell what is left (TCP_INQ) */
    bool guessed;           /* the last read got what it asked for: see guesses() */
    _Atomic bool written;   /* since a read let others run */
    int8_t trust;           /* in such guesses; below 0: so many reads ask before the next one */
    _Atomic uint8_t streak; /* operations since it last let others run */
    uint8_t flow_side;
    struct flow *flow;     /* NULL: the other end is not known to be in this process */
    _Atomic(char *) local; /* made when first asked for */
    _Atomic(char *) remote;
    _Atomic(char *) unlink_path; /* a listener's, until it is closed by: */
    pid_t unlink_process;
};

struct rgo_listener {
    struct rgo_conn conn;
};

/* A connection of a descriptor that is not blocking. `size`: of the record. NULL and errno; then
 * the descriptor is still the caller's. */
struct rgo_conn *conn_make(int fd, bool socket, bool exact, size_t size);

/* Ends an operation when poll_end, poll_unuse, poll_begin or poll_close said that it was the last.
 */
void conn_leave(struct rgo_conn *c, bool last);

/* For what is made of several operations: whoever closes c in between does not free it. */
void conn_hold(struct rgo_conn *c);
void conn_unhold(struct rgo_conn *c);

/* Whether it is time that others get their turn, even if there is always something to do here:
 * asked once for each operation, before its end. */
bool conn_turn_over(struct rgo_conn *c);

int conn_shut(struct rgo_conn *c, const void *pc);

/* An address of the socket as text, remembered in *place. "" when it has none. */
const char *conn_address(struct rgo_conn *c, _Atomic(char *) *place,
                         int (*get)(int fd, struct sockaddr *address, socklen_t *length));

/* write(2) to something that is no socket, without SIGPIPE. */
ssize_t write_silent(int fd, const void *buffer, size_t size);

/* Sets errno, returns -1. */
int conn_failed(int error);

#endif
