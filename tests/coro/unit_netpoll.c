/* The readiness of one side, step by step, and the waiting of the scheduler. */
#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* First: its names and the short ones of the public headers do not mix in the other order. */
#include "../../lib/coro/netpoll.h"

#include "racerun/go.h"

#include "expect.h"

/* Before anything was registered. */
START_TEST(without_descriptors_there_is_nothing_to_wait_in)
{
    ck_assert(!netpoll_run(0));
    ck_assert(!netpoll_run(TIME_NEVER));
    netpoll_wake();
    ck_assert_uint_eq(netpoll_waiting(), 0);
}
END_TEST

static struct poll_desc *desc;
static int fds[2];

static void pair_open(bool exact)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    desc = poll_open(fds[0], exact, &fds);
    ck_assert_ptr_nonnull(desc);
    netpoll_run(0); /* the first event: it can be written to */
}

static void pair_done(void)
{
    bool last;
    ck_assert_int_eq(poll_close(desc, &last), 0);
    ck_assert(last);
    ck_assert_int_eq(poll_close(desc, &last), ECANCELED);
    ck_assert(!last);
    poll_finish(desc);
    poll_free(desc);
    close(fds[1]);
}

START_TEST(new_descriptor_is_ready_and_an_attempt_makes_it_unready)
{
    bool last;
    pair_open(true);
    ck_assert(desc->side[POLL_READ].ready);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), 0);
    ck_assert(!desc->side[POLL_READ].ready);
    ck_assert(!poll_end(desc, POLL_READ, true));
    ck_assert(!desc->side[POLL_READ].ready);
    pair_done();
}
END_TEST

START_TEST(event_during_an_attempt_is_not_lost)
{
    bool last;
    pair_open(true);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    netpoll_run(0);
    ck_assert(desc->side[POLL_READ].ready);
    ck_assert_int_eq(poll_wait(desc, POLL_READ, NULL), 0); /* returns at once */
    ck_assert(!desc->side[POLL_READ].ready);
    poll_end(desc, POLL_READ, true);
    pair_done();
}
END_TEST

START_TEST(what_may_not_be_emptied_stays_ready)
{
    bool last;
    pair_open(false); /* not exact */
    poll_begin(desc, POLL_READ, NULL, &last);
    poll_end(desc, POLL_READ, true);
    ck_assert(desc->side[POLL_READ].ready);
    pair_done();
    pair_open(true);
    poll_begin(desc, POLL_READ, NULL, &last);
    poll_end(desc, POLL_READ, false); /* there may be more */
    ck_assert(desc->side[POLL_READ].ready);
    shutdown(fds[1], SHUT_WR); /* the end is told once */
    netpoll_run(0);
    ck_assert(desc->sticky);
    poll_begin(desc, POLL_READ, NULL, &last);
    poll_end(desc, POLL_READ, true);
    ck_assert(desc->side[POLL_READ].ready);
    pair_done();
}
END_TEST

static void write_one(void)
{
    ck_assert_uint_eq(netpoll_waiting(), 1);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
}

START_TEST(waiter_gets_the_event_itself)
{
    bool last;
    pair_open(true);
    poll_begin(desc, POLL_READ, NULL, &last);
    go(write_one);
    ck_assert_int_eq(poll_wait(desc, POLL_READ, NULL), 0);
    ck_assert(!desc->side[POLL_READ].ready);
    ck_assert_uint_eq(netpoll_waiting(), 0);
    poll_end(desc, POLL_READ, false);
    pair_done();
}
END_TEST

START_TEST(closing_waits_for_those_who_use_it)
{
    bool last;
    pair_open(true);
    ck_assert_int_eq(poll_use(desc), 0);
    ck_assert_int_eq(poll_begin(desc, POLL_WRITE, NULL, &last), 0);
    ck_assert_int_eq(poll_close(desc, &last), 0);
    ck_assert(!last);
    ck_assert_int_eq(poll_use(desc), ECANCELED);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), ECANCELED);
    ck_assert(!last);
    ck_assert_int_eq(poll_wait(desc, POLL_WRITE, NULL), ECANCELED);
    ck_assert(!poll_end(desc, POLL_WRITE, false));
    ck_assert_int_ge(fcntl(fds[0], F_GETFD), 0); /* still there */
    ck_assert(poll_unuse(desc));
    poll_finish(desc);
    poll_free(desc);
    ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
    close(fds[1]);
}
END_TEST

START_TEST(passed_deadline_fails_even_if_ready)
{
    bool last;
    pair_open(true);
    poll_deadline(desc, POLL_READ, 1);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), ETIMEDOUT);
    ck_assert(!last);
    ck_assert(!desc->side[POLL_READ].busy);
    ck_assert_uint_eq(desc->users, 0);
    poll_deadline(desc, POLL_READ, -5);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), ETIMEDOUT);
    poll_deadline(desc, POLL_READ, TIME_NEVER);
    ck_assert_int_eq(poll_begin(desc, POLL_READ, NULL, &last), 0);
    poll_end(desc, POLL_READ, true);
    pair_done();
}
END_TEST

START_TEST(wake_ends_the_waiting_each_time)
{
    pair_open(true);
    for (int i = 0; i < 3; i++) {
        netpoll_wake();
        ck_assert(netpoll_run(TIME_NEVER));
    }
    int64_t until = time_now() + 3000000;
    ck_assert(netpoll_run(until));
    ck_assert(time_now() >= until);
    pair_done();
}
END_TEST

START_TEST(regular_file_cannot_be_waited_for)
{
    int fd = open("/proc/self/exe", O_RDONLY);
    ck_assert_ptr_null(poll_open(fd, false, NULL));
    ck_assert_int_eq(errno, EPERM);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("netpoll");
    TCase *tcase = tcase_create("netpoll");
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, without_descriptors_there_is_nothing_to_wait_in);
    tcase_add_test(tcase, new_descriptor_is_ready_and_an_attempt_makes_it_unready);
    tcase_add_test(tcase, closing_waits_for_those_who_use_it);
    tcase_add_test(tcase, passed_deadline_fails_even_if_ready);
    tcase_add_test(tcase, regular_file_cannot_be_waited_for);
    if (rgo_procs() == 1) { /* other workers would fetch the events */
        tcase_add_test(tcase, event_during_an_attempt_is_not_lost);
        tcase_add_test(tcase, what_may_not_be_emptied_stays_ready);
        tcase_add_test(tcase, waiter_gets_the_event_itself);
        tcase_add_test(tcase, wake_ends_the_waiting_each_time);
    }
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
