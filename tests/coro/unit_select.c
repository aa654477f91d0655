/* Select: each rule of Go's that a program can see. */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "racerun/go.h"

#include "../../lib/coro/chan.h"

#include "rest.h"

#pragma GCC diagnostic ignored "-Wshadow" /* a select within a select */

#define PANICS_WITH(words, statement)                                                              \
    ({                                                                                             \
        volatile bool same_ = false;                                                               \
        go_attempt                                                                                 \
        {                                                                                          \
            statement;                                                                             \
        }                                                                                          \
        go_rescue(caught_) same_ = strcmp(caught_->text, words) == 0;                              \
        same_;                                                                                     \
    })

static size_t waiting(void *channel)
{
    rgo_chan *c = channel;
    size_t count = 0;
    lock_take(&c->lock);
    for (const struct waiter *w = c->senders.first; w; w = w->next)
        count++;
    for (const struct waiter *w = c->receivers.first; w; w = w->next)
        count++;
    lock_release(&c->lock);
    return count;
}

static void await_waiting(void *channel, size_t count)
{
    while (waiting(channel) != count)
        rest();
}

static void await_count(_Atomic int *counter, int count)
{
    while (*counter != count)
        rest();
}

static _Atomic int finished;
static _Atomic int got;


static void send_ints(chan(int) c, int from, int to)
{
    for (int i = from; i < to; i++)
        chan_send(c, i);
}

/* ---- cases ---- */

START_TEST(the_only_ready_case_is_done)
{
    chan(int) a = chan_make(int, 1), b = chan_make(int, 1), nil = NULL;
    int x = 0, hit = 0;
    bool ok = false;
    chan_send(b, 9);
    chan_select
    {
        on_recv(a, &x) hit = 1;
        on_recv(nil, &x) hit = 2;
        on_recv(b, &x, &ok) hit = 3;
        on_send(nil, 1) hit = 4;
    }
    ck_assert(hit == 3 && x == 9 && ok);
    chan_select
    {
        on_recv(a, &x) hit = 1;
        on_send(a, 5) hit = 2;
    }
    ck_assert_int_eq(hit, 2);
    ck_assert_int_eq(chan_get(a), 5);
    chan_free(a);
    chan_free(b);
}
END_TEST

START_TEST(default_runs_when_nothing_is_ready_and_only_then)
{
    chan(int) a = chan_make(int), b = chan_make(int, 1), nil = NULL;
    int hit = 0;
    chan_select
    {
        on_recv(a) hit = 1;
        on_send(a, 1) hit = 2;
        on_recv(nil) hit = 3;
        on_default hit = 4;
    }
    ck_assert_int_eq(hit, 4);
    chan_select
    {
        on_default hit = 5;
        on_send(b, 1) hit = 6;
    }
    ck_assert_int_eq(hit, 6);
    chan_select on_default hit = 7;
    ck_assert_int_eq(hit, 7);
    ck_assert_uint_eq(waiting(a), 0);
    chan_free(a);
    chan_free(b);
}
END_TEST

static void select_two(chan(int) a, chan(int) b, int value)
{
    int x;
    chan_select
    {
        on_recv(a, &x) got = x;
        on_send(b, value) got = -1;
    }
    finished++;
}

START_TEST(whoever_comes_first_completes_a_select_that_waits)
{
    for (int way = 0; way < 2; way++) {
        chan(int) a = chan_make(int), b = chan_make(int);
        finished = 0;
        go(select_two, a, b, 33);
        await_waiting(a, 1);
        await_waiting(b, 1);
        if (way)
            chan_send(a, 44);
        else
            ck_assert_int_eq(chan_get(b), 33);
        await_count(&finished, 1);
        ck_assert_int_eq(got, way ? 44 : -1);
        ck_assert_uint_eq(waiting(a), 0);
        ck_assert_uint_eq(waiting(b), 0);
        chan_free(a);
        chan_free(b);
    }
}
END_TEST

static void select_same(chan(int) c, int value)
{
    int x;
    chan_select
    {
        on_recv(c, &x) got = x;
        on_send(c, value) got = -value;
        on_recv(c, &x) got = x;
    }
    finished++;
}

START_TEST(one_channel_in_several_cases_does_not_meet_itself)
{
    chan(int) c = chan_make(int);
    finished = 0;
    go(select_same, c, 5);
    await_waiting(c, 3);
    chan_send(c, 6);
    await_count(&finished, 1);
    ck_assert_int_eq(got, 6);
    go(select_same, c, 5);
    await_waiting(c, 3);
    ck_assert_int_eq(chan_get(c), 5);
    await_count(&finished, 2);
    go(select_same, c, 7);
    await_waiting(c, 3);
    go(select_same, c, 8); /* two of them meet */
    await_count(&finished, 4);
    ck_assert_uint_eq(waiting(c), 0);
    chan_free(c);
}
END_TEST

START_TEST(closed_channel_is_ready_to_receive_zero)
{
    chan(int) c = chan_make(int), quiet = chan_make(int);
    chan_close(c);
    int x = 5;
    bool ok = true;
    chan_select
    {
        on_recv(quiet, &x) x = 6;
        on_recv(c, &x, &ok) {}
    }
    ck_assert(!ok && x == 0);
    chan_free(c);
    chan_free(quiet);
}
END_TEST

static _Atomic int panics;

static void select_send(chan(int) c, chan(int) quiet)
{
    if (PANICS_WITH("send on closed channel", chan_select {
            on_send(c, 1) got = 1;
            on_recv(quiet) got = 2;
        }))
        panics++;
    finished++;
}

START_TEST(send_case_on_closed_channel_panics_at_once_or_later)
{
    chan(int) c = chan_make(int), quiet = chan_make(int);
    finished = panics = 0;
    go(select_send, c, quiet);
    await_waiting(c, 1);
    chan_close(c);
    await_count(&finished, 1);
    ck_assert_uint_eq(waiting(quiet), 0);
    select_send(c, quiet);
    ck_assert_int_eq(panics, 2);
    chan_free(c);
    chan_free(quiet);
}
END_TEST

static int evaluations;

static int evaluated(int x)
{
    evaluations++;
    return x;
}

static chan(int) channel_evaluated(chan(int) c)
{
    evaluations += 100;
    return c;
}

START_TEST(channels_and_values_are_evaluated_once_on_entry)
{
    chan(int) a = chan_make(int), b = chan_make(int, 1);
    int v = 1;
    evaluations = 0;
    chan_select
    {
        on_send(channel_evaluated(a), evaluated(1)) v = 2;
        on_send(channel_evaluated(b), evaluated(v + 2)) v = 3;
        on_send(NULL ? a : channel_evaluated(NULL), evaluated(4)) v = 4;
    }
    ck_assert_int_eq(evaluations, 303);
    ck_assert_int_eq(chan_get(b), 3);
    chan_free(a);
    chan_free(b);
}
END_TEST

struct big {
    long words[100];
};

static void select_big(chan(struct big) a, chan(struct big) b, long seed)
{
    struct big one = {{seed, [99] = seed}}, two = {{-seed, [99] = -seed}};
    chan_select
    {
        on_send(a, one) {}
        on_send(b, two) {}
    }
    finished++;
}

START_TEST(elements_of_send_cases_have_any_size)
{
    chan(struct big) a = chan_make(struct big), b = chan_make(struct big);
    finished = 0;
    for (long i = 1; i < 20; i++) {
        go(select_big, a, b, i);
        struct big x = i % 2 ? chan_get(a) : chan_get(b);
        await_count(&finished, (int)i);
        ck_assert_int_eq(x.words[0], i % 2 ? i : -i);
        ck_assert_int_eq(x.words[99], i % 2 ? i : -i);
    }
    chan_free(a);
    chan_free(b);
}
END_TEST

#define MANY 200

static void select_many(chan(int) * c, int *x)
{
    chan_select
    {
        for (int i = 0; i < MANY; i++)
            on_recv(c[i], x) got = i;
        on_send(c[MANY], 5) got = MANY;
    }
    finished++;
}

START_TEST(cases_in_a_loop_select_over_many_channels)
{
    static chan(int) c[MANY + 1];
    int x = 0;
    for (int i = 0; i <= MANY; i++)
        c[i] = chan_make(int);
    for (int i = 0; i <= MANY; i += 13) {
        finished = 0;
        go(select_many, c, &x);
        await_waiting(c[MANY], 1);
        if (i == MANY)
            ck_assert_int_eq(chan_get(c[i]), 5);
        else
            chan_send(c[i], i * 2);
        await_count(&finished, 1);
        ck_assert_int_eq(got, i);
        ck_assert_int_eq(x, i == MANY ? x : i * 2);
    }
    for (int i = 0; i <= MANY; i++) {
        ck_assert_uint_eq(waiting(c[i]), 0);
        chan_free(c[i]);
    }
}
END_TEST

START_TEST(too_many_cases_panic)
{
    chan(int) c = chan_make(int, 1);
    chan_select
    {
        for (int i = 0; i < RGO_SELECT_CASES_MAX; i++)
            on_send(c, i) got = i;
    }
    ck_assert_int_eq(chan_get(c), got);
    ck_assert(PANICS_WITH("select: too many cases", chan_select {
        for (int i = 0; i <= RGO_SELECT_CASES_MAX; i++)
            on_send(c, i) got = i;
    }));
    ck_assert_uint_eq(chan_len(c), 0);
    chan_free(c);
}
END_TEST

START_TEST(each_ready_case_is_as_likely_as_the_others)
{
    enum { ROUNDS = 8000 };
    chan(int) c[5];
    int hits[5] = {0};
    for (int i = 0; i < 5; i++)
        c[i] = chan_make(int, i == 3 ? 0 : ROUNDS); /* the fourth never is */
    for (int i = 0; i < ROUNDS; i++)
        for (int k = 0; k < 5; k++)
            if (k != 3)
                chan_send(c[k], k);
    for (int i = 0; i < ROUNDS; i++)
        chan_select
        {
            on_recv(c[0]) hits[0]++;
            on_recv(c[1]) hits[1]++;
            on_recv(c[2]) hits[2]++;
            on_recv(c[3]) hits[3]++;
            on_recv(c[4]) hits[4]++;
        }
    for (int k = 0; k < 5; k++) {
        /* 2000 expected, standard deviation 39: ten of them */
        ck_assert(k == 3 ? hits[k] == 0 : abs(hits[k] - ROUNDS / 4) < 390);
        chan_free(c[k]);
    }
}
END_TEST

/* ---- leaving ---- */

static int leave(chan(int) c, int way)
{
    int x;
    chan_select
    {
        on_recv(c, &x)
        {
            if (way == 0)
                break;
            if (way == 1)
                return 100 + x;
            if (way == 2)
                goto out;
            if (way == 3)
                continue;
            x = 50;
        }
    }
    return x;
out:
    return 200 + x;
}

START_TEST(break_return_goto_and_continue_leave_a_select)
{
    static const int expected[] = {0, 101, 202, 3, 50};
    chan(int) c = chan_make(int, 1);
    for (int way = 0; way < 5; way++) {
        chan_send(c, way);
        ck_assert_int_eq(leave(c, way), expected[way]);
        ck_assert_uint_eq(waiting(c), 0);
    }
    chan_free(c);
}
END_TEST

START_TEST(forever_goes_on_until_left)
{
    chan(int) c = chan_make(int), quit = chan_make(int), counts = chan_make(int, 1000);
    int sum = 0, x, sent = 0, nested = 0;
    bool ok;
    go(send_ints, c, 0, 100);
    chan_select_forever
    {
        on_recv(c, &x, &ok)
        {
            sum += x;
            if (x < 99)
                continue;
            chan_close(quit);
        }
        on_send(counts, sent)
        {
            sent++;
            chan_select
            {
                on_default nested++;
            }
        }
        on_recv(quit) break;
    }
    ck_assert_int_eq(sum, 4950);
    ck_assert_int_eq(nested, sent);
    for (int i = 0; i < sent; i++)
        ck_assert_int_eq(chan_get(counts), i); /* the value is evaluated in each round */
    chan_free(c);
    chan_free(quit);
    chan_free(counts);
}
END_TEST

/* ---- time ---- */

START_TEST(timeout_runs_when_nothing_else_came)
{
    chan(int) c = chan_make(int), full = chan_make(int, 1);
    int hit = 0;
    chan_send(full, 1);
    int64_t before = time_now();
    chan_select
    {
        on_recv(c) hit = 1;
        on_send(full, 2) hit = 2;
        on_timeout(rgo_seconds(1000)) hit = 3;
        on_timeout(rgo_ms(5)) hit = 4;
    }
    ck_assert_int_eq(hit, 4);
    ck_assert_int_ge(time_now() - before, rgo_ms(5));
    chan_select on_timeout(rgo_ms(1)) hit = 5;
    ck_assert_int_eq(hit, 5);
    chan_select
    {
        on_recv(c) hit = 1;
        on_timeout(-1) hit = 6;
    }
    ck_assert_int_eq(hit, 6);
    chan_select
    {
        on_timeout(0) hit = 7;
        on_recv(full) hit = 8;
    }
    ck_assert_int_eq(hit, 8);
    ck_assert_uint_eq(waiting(c) + waiting(full), 0);
    chan_free(c);
    chan_free(full);
}
END_TEST

static void select_patiently(chan(int) c)
{
    int x = 0;
    chan_select
    {
        on_recv(c, &x) got = x;
        on_timeout(RGO_DURATION_MAX) got = -1;
    }
    finished++;
}

START_TEST(timeout_that_is_overtaken_leaves_nothing_behind)
{
    chan(int) c = chan_make(int);
    for (int i = 0; i < 100; i++) {
        finished = 0;
        go(select_patiently, c);
        chan_send(c, i);
        await_count(&finished, 1);
        ck_assert_int_eq(got, i);
    }
    ck_assert(!timers_pending());
    chan_free(c);
}
END_TEST

static void send_many_or_time_out(chan(int) c, int count, _Atomic int *sent)
{
    for (int i = 0; i < count; i++)
        chan_select
        {
            on_send(c, i) (*sent)++;
            on_timeout(i % 7 * 1000) {}
        }
    finished++;
}

START_TEST(timeouts_and_partners_that_come_together_lose_nothing)
{
    chan(int) c = chan_make(int), over = chan_make(int);
    static _Atomic int sent;
    int received = 0;
    bool done = false;
    finished = sent = 0;
    for (int i = 0; i < 4; i++)
        go(send_many_or_time_out, c, 2000, &sent);
    while (!done)
        chan_select
        {
            on_recv(c) received++;
            on_timeout(3000) done = finished == 4;
        }
    ck_assert_int_eq(received, sent);
    ck_assert_uint_eq(waiting(c), 0);
    chan_free(c);
    chan_free(over);
}
END_TEST

/* ---- waiting for ever ---- */

static void select_none(void)
{
    chan_select {}
    finished = 1000;
}

static void select_nil(chan(int) nil)
{
    chan_select
    {
        on_recv(nil) finished = 1000;
        on_send(nil, 1) finished = 1000;
    }
}

struct search {
    enum wait_reason reason;
    size_t found;
};

static void count_reason(struct goroutine *g, void *found)
{
    struct search *search = found;
    search->found += g->state == GOROUTINE_WAITING && g->reason == search->reason;
}

static void await_reason(enum wait_reason reason)
{
    struct search search;
    do {
        rest();
        search = (struct search){.reason = reason};
        goroutine_each(count_reason, &search);
    } while (!search.found);
}

static void select_either(chan(int) a, chan(int) b)
{
    int n = 0;
    chan_select {
        on_recv(a, &n) { got = n; }
        on_recv(b, &n) { got = -n; }
    }
    finished++;
}

/* A select is decided for a; before its goroutine runs, b is used (or not) and freed. */
static void free_before_it_runs(bool used)
{
    chan(int) a = chan_make(int), b = chan_make(int, 1);
    finished = 0;
    go(select_either, a, b);
    await_waiting(a, 1);
    await_waiting(b, 1);
    rgo_chan *decided = RGO_UNTYPED_(a), *freed = RGO_UNTYPED_(b);
    struct waiter *peer = NULL;
    int value = 7;
    lock_take(&decided->lock);
    ck_assert_int_eq(chan_send_now(decided, &value, false, &value, &peer), CHAN_DONE);
    lock_release(&decided->lock);
    if (used)
        ck_assert(chan_try_send(b, 1));
    chan_free(b);
    size_t size = sizeof *freed + sizeof(int);
    void *again = malloc(size); /* the same memory, if it was free; who takes this lock never gets it */
    memset(again, 0xff, size);
    ready(peer->g, peer);
    await_count(&finished, 1);
    ck_assert_int_eq(got, 7);
    free(again);
    chan_free(a);
}

START_TEST(channel_of_a_decided_select_may_be_freed_before_that_runs)
{
    for (int i = 0; i < 20; i++) {
        free_before_it_runs(false);
        free_before_it_runs(true);
    }
}
END_TEST

START_TEST(select_without_a_case_that_can_come_waits_for_ever)
{
    finished = 0;
    go(select_none);
    await_reason(WAIT_SELECT_NONE);
    go(select_nil, NULL);
    await_reason(WAIT_SELECT);
    ck_assert_int_eq(finished, 0);
}
END_TEST

static void *thread_selects(void *argument)
{
    chan(int) *c = argument;
    int x;
    bool ok;
    chan_select_forever
    {
        on_recv(c[0], &x, &ok)
        {
            if (!ok)
                return NULL;
            chan_send(c[1], x + 1);
        }
        on_recv(c[2], &x) chan_send(c[1], x - 1);
        on_timeout(rgo_seconds(100)) return c;
    }
}

START_TEST(threads_of_the_program_may_select)
{
    chan(int) c[3] = {chan_make(int), chan_make(int), chan_make(int)};
    pthread_t thread;
    void *result = c;
    ck_assert_int_eq(pthread_create(&thread, NULL, thread_selects, c), 0);
    for (int i = 0; i < 200; i++) {
        chan_send(c[i % 2 ? 0 : 2], i);
        ck_assert_int_eq(chan_get(c[1]), i % 2 ? i + 1 : i - 1);
    }
    chan_close(c[0]);
    pthread_join(thread, &result);
    ck_assert_ptr_null(result);
    for (int i = 0; i < 3; i++)
        chan_free(c[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("select");
    TCase *tcase = tcase_create("select");
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, the_only_ready_case_is_done);
    tcase_add_test(tcase, default_runs_when_nothing_is_ready_and_only_then);
    tcase_add_test(tcase, whoever_comes_first_completes_a_select_that_waits);
    tcase_add_test(tcase, one_channel_in_several_cases_does_not_meet_itself);
    tcase_add_test(tcase, closed_channel_is_ready_to_receive_zero);
    tcase_add_test(tcase, send_case_on_closed_channel_panics_at_once_or_later);
    tcase_add_test(tcase, channels_and_values_are_evaluated_once_on_entry);
    tcase_add_test(tcase, elements_of_send_cases_have_any_size);
    tcase_add_test(tcase, cases_in_a_loop_select_over_many_channels);
    tcase_add_test(tcase, too_many_cases_panic);
    tcase_add_test(tcase, each_ready_case_is_as_likely_as_the_others);
    tcase_add_test(tcase, break_return_goto_and_continue_leave_a_select);
    tcase_add_test(tcase, forever_goes_on_until_left);
    tcase_add_test(tcase, timeout_runs_when_nothing_else_came);
    tcase_add_test(tcase, timeout_that_is_overtaken_leaves_nothing_behind);
    tcase_add_test(tcase, timeouts_and_partners_that_come_together_lose_nothing);
    tcase_add_test(tcase, channel_of_a_decided_select_may_be_freed_before_that_runs);
    tcase_add_test(tcase, select_without_a_case_that_can_come_waits_for_ever);
    tcase_add_test(tcase, threads_of_the_program_may_select);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
