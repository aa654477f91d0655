/* Channels: each rule of Go's that a program can see. */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "racerun/go.h"

#include "../../lib/coro/chan.h"

#include "rest.h"

/* ---- who waits where ---- */

static size_t waiting(rgo_chan *c, const struct waiters *list)
{
    size_t count = 0;
    lock_take(&c->lock);
    for (const struct waiter *w = list->first; w; w = w->next)
        count++;
    lock_release(&c->lock);
    return count;
}

static void await_senders(void *channel, size_t count)
{
    rgo_chan *c = channel;
    while (waiting(c, &c->senders) != count)
        rest();
}

static void await_receivers(void *channel, size_t count)
{
    rgo_chan *c = channel;
    while (waiting(c, &c->receivers) != count)
        rest();
}

static void await_count(_Atomic int *counter, int count)
{
    while (*counter != count)
        rest();
}

/* Whether the statement panics with these words. */
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

/* ---- rendezvous and buffer ---- */

static void send_ints(chan(int) c, int from, int to)
{
    for (int i = from; i < to; i++)
        chan_send(c, i);
}

START_TEST(receiver_that_waits_is_handed_the_value)
{
    chan(int) c = chan_make(int), back = chan_make(int, 1);
    void forward(chan(int) from, chan(int) to);
    go(forward, c, back);
    await_receivers(c, 1);
    chan_send(c, 7);
    ck_assert_int_eq(chan_get(back), 7);
    ck_assert_uint_eq(chan_len(c), 0);
    ck_assert_uint_eq(chan_cap(c), 0);
    chan_free(c);
    chan_free(back);
}
END_TEST

void forward(chan(int) from, chan(int) to);
void forward(chan(int) from, chan(int) to)
{
    chan_send(to, chan_get(from));
}

START_TEST(sender_that_waits_gives_its_value_to_the_receiver)
{
    chan(int) c = chan_make(int);
    go(send_ints, c, 5, 6);
    await_senders(c, 1);
    int x = 0;
    ck_assert(chan_recv(c, &x));
    ck_assert_int_eq(x, 5);
    chan_free(c);
}
END_TEST

START_TEST(buffer_is_first_in_first_out_over_many_wraps)
{
    chan(int) c = chan_make(int, 3);
    int sent = 0, received = 0;
    for (int round = 0; round < 50; round++) {
        int burst = 1 + round % 3;
        for (int i = 0; i < burst; i++)
            chan_send(c, sent++);
        ck_assert_uint_eq(chan_len(c), (size_t)burst);
        ck_assert_uint_eq(chan_cap(c), 3);
        for (int i = 0; i < burst; i++)
            ck_assert_int_eq(chan_get(c), received++);
    }
    chan_free(c);
}
END_TEST

START_TEST(senders_that_wait_for_room_come_in_their_order)
{
    chan(int) c = chan_make(int, 2);
    send_ints(c, 0, 2);
    for (int i = 2; i < 6; i++) {
        go(send_ints, c, i, i + 1);
        await_senders(c, (size_t)i - 1);
    }
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(chan_len(c), (size_t)(i < 4 ? 2 : 6 - i));
        ck_assert_int_eq(chan_get(c), i);
    }
    chan_free(c);
}
END_TEST

static _Atomic int finished;
static int order[8];

static void receive_ranked(chan(int) c, int rank)
{
    order[rank] = chan_get(c);
    finished++;
}

START_TEST(receivers_that_wait_are_served_in_their_order)
{
    for (size_t capacity = 0; capacity < 3; capacity++) {
        chan(int) c = chan_make(int, capacity);
        finished = 0;
        for (int i = 0; i < 5; i++) {
            go(receive_ranked, c, i);
            await_receivers(c, (size_t)i + 1);
        }
        send_ints(c, 10, 15);
        await_count(&finished, 5);
        for (int i = 0; i < 5; i++)
            ck_assert_int_eq(order[i], 10 + i);
        ck_assert_uint_eq(chan_len(c), 0);
        chan_free(c);
    }
}
END_TEST

START_TEST(destination_may_be_null)
{
    chan(int) c = chan_make(int, 1);
    chan_send(c, 1);
    ck_assert(chan_recv(c, NULL));
    go(send_ints, c, 1, 4);
    await_senders(c, 1);
    ck_assert(chan_recv(c, NULL));
    ck_assert(chan_recv(c, NULL));
    ck_assert(chan_recv(c, NULL));
    chan_close(c);
    ck_assert(!chan_recv(c, NULL));
    chan_free(c);
}
END_TEST

/* ---- elements of all sizes ---- */

static void fill(unsigned char *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(seed * 31 + i * 7 + 1);
}

static void send_filled(rgo_chan *c, size_t size, unsigned seed)
{
    unsigned char bytes[5000];
    fill(bytes, size, seed);
    rgo_chan_send_(c, bytes);
}

static void receive_filled(rgo_chan *c, size_t size, unsigned seed)
{
    unsigned char bytes[5001], expected[5000];
    memset(bytes, 0xee, sizeof bytes);
    fill(expected, size, seed);
    ck_assert(rgo_chan_recv_(c, bytes));
    ck_assert(memcmp(bytes, expected, size) == 0);
    ck_assert_uint_eq(bytes[size], 0xee);
    finished++;
}

START_TEST(elements_have_any_size)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 9, 16, 24, 100, 4096, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t capacity = 0; capacity < 3; capacity++) {
            rgo_chan *c = rgo_chan_new(sizes[i], capacity);
            finished = 0;
            go(receive_filled, c, sizes[i], 1);
            await_receivers(c, 1);
            send_filled(c, sizes[i], 1);
            await_count(&finished, 1);
            for (size_t k = 0; k <= capacity; k++)
                go(send_filled, c, sizes[i], 2);
            await_senders(c, 1);
            ck_assert_uint_eq(rgo_chan_len_(c), capacity);
            for (size_t k = 0; k <= capacity; k++)
                receive_filled(c, sizes[i], 2);
            unsigned char zero[5000];
            memset(zero, 1, sizeof zero);
            rgo_chan_close_(c);
            ck_assert(!rgo_chan_recv_(c, zero));
            for (size_t k = 0; k < sizeof zero; k++)
                ck_assert_uint_eq(zero[k], k >= sizes[i]);
            rgo_chan_free_(c);
        }
}
END_TEST

static void answer_once(chan(chan(int)) requests)
{
    chan_send(chan_get(requests), 99);
}

START_TEST(channels_go_through_channels)
{
    chan(chan(int)) requests = chan_make(chan(int));
    chan(int) reply = chan_make(int);
    go(answer_once, requests);
    chan_send(requests, reply);
    ck_assert_int_eq(chan_get(reply), 99);
    chan_free(requests);
    chan_free(reply);
}
END_TEST

/* ---- close ---- */

START_TEST(what_is_buffered_can_be_received_after_close_then_zero)
{
    chan(int) c = chan_make(int, 4);
    send_ints(c, 1, 4);
    chan_close(c);
    ck_assert_uint_eq(chan_len(c), 3);
    int x;
    for (int i = 1; i < 4; i++) {
        ck_assert(chan_recv(c, &x));
        ck_assert_int_eq(x, i);
    }
    for (int i = 0; i < 3; i++) {
        x = 5;
        ck_assert(!chan_recv(c, &x));
        ck_assert_int_eq(x, 0);
    }
    ck_assert_int_eq(chan_get(c), 0);
    chan_free(c);
}
END_TEST

START_TEST(range_ends_when_closed_and_drained)
{
    chan(int) c = chan_make(int, 8);
    send_ints(c, 0, 6);
    chan_close(c);
    int sum = 0, rounds = 0;
    chan_range(v, c)
    {
        rounds++;
        if (v == 1)
            continue;
        sum += v;
    }
    ck_assert_int_eq(sum, 14);
    ck_assert_int_eq(rounds, 6);
    chan_free(c);
}
END_TEST

START_TEST(range_evaluates_its_channel_once_and_can_be_left)
{
    chan(int) c[2] = {chan_make(int, 4), NULL};
    send_ints(c[0], 0, 3);
    int at = 0, last = -1;
    chan_range(v, c[at++])
    {
        last = v;
        if (v == 1)
            break;
    }
    ck_assert_int_eq(at, 1);
    ck_assert_int_eq(last, 1);
    ck_assert_uint_eq(chan_len(c[0]), 1);
    chan_free(c[0]);
}
END_TEST

static _Atomic int zeros, panics;

static void receive_closed(chan(int) c)
{
    int x = 5;
    if (!chan_recv(c, &x) && x == 0)
        zeros++;
    finished++;
}

START_TEST(close_wakes_all_receivers_with_zero)
{
    chan(int) c = chan_make(int);
    finished = zeros = 0;
    for (int i = 0; i < 20; i++)
        go(receive_closed, c);
    await_receivers(c, 20);
    chan_close(c);
    await_count(&finished, 20);
    ck_assert_int_eq(zeros, 20);
    chan_free(c);
}
END_TEST

static void send_to_be_closed(chan(int) c)
{
    if (PANICS_WITH("send on closed channel", chan_send(c, 1)))
        panics++;
    finished++;
}

START_TEST(close_makes_all_senders_that_wait_panic)
{
    chan(int) c = chan_make(int, 1);
    finished = panics = 0;
    chan_send(c, 42);
    for (int i = 0; i < 20; i++)
        go(send_to_be_closed, c);
    await_senders(c, 20);
    chan_close(c);
    await_count(&finished, 20);
    ck_assert_int_eq(panics, 20);
    int x;
    ck_assert(chan_recv(c, &x)); /* what was buffered is not lost */
    ck_assert_int_eq(x, 42);
    ck_assert(!chan_recv(c, &x));
    chan_free(c);
}
END_TEST

START_TEST(misuse_panics_in_the_words_of_go)
{
    chan(int) c = chan_make(int, 1), nil = NULL;
    chan_send(c, 3);
    chan_close(c);
    ck_assert(PANICS_WITH("send on closed channel", chan_send(c, 1)));
    ck_assert(PANICS_WITH("send on closed channel", chan_try_send(c, 1)));
    ck_assert(PANICS_WITH("close of closed channel", chan_close(c)));
    ck_assert(PANICS_WITH("close of nil channel", chan_close(nil)));
    ck_assert_int_eq(chan_get(c), 3); /* the panics left it as it was */
    ck_assert_int_eq(chan_get(c), 0);
    chan_free(c);
    chan_free(nil);
}
END_TEST

START_TEST(absurd_sizes_panic)
{
    const char *words = "makechan: size out of range";
    ck_assert(PANICS_WITH(words, rgo_chan_new(8, SIZE_MAX)));
    ck_assert(PANICS_WITH(words, rgo_chan_new(8, SIZE_MAX / 8)));
    ck_assert(PANICS_WITH(words, rgo_chan_new(SIZE_MAX, 1)));
    ck_assert(PANICS_WITH(words, rgo_chan_new(0, SIZE_MAX)));
    ck_assert(PANICS_WITH(words, rgo_chan_new(1, PTRDIFF_MAX)));
    ck_assert(PANICS_WITH(words, (void)chan_make(int, -1)));
    rgo_chan_free_(rgo_chan_new(SIZE_MAX, 0)); /* no slots, no memory */
}
END_TEST

START_TEST(free_while_somebody_waits_panics)
{
    chan(int) c = chan_make(int);
    go(send_ints, c, 1, 2);
    await_senders(c, 1);
    ck_assert(PANICS_WITH("free of a channel that goroutines wait on", chan_free(c)));
    ck_assert_int_eq(chan_get(c), 1);
    chan_free(c);
}
END_TEST

/* ---- without waiting; nil ---- */

START_TEST(try_does_what_can_be_done_and_nothing_else)
{
    chan(int) c = chan_make(int, 1), u = chan_make(int);
    int x = 5;
    bool ok = false;
    ck_assert(!chan_try_recv(c, &x, &ok));
    ck_assert(chan_try_send(c, 8));
    ck_assert(!chan_try_send(c, 9));
    ck_assert(chan_try_recv(c, &x, &ok));
    ck_assert(ok && x == 8);
    ck_assert(!chan_try_recv(c, &x));
    ck_assert(!chan_try_send(u, 1));
    go(send_ints, u, 3, 4);
    await_senders(u, 1);
    ck_assert(chan_try_recv(u, &x));
    ck_assert_int_eq(x, 3);
    finished = 0;
    go(receive_ranked, u, 0);
    await_receivers(u, 1);
    ck_assert(chan_try_send(u, 77));
    await_count(&finished, 1);
    ck_assert_int_eq(order[0], 77);
    chan_close(u);
    ck_assert(chan_try_recv(u, &x, &ok));
    ck_assert(!ok && x == 0);
    chan_free(c);
    chan_free(u);
}
END_TEST

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

START_TEST(nil_channel_is_never_ready)
{
    chan(int) nil = NULL;
    int x = 4;
    ck_assert(!chan_try_send(nil, 1));
    ck_assert(!chan_try_recv(nil, &x));
    ck_assert_int_eq(x, 4);
    ck_assert_uint_eq(chan_len(nil), 0);
    ck_assert_uint_eq(chan_cap(nil), 0);
    go(send_ints, nil, 0, 1);
    await_reason(WAIT_CHAN_SEND_NIL);
    go(receive_closed, nil);
    await_reason(WAIT_CHAN_RECV_NIL);
}
END_TEST

/* ---- threads of the program's own ---- */

static void *thread_doubles(void *argument)
{
    chan(int) *c = argument;
    chan_range(v, c[0]) chan_send(c[1], 2 * v);
    chan_close(c[1]);
    return NULL;
}

START_TEST(threads_of_the_program_may_wait_too)
{
    for (size_t capacity = 0; capacity < 3; capacity++) {
        chan(int) c[2] = {chan_make(int, capacity), chan_make(int, capacity)};
        pthread_t thread;
        ck_assert_int_eq(pthread_create(&thread, NULL, thread_doubles, c), 0);
        for (int i = 0; i < 300; i++) {
            chan_send(c[0], i);
            ck_assert_int_eq(chan_get(c[1]), 2 * i);
        }
        chan_close(c[0]);
        ck_assert(!chan_recv(c[1], NULL));
        pthread_join(thread, NULL);
        chan_free(c[0]);
        chan_free(c[1]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chan");
    TCase *tcase = tcase_create("chan");
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, receiver_that_waits_is_handed_the_value);
    tcase_add_test(tcase, sender_that_waits_gives_its_value_to_the_receiver);
    tcase_add_test(tcase, buffer_is_first_in_first_out_over_many_wraps);
    tcase_add_test(tcase, senders_that_wait_for_room_come_in_their_order);
    tcase_add_test(tcase, receivers_that_wait_are_served_in_their_order);
    tcase_add_test(tcase, destination_may_be_null);
    tcase_add_test(tcase, elements_have_any_size);
    tcase_add_test(tcase, channels_go_through_channels);
    tcase_add_test(tcase, what_is_buffered_can_be_received_after_close_then_zero);
    tcase_add_test(tcase, range_ends_when_closed_and_drained);
    tcase_add_test(tcase, range_evaluates_its_channel_once_and_can_be_left);
    tcase_add_test(tcase, close_wakes_all_receivers_with_zero);
    tcase_add_test(tcase, close_makes_all_senders_that_wait_panic);
    tcase_add_test(tcase, misuse_panics_in_the_words_of_go);
    tcase_add_test(tcase, absurd_sizes_panic);
    tcase_add_test(tcase, free_while_somebody_waits_panics);
    tcase_add_test(tcase, try_does_what_can_be_done_and_nothing_else);
    tcase_add_test(tcase, nil_channel_is_never_ready);
    tcase_add_test(tcase, threads_of_the_program_may_wait_too);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
