/* Connections: echo servers of all sizes, deadlines, closing, halves, errors. */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* First: its names and the short ones of the public headers do not mix in the other order. */
#include "../../lib/coro/worker.h"
#include "../../lib/coro/conn.h"

#include "racerun/go.h"

#include "expect.h"

/* ---- echo ---- */

static void echo(conn *c)
{
    char buffer[4096];
    ssize_t got;
    while ((got = conn_read(c, buffer, sizeof buffer)) > 0)
        if (conn_write(c, buffer, (size_t)got) < 0)
            break;
    conn_close(c);
}

static void serve(listener *l, chan(int) done)
{
    conn *c;
    while ((c = listener_accept(l)))
        go(echo, c);
    ck_assert_int_eq(errno, ECANCELED);
    listener_release(l);
    chan_send(done, 1);
}

static void echo_client(const char *network, const char *address, int id, int rounds,
                        chan(int) connected, chan(int) start, chan(int) done)
{
    conn *c = net_dial(network, address, seconds(60));
    ck_assert_msg(c != NULL, "dial: %s", strerror(errno));
    if (start) {
        chan_send(connected, id);
        (void)chan_get(start); /* closed when all are connected */
    }
    for (int i = 0; i < rounds; i++) {
        char text[64], back[64];
        int length = snprintf(text, sizeof text, "client %d round %d", id, i);
        ck_assert_int_eq(conn_write(c, text, (size_t)length), length);
        ck_assert_int_eq(conn_read_full(c, back, (size_t)length), length);
        ck_assert(memcmp(text, back, (size_t)length) == 0);
    }
    ck_assert_int_eq(conn_close(c), 0);
    chan_send(done, id);
}

/* All clients are connected at the same time if `together`. */
static void echo_run(const char *network, const char *address, int clients, int rounds,
                     bool together)
{
    listener *l = net_listen(network, address);
    ck_assert_msg(l != NULL, "listen: %s", strerror(errno));
    chan(int) done = chan_make(int, 0);
    chan(int) connected = chan_make(int, 0);
    chan(int) start = together ? chan_make(int, 0) : NULL;
    go(serve, listener_retain(l), done);
    for (int i = 0; i < clients; i++)
        go(echo_client, network, listener_address(l), i, rounds, connected, start, done);
    if (together) {
        for (int i = 0; i < clients; i++)
            (void)chan_get(connected);
        chan_close(start);
    }
    for (int i = 0; i < clients; i++)
        (void)chan_get(done);
    ck_assert_int_eq(listener_close(l), 0);
    (void)chan_get(done);
    chan_free(done);
    chan_free(connected);
    if (start)
        chan_free(start);
}

START_TEST(one_connection_echoes)
{
    echo_run("tcp", "127.0.0.1:0", 1, 1000, false);
}
END_TEST

START_TEST(hundred_connections_echo)
{
    echo_run("tcp", "127.0.0.1:0", 100, 20, true);
}
END_TEST

/* Both ends of each are here. */
static int clients_possible(int wanted)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    int possible = limit.rlim_cur < 10000 ? (int)limit.rlim_cur / 2 - 50 : wanted;
    return possible < wanted ? possible : wanted;
}

START_TEST(two_thousand_connections_echo_at_the_same_time)
{
    echo_run("tcp", "127.0.0.1:0", clients_possible(2000), 3, true);
}
END_TEST

START_TEST(unix_sockets_echo)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/coro-net-%d.sock", (int)getpid());
    echo_run("unix", path, 50, 20, false);
    ck_assert_int_eq(access(path, F_OK), -1); /* the listener took it with it */
    snprintf(path, sizeof path, "@coro-net-%d", (int)getpid());
    echo_run("unix", path, 50, 20, false);
}
END_TEST

static bool ipv6_here(void)
{
    listener *l = net_listen("tcp6", "[::1]:0");
    if (l)
        listener_close(l);
    return l != NULL;
}

START_TEST(ipv6_echoes)
{
    if (ipv6_here())
        echo_run("tcp", "[::1]:0", 5, 20, false);
}
END_TEST

START_TEST(names_are_looked_up)
{
    echo_run("tcp4", "localhost:0", 2, 5, false);
    listener *l = net_listen("tcp", ":0");
    ck_assert_ptr_nonnull(l);
    char address[64];
    snprintf(address, sizeof address, "localhost%s", strrchr(listener_address(l), ':'));
    conn *c = net_dial("tcp", address, 0);
    ck_assert_msg(c != NULL, "dial %s: %s", address, strerror(errno));
    conn *d = listener_accept(l);
    ck_assert_ptr_nonnull(d);
    ck_assert_str_eq(conn_local(c), conn_remote(d));
    ck_assert_str_eq(conn_remote(c), conn_local(d));
    conn_close(c);
    conn_close(d);
    listener_close(l);
}
END_TEST

/* Both ends of a TCP connection. */
static void pair_make(conn **ret_one, conn **ret_other)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    ck_assert_ptr_nonnull(l);
    *ret_one = net_dial("tcp", listener_address(l), 0); /* the backlog takes it */
    ck_assert_ptr_nonnull(*ret_one);
    *ret_other = listener_accept(l);
    ck_assert_ptr_nonnull(*ret_other);
    listener_close(l);
}

/* ---- big transfers ---- */

#define BIG ((size_t)8 << 20)
/* The kernel acknowledges what fills a small buffer only after a while, each time. */
#define NOT_SO_BIG ((size_t)1 << 19)

static unsigned char big_byte(size_t at)
{
    return (unsigned char)(at * 2654435761u >> 13);
}

static void big_write(conn *c, size_t size)
{
    unsigned char *memory = malloc(size);
    for (size_t i = 0; i < size; i++)
        memory[i] = big_byte(i);
    ck_assert_int_eq(conn_write(c, memory, size), (ssize_t)size);
    free(memory);
    conn_close(c);
}

static void big_read(conn *c, size_t size)
{
    unsigned char buffer[1237];
    size_t done = 0;
    ssize_t got;
    while ((got = conn_read(c, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < got; i++)
            ck_assert_uint_eq(buffer[i], big_byte(done + (size_t)i));
        done += (size_t)got;
    }
    ck_assert_int_eq(got, 0);
    ck_assert_uint_eq(done, size);
    conn_close(c);
}

START_TEST(big_transfer_through_a_small_socket_buffer_arrives_whole)
{
    conn *one, *other;
    int small =
        16384; /* not the receiver's: to shrink a promised window means loss, and long waits */
    pair_make(&one, &other);
    setsockopt(conn_fd(one), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    go(big_write, one, NOT_SO_BIG);
    big_read(other, NOT_SO_BIG);
}
END_TEST

START_TEST(big_transfer_through_a_pair_and_a_pipe_arrives_whole)
{
    conn *one, *other;
    ck_assert_int_eq(conn_pair(&one, &other), 0);
    go(big_write, one, BIG);
    big_read(other, BIG);
    ck_assert_int_eq(net_pipe(&other, &one), 0);
    go(big_write, one, BIG);
    big_read(other, BIG);
}
END_TEST

/* ---- the end of a stream ---- */

static void read_to_end_and_answer(conn *c)
{
    char text[16] = "";
    size_t length = 0;
    ssize_t got;
    while ((got = conn_read(c, text + length, sizeof text - length)) > 0)
        length += (size_t)got;
    ck_assert_int_eq(got, 0);
    conn_write(c, text, length);
    conn_close(c);
}

START_TEST(half_closed_connection_still_reads)
{
    conn *one, *other;
    char back[16];
    pair_make(&one, &other);
    go(read_to_end_and_answer, other);
    ck_assert_int_eq(conn_write(one, "hello", 5), 5);
    ck_assert_int_eq(conn_close_write(one), 0);
    ck_assert_int_eq(conn_read_full(one, back, sizeof back), 5); /* then the end */
    ck_assert(memcmp(back, "hello", 5) == 0);
    ck_assert_int_eq(conn_read(one, back, sizeof back), 0);
    ck_assert_int_eq(conn_write(one, "x", 1), -1);
    ck_assert_int_eq(errno, EPIPE);
    conn_close(one);
}
END_TEST

START_TEST(data_and_end_that_came_together_are_both_read)
{
    for (int i = 0; i < 200; i++) {
        conn *one, *other;
        char text[64];
        pair_make(&one, &other);
        conn_write(one, "bye", 3);
        conn_close(one);
        ck_assert_int_eq(conn_read(other, text, sizeof text), 3);
        ck_assert_int_eq(conn_read(other, text, sizeof text), 0);
        ck_assert_int_eq(conn_read(other, text, sizeof text), 0);
        conn_close(other);
    }
}
END_TEST

START_TEST(reads_of_just_what_has_come_leave_nothing_behind_and_miss_nothing)
{
    for (int i = 0; i < 200; i++) {
        conn *one, *other;
        char text[8];
        pair_make(&one, &other);
        conn_write(one, "twelve bytes", 12);
        ck_assert_int_eq(conn_read(other, text, 6), 6);
        ck_assert_int_eq(conn_read(other, text, 6), 6);
        ck_assert(memcmp(text, " bytes", 6) == 0);
        go(read_to_end_and_answer, other);
        go_yield(); /* it waits, or is about to */
        conn_write(one, "last", 4);
        conn_close_write(one);
        ck_assert_int_eq(conn_read(one, text, 4), 4);
        ck_assert_int_eq(conn_read(one, text, 4), 0);
        conn_close(one);
    }
}
END_TEST

START_TEST(write_that_nobody_reads_is_an_error_and_no_signal)
{
    conn *one, *other;
    char block[4096] = {0};
    ck_assert_int_eq(net_pipe(&one, &other), 0);
    conn_close(one);
    ck_assert_int_eq(conn_write(other, "x", 1), -1);
    ck_assert_int_eq(errno, EPIPE);
    conn_close(other);
    pair_make(&one, &other);
    conn_close(one);
    while (conn_write(other, block, sizeof block) > 0)
        ;
    ck_assert(errno == EPIPE || errno == ECONNRESET);
    conn_close(other);
    sigset_t pending;
    sigpending(&pending);
    ck_assert(!sigismember(&pending, SIGPIPE));
}
END_TEST

/* ---- closing ---- */

static size_t waiting_before;

static void read_fails(conn *c, int want, chan(int) done)
{
    char byte;
    ssize_t got = conn_read(c, &byte, 1);
    int error = errno;
    ck_assert_int_eq(got, -1);
    ck_assert_int_eq(error, want);
    chan_send(done, 1);
}

static void await_waiting(size_t count)
{
    while (netpoll_waiting() != waiting_before + count)
        go_yield();
}

START_TEST(close_wakes_the_reader_and_those_behind_it)
{
    conn *one, *other;
    chan(int) done = chan_make(int, 0);
    pair_make(&one, &other);
    waiting_before = netpoll_waiting();
    for (int i = 0; i < 3; i++)
        go(read_fails, one, ECANCELED, done);
    while (one->poll->users != 3)
        go_yield(); /* one waits for data, two for their turn */
    await_waiting(1);
    ck_assert_int_eq(conn_close(one), 0);
    for (int i = 0; i < 3; i++)
        (void)chan_get(done);
    char byte;
    ck_assert_int_eq(conn_read(other, &byte, 1), 0); /* it is really closed */
    conn_close(other);
    chan_free(done);
}
END_TEST

static void write_fails(conn *c, int want, chan(int) done)
{
    static const char block[1 << 16];
    while (conn_write(c, block, sizeof block) > 0)
        ;
    ck_assert_int_eq(errno, want);
    chan_send(done, 1);
}

START_TEST(close_wakes_the_writer)
{
    conn *one, *other;
    chan(int) done = chan_make(int, 0);
    pair_make(&one, &other);
    waiting_before = netpoll_waiting();
    go(write_fails, one, ECANCELED, done);
    await_waiting(1);
    ck_assert_int_eq(conn_close(one), 0);
    (void)chan_get(done);
    conn_close(other);
    chan_free(done);
}
END_TEST

START_TEST(operations_after_close_fail_and_the_last_reference_frees)
{
    conn *one, *other;
    char byte;
    pair_make(&one, &other);
    conn_retain(one);
    conn_retain(one);
    ck_assert_int_eq(conn_close(one), 0);
    ck_assert_int_eq(conn_read(one, &byte, 1), -1);
    ck_assert_int_eq(errno, ECANCELED);
    ck_assert_int_eq(conn_write(one, "x", 1), -1);
    ck_assert_int_eq(errno, ECANCELED);
    ck_assert_int_eq(conn_fd(one), -1);
    ck_assert_int_eq(conn_deadline(one, 1), -1);
    ck_assert_int_eq(conn_close_write(one), -1);
    ck_assert_int_eq(conn_close(one), -1);
    ck_assert_int_eq(errno, ECANCELED);
    conn_release(one);
    int fd = conn_fd(other);
    conn_release(other); /* without a close: closes */
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    conn_release(NULL);
}
END_TEST

START_TEST(accept_ends_when_the_listener_is_closed)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    chan(int) done = chan_make(int, 0);
    waiting_before = netpoll_waiting();
    go(serve, listener_retain(l), done);
    await_waiting(1);
    listener_close(l);
    (void)chan_get(done);
    chan_free(done);
}
END_TEST

/* ---- deadlines ---- */

START_TEST(read_ends_at_its_deadline_and_can_be_repeated)
{
    conn *one, *other;
    char byte = 0;
    pair_make(&one, &other);
    for (int i = 0; i < 3; i++) {
        int64_t when = rgo_now() + ms(5);
        conn_read_deadline(one, when);
        ck_assert_int_eq(conn_read(one, &byte, 1), -1);
        ck_assert_int_eq(errno, ETIMEDOUT);
        ck_assert(rgo_now() >= when);
        ck_assert_int_eq(conn_read(one, &byte, 1), -1); /* it stays so */
        ck_assert_int_eq(errno, ETIMEDOUT);
    }
    ck_assert_int_eq(conn_write(one, "x", 1), 1); /* the other direction has none */
    conn_read_deadline(one, 0);
    conn_write(other, "y", 1);
    ck_assert_int_eq(conn_read(one, &byte, 1), 1);
    ck_assert_int_eq(byte, 'y');
    conn_close(one);
    conn_close(other);
}
END_TEST

START_TEST(data_before_the_deadline_is_read)
{
    conn *one, *other;
    char byte = 0;
    pair_make(&one, &other);
    for (int i = 0; i < 100; i++) {
        conn_deadline(one, rgo_now() + seconds(1000));
        conn_write(other, "z", 1);
        ck_assert_int_eq(conn_read(one, &byte, 1), 1);
    }
    conn_close(one);
    conn_close(other);
}
END_TEST

START_TEST(deadline_that_is_set_while_somebody_reads_counts)
{
    conn *one, *other;
    chan(int) done = chan_make(int, 0);
    pair_make(&one, &other);
    waiting_before = netpoll_waiting();
    conn_read_deadline(one, rgo_now() + seconds(1000));
    go(read_fails, one, ETIMEDOUT, done);
    await_waiting(1);
    conn_read_deadline(one, rgo_now() + seconds(2000));
    await_waiting(1);
    conn_read_deadline(one, 1); /* long ago */
    (void)chan_get(done);
    conn_close(one);
    conn_close(other);
    chan_free(done);
}
END_TEST

START_TEST(write_ends_at_its_deadline)
{
    conn *one, *other;
    chan(int) done = chan_make(int, 1);
    pair_make(&one, &other);
    conn_write_deadline(one, rgo_now() + ms(20));
    write_fails(one, ETIMEDOUT, done);
    conn_close(one);
    conn_close(other);
    chan_free(done);
}
END_TEST

START_TEST(accept_and_dial_have_deadlines)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    listener_deadline(l, rgo_now() + ms(5));
    ck_assert_ptr_null(listener_accept(l));
    ck_assert_int_eq(errno, ETIMEDOUT);
    listener_close(l);
    /* A Unix listener whose queue is full neither refuses nor accepts. */
    char name[64];
    snprintf(name, sizeof name, "@coro-full-%d", (int)getpid());
    listener *full = net_listen("unix", name);
    ck_assert_int_eq(listen(listener_fd(full), 0), 0);
    conn *first = net_dial("unix", name, 0);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(net_dial("unix", name, ms(20)));
    ck_assert_int_eq(errno, ETIMEDOUT);
    conn_close(first);
    listener_close(full);
}
END_TEST

/* ---- errors ---- */

static void dial_error(const char *network, const char *address, int want)
{
    errno = 0;
    conn *c = net_dial(network, address, seconds(30));
    ck_assert_msg(c == NULL && errno == want, "%s %s: %s", network, address, strerror(errno));
}

START_TEST(bad_addresses_are_errors_in_words)
{
    dial_error("carrier-pigeon", "127.0.0.1:1", EPROTONOSUPPORT);
    dial_error("tcp", "127.0.0.1", EINVAL);
    dial_error("tcp", "::1:80", EINVAL);
    dial_error("tcp", "[::1:80", EINVAL);
    dial_error("tcp", "127.0.0.1:", EINVAL);
    dial_error("tcp", "127.0.0.1:no-such-service", ENOENT);
    dial_error("tcp", "127.0.0.1:65536", ENOENT);
    dial_error("unix", "", EINVAL);
    dial_error("unix", "/nonexistent/socket", ENOENT);
    char path[300];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = 0;
    dial_error("unix", path, ENAMETOOLONG);
    ck_assert_ptr_null(net_listen("udp", "127.0.0.1:0"));
    ck_assert_int_eq(errno, EPROTONOSUPPORT);
    ck_assert_ptr_null(net_listen("unix", "/nonexistent/socket"));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_ptr_null(conn_of(-1));
    ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(port_where_nobody_listens_refuses)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    char address[64];
    snprintf(address, sizeof address, "%s", listener_address(l));
    ck_assert_ptr_null(net_listen("tcp", address));
    ck_assert_int_eq(errno, EADDRINUSE);
    listener_close(l);
    dial_error("tcp", address, ECONNREFUSED);
}
END_TEST

START_TEST(running_out_of_descriptors_is_an_error_and_passes)
{
    struct rlimit before, tight;
    listener *l = net_listen("tcp", "127.0.0.1:0");
    conn *waiting = net_dial("tcp", listener_address(l), 0);
    ck_assert_ptr_nonnull(waiting);
    getrlimit(RLIMIT_NOFILE, &before);
    tight = before;
    tight.rlim_cur = 0; /* also when somebody closes one meanwhile */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
    ck_assert_ptr_null(listener_accept(l));
    ck_assert_int_eq(errno, EMFILE);
    dial_error("tcp", listener_address(l), EMFILE);
    ck_assert_ptr_null(net_listen("tcp", "127.0.0.1:0"));
    ck_assert_int_eq(errno, EMFILE);
    conn *one, *other;
    ck_assert_int_eq(net_pipe(&one, &other), -1);
    ck_assert_int_eq(errno, EMFILE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    conn *accepted = listener_accept(l); /* it was not lost */
    ck_assert_ptr_nonnull(accepted);
    conn_close(accepted);
    conn_close(waiting);
    listener_close(l);
}
END_TEST

/* ---- other things ---- */

START_TEST(datagrams_keep_their_bounds_and_tell_their_sender)
{
    conn *server = rgo_listen_packet("udp", "127.0.0.1:0");
    ck_assert_ptr_nonnull(server);
    conn *client = net_dial("udp", conn_local(server), 0);
    ck_assert_ptr_nonnull(client);
    char text[64], from[64];
    ck_assert_int_eq(conn_write(client, "one", 3), 3);
    ck_assert_int_eq(conn_write(client, "three", 5), 5);
    ck_assert_int_eq(conn_read_from(server, text, sizeof text, from, sizeof from), 3);
    ck_assert_str_eq(from, conn_local(client));
    ck_assert_int_eq(conn_read_from(server, text, sizeof text, NULL, 0), 5);
    ck_assert_int_eq(conn_write_to(server, "back", 4, from), 4);
    ck_assert_int_eq(conn_read(client, text, sizeof text), 4);
    ck_assert_int_eq(conn_write_to(server, "back", 4, "nowhere"), -1);
    ck_assert_int_eq(errno, EINVAL);
    conn_close(client);
    conn_close(server);
}
END_TEST

START_TEST(regular_file_is_no_connection)
{
    int fd = open("/proc/self/exe", O_RDONLY);
    ck_assert_ptr_null(conn_of(fd));
    ck_assert_int_eq(errno, EPERM);
    ck_assert(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(connection_of_a_given_descriptor_reads_and_closes_it)
{
    int fds[2];
    char text[8];
    ck_assert_int_eq(pipe(fds), 0);
    conn *reader = conn_of(fds[0]);
    conn *writer = conn_of(fds[1]);
    ck_assert_str_eq(conn_local(reader), "");
    ck_assert_int_eq(conn_write(writer, "abc", 3), 3);
    ck_assert_int_eq(conn_close_write(writer), -1);
    ck_assert_int_eq(errno, ENOTSOCK);
    ck_assert_int_eq(conn_close(writer), 0);
    ck_assert_int_eq(conn_read_full(reader, text, 8), 3);
    ck_assert_int_eq(conn_close(reader), 0);
    ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
}
END_TEST

static void *thread_echoes(void *address)
{
    conn *c = net_dial("tcp", address, 0);
    ck_assert_ptr_nonnull(c);
    char text[8];
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(conn_write(c, "thread", 6), 6);
        ck_assert_int_eq(conn_read_full(c, text, 6), 6);
    }
    conn_close(c);
    return NULL;
}

static void join(pthread_t thread, chan(int) done)
{
    go_blocking(pthread_join, thread, NULL);
    chan_send(done, 2);
}

START_TEST(threads_of_the_program_may_read_and_write)
{
    listener *l = net_listen("tcp", "127.0.0.1:0");
    chan(int) done = chan_make(int, 0);
    pthread_t thread;
    go(serve, listener_retain(l), done);
    ck_assert_int_eq(pthread_create(&thread, NULL, thread_echoes, (void *)listener_address(l)), 0);
    go(join, thread, done);
    ck_assert_int_eq(chan_get(done), 2);
    listener_close(l);
    (void)chan_get(done);
    chan_free(done);
}
END_TEST

static void write_for_ever(conn *c)
{
    static const char block[4096];
    while (conn_write(c, block, sizeof block) > 0)
        ;
    conn_close(c);
}

static _Atomic bool other_ran;

static void other_run(void)
{
    other_ran = true;
}

START_TEST(connection_that_is_always_ready_lets_others_run)
{
    int fd = open("/dev/zero", O_RDWR);
    conn *c = conn_of(fd); /* some kernels know no epoll for it: then a pipe does */
    conn *one = NULL;
    if (!c) {
        close(fd);
        ck_assert_int_eq(net_pipe(&c, &one), 0);
        go(write_for_ever, one);
    }
    char block[4096];
    other_ran = false;
    go(other_run);
    for (int i = 0; !other_ran; i++) {
        ck_assert_int_lt(i, 10000000);
        ck_assert(conn_read(c, block, sizeof block) > 0);
    }
    conn_close(c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net");
    TCase *tcase = tcase_create("net");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, one_connection_echoes);
    tcase_add_test(tcase, hundred_connections_echo);
    tcase_add_test(tcase, two_thousand_connections_echo_at_the_same_time);
    tcase_add_test(tcase, unix_sockets_echo);
    tcase_add_test(tcase, ipv6_echoes);
    tcase_add_test(tcase, names_are_looked_up);
    tcase_add_test(tcase, big_transfer_through_a_small_socket_buffer_arrives_whole);
    tcase_add_test(tcase, big_transfer_through_a_pair_and_a_pipe_arrives_whole);
    tcase_add_test(tcase, half_closed_connection_still_reads);
    tcase_add_test(tcase, data_and_end_that_came_together_are_both_read);
    tcase_add_test(tcase, reads_of_just_what_has_come_leave_nothing_behind_and_miss_nothing);
    tcase_add_test(tcase, write_that_nobody_reads_is_an_error_and_no_signal);
    tcase_add_test(tcase, close_wakes_the_reader_and_those_behind_it);
    tcase_add_test(tcase, close_wakes_the_writer);
    tcase_add_test(tcase, operations_after_close_fail_and_the_last_reference_frees);
    tcase_add_test(tcase, accept_ends_when_the_listener_is_closed);
    tcase_add_test(tcase, read_ends_at_its_deadline_and_can_be_repeated);
    tcase_add_test(tcase, data_before_the_deadline_is_read);
    tcase_add_test(tcase, deadline_that_is_set_while_somebody_reads_counts);
    tcase_add_test(tcase, write_ends_at_its_deadline);
    tcase_add_test(tcase, accept_and_dial_have_deadlines);
    tcase_add_test(tcase, bad_addresses_are_errors_in_words);
    tcase_add_test(tcase, port_where_nobody_listens_refuses);
    tcase_add_test(tcase, running_out_of_descriptors_is_an_error_and_passes);
    tcase_add_test(tcase, datagrams_keep_their_bounds_and_tell_their_sender);
    tcase_add_test(tcase, regular_file_is_no_connection);
    tcase_add_test(tcase, connection_of_a_given_descriptor_reads_and_closes_it);
    tcase_add_test(tcase, threads_of_the_program_may_read_and_write);
    tcase_add_test(tcase, connection_that_is_always_ready_lets_others_run);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
