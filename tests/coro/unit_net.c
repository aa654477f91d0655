/* Connections that work: echo servers of all sizes, big transfers, ends, threads, turns. */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "net_help.h"

/* ---- echo ---- */

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
    struct own_path own = own_path_make();
    echo_run("unix", own.path, 50, 20, false);
    ck_assert_int_eq(access(own.path, F_OK), -1); /* the listener took it with it */
    own_path_remove(&own);
    char name[80];
    snprintf(name, sizeof name, "@%s", own.path);
    echo_run("unix", name, 50, 20, false);
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

/* ---- threads ---- */

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

/* ---- taking turns ---- */

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

#define PLENTY 150 /* more than may be done in a row, and than the kernel keeps for a socket */

static void other_begin(void)
{
    other_ran = false;
    go(other_run);
}

START_TEST(accepting_what_has_come_lets_others_run)
{
    conn *clients[PLENTY];
    listener *l = net_listen("tcp", "127.0.0.1:0");
    for (int i = 0; i < PLENTY; i++) {
        clients[i] = net_dial("tcp", listener_address(l), 0);
        ck_assert_ptr_nonnull(clients[i]);
    }
    other_begin();
    for (int i = 0; i < PLENTY; i++) {
        if (i == PLENTY - 1 && rgo_procs() == 1)
            ck_assert(other_ran);
        conn_close(listener_accept(l));
        conn_close(clients[i]);
    }
    listener_close(l);
}
END_TEST

START_TEST(datagrams_one_after_another_let_others_run)
{
    char byte;
    conn *c = rgo_listen_packet("udp", "127.0.0.1:0");
    const char *to = conn_local(c);
    other_begin();
    for (int i = 0; i < PLENTY; i++)
        ck_assert_int_eq(conn_write_to(c, "x", 1, to), 1);
    ck_assert(other_ran || rgo_procs() > 1);
    other_begin();
    for (int i = 0; i < PLENTY - 1; i++)
        ck_assert_int_eq(conn_read_from(c, &byte, 1, NULL, 0), 1);
    ck_assert(other_ran || rgo_procs() > 1);
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
    tcase_add_test(tcase, big_transfer_through_a_small_socket_buffer_arrives_whole);
    tcase_add_test(tcase, big_transfer_through_a_pair_and_a_pipe_arrives_whole);
    tcase_add_test(tcase, half_closed_connection_still_reads);
    tcase_add_test(tcase, data_and_end_that_came_together_are_both_read);
    tcase_add_test(tcase, reads_of_just_what_has_come_leave_nothing_behind_and_miss_nothing);
    tcase_add_test(tcase, write_that_nobody_reads_is_an_error_and_no_signal);
    tcase_add_test(tcase, threads_of_the_program_may_read_and_write);
    tcase_add_test(tcase, connection_that_is_always_ready_lets_others_run);
    tcase_add_test(tcase, accepting_what_has_come_lets_others_run);
    tcase_add_test(tcase, datagrams_one_after_another_let_others_run);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
