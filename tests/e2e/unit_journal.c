/*
 * The reader of the journal against writers that die, stall and scribble.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "journal.h"

static struct journal journal;

static void open_journal(void)
{
    struct proto_options options = {0};
    const char *what;
    ck_assert_int_eq(journal_create(&journal, &options, "lib", &what), 0);
}

static void close_journal(void)
{
    journal_destroy(&journal);
}

/* As a process of the run does it. */
static struct proto_record *reserve(uint32_t size, uint16_t type)
{
    uint64_t at = atomic_fetch_add(&journal.control->log_end, size);
    struct proto_record *record = (struct proto_record *)((char *)journal.control + at);
    record->size = size;
    record->type = type;
    return record;
}

static void complete(struct proto_record *record)
{
    atomic_store(&record->state, RECORD_COMPLETE);
}

static void append(uint32_t size, uint32_t pid)
{
    struct proto_record *record = reserve(size, RECORD_NOTICE);
    record->pid = pid;
    complete(record);
}

/* The pid of the next record, or minus the answer. */
static int next(bool final)
{
    const struct proto_record *record;
    size_t size;
    enum journal_answer answer = journal_next(&journal, final, &record, &size);
    if (answer != JOURNAL_RECORD)
        return -(int)answer;
    ck_assert_uint_eq(size, record->size);
    return (int)record->pid;
}

START_TEST(records_come_in_order)
{
    ck_assert_int_eq(next(false), -JOURNAL_EMPTY);
    append(24, 1);
    append(4096, 2);
    ck_assert_int_eq(next(false), 1);
    ck_assert_int_eq(next(false), 2);
    ck_assert_int_eq(next(false), -JOURNAL_EMPTY);
    append(32, 3);
    ck_assert_int_eq(next(false), 3);
    ck_assert_int_eq(next(true), -JOURNAL_EMPTY);
}
END_TEST

START_TEST(a_slow_writer_is_waited_for)
{
    struct proto_record *slow = reserve(64, RECORD_NOTICE);
    append(24, 2);
    ck_assert_int_eq(next(false), -JOURNAL_TORN);
    slow->pid = 1;
    complete(slow);
    ck_assert_int_eq(next(false), 1);
    ck_assert_int_eq(next(false), 2);
}
END_TEST

START_TEST(a_dead_writers_hole_is_stepped_over)
{
    reserve(64, RECORD_FINDING);
    append(24, 2);
    reserve(64, RECORD_FINDING)->size = 0; /* died before it said how long */
    append(40, 3);
    reserve(48, RECORD_FINDING);
    ck_assert_int_eq(next(true), 2);
    ck_assert_int_eq(next(true), 3);
    ck_assert_int_eq(next(true), -JOURNAL_EMPTY);
}
END_TEST

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

START_TEST(a_stalled_writer_holds_up_nobody_for_long)
{
    int64_t began = now_ms();
    struct proto_record *stalled = reserve(64, RECORD_FINDING);
    append(24, 2);
    int answer = next(false), waits = 0;
    for (; answer == -JOURNAL_TORN && waits < 200; waits++) {
        usleep(10000);
        answer = next(false);
    }
    ck_assert_int_eq(answer, 2);
    ck_assert_int_ge(now_ms() - began, 100); /* but is given time to go on */
    ck_assert_int_eq(next(false), -JOURNAL_EMPTY);
    stalled->pid = 1; /* and is heard when it does, however late */
    complete(stalled);
    ck_assert_int_eq(next(false), 1);
    ck_assert_int_eq(next(true), -JOURNAL_EMPTY);
}
END_TEST

START_TEST(a_full_log_ends_the_reading)
{
    append(24, 1);
    atomic_store(&journal.control->log_end, UINT64_MAX - 100);
    ck_assert_int_eq(next(true), 1);
    ck_assert_int_eq(next(true), -JOURNAL_EMPTY);
}
END_TEST

/* The program overwrites parts of the journal with anything: no record reaches out of the log. */
START_TEST(scribbles_are_survived)
{
    unsigned state = 4711;
    for (int round = 0; round < 300; round++) {
        open_journal();
        for (uint32_t i = 0; i < 50; i++)
            append(24 + 8 * (i % 9), i);
        uint32_t *words = (uint32_t *)((char *)journal.control + PROTO_LOG_OFFSET);
        for (int i = 0; i < 20; i++) {
            state = state * 1664525u + 1013904223u;
            words[(state >> 8) % 700] = state & 1 ? state : (state >> 20) * 8;
        }
        int records = 0, answer;
        while ((answer = next(true)) != -JOURNAL_EMPTY)
            ck_assert_int_lt(records++, 5000);
        close_journal();
    }
}
END_TEST

START_TEST(the_last_mapping_is_noticed)
{
    int pipe_fds[2];
    char byte;
    ck_assert_int_eq(pipe(pipe_fds), 0);
    pid_t child = fork(); /* inherits the writable mapping */
    if (child == 0) {
        close(pipe_fds[1]);
        _exit(read(pipe_fds[0], &byte, 1) < 0);
    }
    journal_read_only(&journal);
    ck_assert(!journal_deserted(&journal));
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    waitpid(child, NULL, 0);
    ck_assert(journal_deserted(&journal));
    ck_assert(journal_deserted(&journal));
    ck_assert_int_eq(next(true), -JOURNAL_EMPTY); /* still readable */
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("journal"), *alone = tcase_create("scribbles");
    tcase_add_checked_fixture(cases, open_journal, close_journal);
    tcase_add_test(cases, records_come_in_order);
    tcase_add_test(cases, a_slow_writer_is_waited_for);
    tcase_add_test(cases, a_dead_writers_hole_is_stepped_over);
    tcase_add_test(cases, a_stalled_writer_holds_up_nobody_for_long);
    tcase_add_test(cases, a_full_log_ends_the_reading);
    tcase_add_test(cases, the_last_mapping_is_noticed);
    tcase_add_test(alone, scribbles_are_survived);
    Suite *suite = suite_create("journal");
    suite_add_tcase(suite, cases);
    suite_add_tcase(suite, alone);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
