/* What the tests of connections share. */
#ifndef RACERUN_TESTS_CORO_NET_HELP_H
#define RACERUN_TESTS_CORO_NET_HELP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* First: its names and the short ones of the public headers do not mix in the other order. */
#include "../../lib/coro/worker.h"
#include "../../lib/coro/conn.h"

#include "racerun/go.h"

#include "expect.h"

/* Both ends of a TCP connection. */
static inline void pair_make(conn **ret_one, conn **ret_other)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    ck_assert_ptr_nonnull(l);
    *ret_one = net_dial("tcp", listener_address(l), 0); /* the backlog takes it */
    ck_assert_ptr_nonnull(*ret_one);
    *ret_other = listener_accept(l);
    ck_assert_ptr_nonnull(*ret_other);
    listener_close(l);
}

static inline void echo(conn *c)
{
    char buffer[4096];
    ssize_t got;
    while ((got = conn_read(c, buffer, sizeof buffer)) > 0)
        if (conn_write(c, buffer, (size_t)got) < 0)
            break;
    conn_close(c);
}

static inline void serve(listener *l, chan(int) done)
{
    conn *c;
    while ((c = listener_accept(l)))
        go(echo, c);
    ck_assert_int_eq(errno, ECANCELED);
    listener_release(l);
    chan_send(done, 1);
}

/* A path that nobody else uses, and that is gone with its folder. */
struct own_path {
    char folder[32];
    char path[64];
};

static inline struct own_path own_path_make(void)
{
    struct own_path own = {.folder = "/tmp/coro-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(own.folder));
    snprintf(own.path, sizeof own.path, "%s/it", own.folder);
    return own;
}

static inline void own_path_remove(const struct own_path *own)
{
    unlink(own->path);
    ck_assert_int_eq(rmdir(own->folder), 0);
}

/* Until somebody waits for that side of c. */
static inline void await_waiter(conn *c, enum poll_direction direction)
{
    for (bool waits = false; !waits; rgo_yield()) {
        lock_take(&c->poll->lock);
        waits = c->poll->side[direction].waiter != NULL;
        lock_release(&c->poll->lock);
    }
}

/* Until so many operations are under way. */
static inline void await_users(conn *c, unsigned count)
{
    for (bool reached = false; !reached; rgo_yield()) {
        lock_take(&c->poll->lock);
        reached = c->poll->users == count;
        lock_release(&c->poll->lock);
    }
}

#endif
