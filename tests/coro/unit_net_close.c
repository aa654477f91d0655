/* Connections that end: closing with operations under way, deadlines. */
#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "net_help.h"

/* ---- closing ---- */

static void read_fails(conn *c, int want, chan(int) done)
{
    char byte;
    ssize_t got = conn_read(c, &byte, 1);
    int error = errno;
    ck_assert_int_eq(got, -1);
    ck_assert_int_eq(error, want);
    chan_send(done, 1);
}

START_TEST(close_wakes_the_reader_and_those_behind_it)
{
    conn *one, *other;
    chan(int) done = chan_make(int, 0);
    pair_make(&one, &other);
    for (int i = 0; i < 3; i++)
        go(read_fails, one, ECANCELED, done);
    await_users(one, 3); /* one waits for data, two for their turn */
    await_waiter(one, POLL_READ);
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
    go(write_fails, one, ECANCELED, done);
    await_waiter(one, POLL_WRITE);
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
    go(serve, listener_retain(l), done);
    await_waiter(&l->conn, POLL_READ);
    listener_close(l);
    (void)chan_get(done);
    chan_free(done);
}
END_TEST

static void close_it(conn *c)
{
    conn_close(c);
}

/* With one worker: it runs when the caller lets others run for the first time. */
START_TEST(close_between_the_reads_of_one_read_full_ends_it)
{
    conn *one, *other;
    char text[4];
    pair_make(&one, &other);
    ck_assert_int_eq(conn_write(other, "ab", 2), 2);
    one->streak = 63; /* after the first read it is the others' turn */
    go(close_it, one);
    ck_assert_int_eq(conn_read_full(one, text, sizeof text), -1);
    ck_assert_int_eq(errno, ECANCELED);
    conn_close(other);
}
END_TEST

START_TEST(close_while_the_receivers_name_is_looked_up_ends_the_write)
{
    conn *c = rgo_listen_packet("udp", "127.0.0.1:0");
    ck_assert_ptr_nonnull(c);
    go(close_it, c);
    ck_assert_int_eq(conn_write_to(c, "x", 1, "localhost:9"), -1);
    ck_assert_int_eq(errno, ECANCELED);
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
    conn_read_deadline(one, rgo_now() + seconds(1000));
    go(read_fails, one, ETIMEDOUT, done);
    await_waiter(one, POLL_READ);
    conn_read_deadline(one, rgo_now() + seconds(2000));
    await_waiter(one, POLL_READ);
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
    struct own_path own = own_path_make();
    char name[80];
    snprintf(name, sizeof name, "@%s", own.path);
    own_path_remove(&own);
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

int main(void)
{
    Suite *suite = suite_create("net_close");
    TCase *tcase = tcase_create("net_close");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, close_wakes_the_reader_and_those_behind_it);
    tcase_add_test(tcase, close_wakes_the_writer);
    tcase_add_test(tcase, operations_after_close_fail_and_the_last_reference_frees);
    tcase_add_test(tcase, accept_ends_when_the_listener_is_closed);
    if (rgo_procs() == 1)
        tcase_add_test(tcase, close_between_the_reads_of_one_read_full_ends_it);
    if (rgo_procs() == 1)
        tcase_add_test(tcase, close_while_the_receivers_name_is_looked_up_ends_the_write);
    tcase_add_test(tcase, read_ends_at_its_deadline_and_can_be_repeated);
    tcase_add_test(tcase, data_before_the_deadline_is_read);
    tcase_add_test(tcase, deadline_that_is_set_while_somebody_reads_counts);
    tcase_add_test(tcase, write_ends_at_its_deadline);
    tcase_add_test(tcase, accept_and_dial_have_deadlines);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
