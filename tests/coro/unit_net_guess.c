/* Reads that got just what they asked for, and guess whether there is more (conn.c). */
#include <check.h>
#include <sys/ioctl.h>

#include "net_help.h"

#define MESSAGE 4
#define ROUNDS 200

static void read_message(conn *c, int wanted)
{
    int got;
    ck_assert_int_eq(conn_read_full(c, &got, MESSAGE), MESSAGE);
    ck_assert_int_eq(got, wanted);
}

static void write_message(conn *c, int message)
{
    ck_assert_int_eq(conn_write(c, &message, MESSAGE), MESSAGE);
}

/* ---- what is left is had without an event ---- */

START_TEST(what_a_read_leaves_is_there_for_the_next)
{
    conn *from, *to;
    pair_make(&from, &to);
    for (int trust = -1; trust <= 1; trust++) { /* they ask, or guess */
        int messages[3] = {1, 2, 3};
        to->trust = (int8_t)(trust < 0 ? -100 : trust);
        ck_assert_int_eq(conn_write(from, messages, sizeof messages), sizeof messages);
        for (int i = 1; i <= 3; i++)
            read_message(to, i);
    }
    conn_close(from);
    conn_close(to);
}
END_TEST

START_TEST(what_came_long_ago_is_read_without_waiting_for_others)
{
    enum { MESSAGES = 256, TURNS = 2 * MESSAGES / 64 + 2 };
    conn *from, *to;
    int messages[MESSAGES], here = 0;
    pair_make(&from, &to);
    for (int i = 0; i < MESSAGES; i++)
        messages[i] = i;
    ck_assert_int_eq(conn_write(from, messages, sizeof messages), sizeof messages);
    while (here < (int)sizeof messages) {
        ck_assert_int_eq(ioctl(conn_fd(to), FIONREAD, &here), 0);
        go_yield();
    }
    uint32_t before = worker_self()->tick;
    for (int i = 0; i < MESSAGES; i++)
        read_message(to, i);
    ck_assert_uint_le(worker_self()->tick - before, TURNS);
    conn_close(from);
    conn_close(to);
}
END_TEST

START_TEST(the_end_comes_after_a_guess)
{
    conn *from, *to;
    char more;
    pair_make(&from, &to);
    write_message(from, 1);
    read_message(to, 1);
    ck_assert(to->guessed);
    conn_close(from);
    ck_assert_int_eq(conn_read(to, &more, 1), 0);
    conn_close(to);
}
END_TEST

/* ---- in step ---- */

static void answer(conn *c, chan(int) done)
{
    for (int i = 0; i < ROUNDS; i++) {
        read_message(c, i);
        write_message(c, -i);
    }
    chan_send(done, 0);
}

static void ask(conn *c, chan(int) done)
{
    for (int i = 0; i < ROUNDS; i++) {
        write_message(c, i);
        read_message(c, -i);
    }
    chan_send(done, 0);
}

START_TEST(all_that_is_said_in_step_arrives)
{
    enum { PAIRS = 8 };
    chan(int) done = chan_make(int);
    conn *ends[PAIRS][2];
    for (int i = 0; i < PAIRS; i++) {
        pair_make(&ends[i][0], &ends[i][1]);
        go(answer, ends[i][0], done);
        go(ask, ends[i][1], done);
    }
    for (int i = 0; i < 2 * PAIRS; i++)
        (void)chan_get(done);
    for (int i = 0; i < PAIRS; i++) {
        conn_close(ends[i][0]);
        conn_close(ends[i][1]);
    }
    chan_free(done);
}
END_TEST

/* ---- out of step ---- */

static struct goroutine *_Atomic reader;
static _Atomic int reads;

static void read_all(conn *c, chan(int) done)
{
    reader = goroutine_self();
    for (int i = 0; i < ROUNDS; i++) {
        read_message(c, i);
        reads++;
    }
    chan_send(done, 0);
}

/* Until it has read so many, and waits for the next. */
static void reader_await(int count)
{
    while (!reader || reads < count || atomic_load(&reader->state) != GOROUTINE_WAITING ||
           reader->reason != WAIT_IO)
        go_yield();
}

START_TEST(an_answer_that_never_comes_at_once_makes_reads_ask)
{
    conn *from, *to;
    bool asked = false;
    chan(int) done = chan_make(int);
    pair_make(&from, &to);
    reader = NULL;
    go(read_all, to, done);
    for (int i = 0; i < ROUNDS; i++) {
        reader_await(i); /* so its guess, if it made one, has failed */
        asked = asked || to->trust < 0;
        write_message(from, i);
    }
    (void)chan_get(done);
    ck_assert(asked);
    conn_close(from);
    conn_close(to);
    chan_free(done);
}
END_TEST

/* ---- others close, or set a deadline, while a guess lets them run ---- */

static void read_two(conn *c, chan(int) first, chan(int) second)
{
    int got;
    read_message(c, 1);
    chan_send(first, 0);
    ssize_t result = conn_read(c, &got, MESSAGE);
    chan_send(second, result < 0 ? errno : (int)result);
}

START_TEST(a_close_ends_a_read_that_lets_others_run)
{
    chan(int) first = chan_make(int, 1), second = chan_make(int, 1);
    for (int i = 0; i < 50; i++) {
        conn *from, *to;
        pair_make(&from, &to);
        conn_retain(to);
        go(read_two, to, first, second);
        write_message(from, 1);
        (void)chan_get(first);
        for (int j = 0; j < i % 3; j++)
            go_yield();
        conn_close(to);
        ck_assert_int_eq(chan_get(second), ECANCELED);
        conn_release(to);
        conn_close(from);
    }
    chan_free(first);
    chan_free(second);
}
END_TEST

START_TEST(a_deadline_counts_after_a_guess)
{
    conn *from, *to;
    int got;
    pair_make(&from, &to);
    write_message(from, 1);
    read_message(to, 1);
    ck_assert(to->guessed);
    conn_read_deadline(to, time_now() + 1000000);
    ck_assert_int_eq(conn_read(to, &got, MESSAGE), -1);
    ck_assert_int_eq(errno, ETIMEDOUT);
    conn_read_deadline(to, 0);
    write_message(from, 2);
    read_message(to, 2);
    conn_close(from);
    conn_close(to);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net_guess");
    TCase *tcase = tcase_create("net_guess");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, what_a_read_leaves_is_there_for_the_next);
    tcase_add_test(tcase, what_came_long_ago_is_read_without_waiting_for_others);
    tcase_add_test(tcase, the_end_comes_after_a_guess);
    tcase_add_test(tcase, all_that_is_said_in_step_arrives);
    tcase_add_test(tcase, an_answer_that_never_comes_at_once_makes_reads_ask);
    tcase_add_test(tcase, a_close_ends_a_read_that_lets_others_run);
    tcase_add_test(tcase, a_deadline_counts_after_a_guess);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures != 0;
}
