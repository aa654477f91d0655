/*
 * Channels and select against a model that fits on a page. A driver gives goroutines random operations,
 * one at a time, and waits until each has finished or waits; the model says which of the two, with what
 * result, and whom it completes. Then the same without a model, all at once: nothing may be lost, come
 * twice or overtake.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "racerun/go.h"

#include "../../lib/coro/chan.h"

#include "rest.h"

/* ---- random numbers of the test's own ---- */

static uint64_t random_state;

static unsigned draw(unsigned below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((random_state >> 33) % below);
}

/* ---- operations ---- */

#define CHANNELS 3
#define CASES 4
#define NIL CHANNELS
#define NO_CASE (-1)

enum kind { PLAIN, TRY, SELECT, SELECT_DEFAULT, CLOSE };
enum how { DONE, CLOSED, PANIC, NOTHING };

struct one_case {
    unsigned channel;
    bool sends;
    long value;
};

struct operation {
    enum kind kind;
    unsigned count; /* of cases; 1 but for selects */
    struct one_case cases[CASES];
};

struct outcome {
    enum how how;
    int index;
    long value; /* received */
};

static chan(long) channels[CHANNELS + 1];

static struct outcome run_plain(const struct one_case *one, bool may_wait)
{
    chan(long) c = channels[one->channel];
    struct outcome outcome = {.how = DONE};
    bool ok = true;
    if (one->sends && may_wait)
        chan_send(c, one->value);
    else if (one->sends)
        outcome.how = chan_try_send(c, one->value) ? DONE : NOTHING;
    else if (may_wait)
        outcome.how = chan_recv(c, &outcome.value) ? DONE : CLOSED;
    else if (!chan_try_recv(c, &outcome.value, &ok))
        outcome.how = NOTHING;
    else
        outcome.how = ok ? DONE : CLOSED;
    return outcome;
}

static struct outcome run_select(const struct operation *operation)
{
    struct outcome outcome = {.how = DONE, .index = NO_CASE};
    long values[CASES] = {0};
    bool ok = true;
    chan_select
    {
        for (unsigned i = 0; i < operation->count; i++) {
            const struct one_case *one = &operation->cases[i];
            if (one->sends) {
                on_send(channels[one->channel], one->value) outcome.index = (int)i;
            } else {
                on_recv(channels[one->channel], &values[i], &ok) outcome.index = (int)i;
            }
        }
        if (operation->kind == SELECT_DEFAULT) {
            on_default outcome.how = NOTHING;
        }
    }
    if (!ok)
        outcome.how = CLOSED;
    if (outcome.index != NO_CASE)
        outcome.value = values[outcome.index];
    return outcome;
}

static struct outcome run(const struct operation *operation)
{
    volatile struct outcome outcome = {.how = PANIC};
    go_attempt
    {
        struct outcome result = {.how = DONE};
        if (operation->kind == CLOSE)
            chan_close(channels[operation->cases[0].channel]);
        else if (operation->kind == PLAIN || operation->kind == TRY)
            result = run_plain(&operation->cases[0], operation->kind == PLAIN);
        else
            result = run_select(operation);
        outcome = result;
    }
    go_rescue(p)
    {
        ck_assert_str_eq(p->text, operation->kind == CLOSE ? "close of closed channel"
                                                           : "send on closed channel");
    }
    return outcome;
}

/* ---- those who do them ---- */

#define PLAYERS 6

enum phase { IDLE, TOLD, FINISHED, QUIT };

struct player {
    _Atomic int phase;
    _Atomic(struct goroutine *) g;
    struct operation operation;
    struct outcome outcome;
    struct outcome expected; /* once the model has completed it */
};
static struct player players[PLAYERS];

static void play(struct player *player)
{
    player->g = goroutine_self();
    for (;;) {
        int phase;
        while ((phase = player->phase) == IDLE || phase == FINISHED)
            rest();
        if (phase == QUIT)
            break;
        player->outcome = run(&player->operation);
        player->phase = FINISHED;
    }
    player->phase = IDLE;
}

static void await_waiting(struct player *player)
{
    while (player->g->state != GOROUTINE_WAITING) {
        ck_assert_msg(player->phase != FINISHED, "it did not wait");
        rest();
    }
}

static void await_finished(struct player *player)
{
    while (player->phase != FINISHED)
        rest();
}

/* ---- the model ---- */

#define BUFFER 4

struct model {
    unsigned capacity, count;
    bool closed;
    long buffer[BUFFER];
};
static struct model models[CHANNELS];

static struct player *blocked[PLAYERS]; /* in the order in which they began to wait */
static unsigned blocked_count;
static struct player *completed[PLAYERS];
static unsigned completed_count;

/* The first case that waits on this channel in this direction. */
static struct player *blocked_find(unsigned channel, bool sends, unsigned *ret_index)
{
    for (unsigned i = 0; i < blocked_count; i++)
        for (unsigned k = 0; k < blocked[i]->operation.count; k++) {
            const struct one_case *one = &blocked[i]->operation.cases[k];
            if (one->channel == channel && one->sends == sends) {
                *ret_index = k;
                return blocked[i];
            }
        }
    return NULL;
}

static void complete(struct player *player, unsigned index, enum how how, long value)
{
    unsigned at = 0;
    while (blocked[at] != player)
        at++;
    memmove(&blocked[at], &blocked[at + 1], (--blocked_count - at) * sizeof *blocked);
    player->expected = (struct outcome){.how = how, .index = (int)index, .value = value};
    completed[completed_count++] = player;
}

static bool case_ready(const struct one_case *one)
{
    unsigned index;
    if (one->channel == NIL)
        return false;
    const struct model *m = &models[one->channel];
    if (m->closed || blocked_find(one->channel, !one->sends, &index))
        return true;
    return one->sends ? m->count < m->capacity : m->count > 0;
}

static struct outcome model_send(const struct one_case *one)
{
    struct model *m = &models[one->channel];
    unsigned index;
    if (m->closed)
        return (struct outcome){.how = PANIC};
    struct player *receiver = blocked_find(one->channel, false, &index);
    if (receiver)
        complete(receiver, index, DONE, one->value);
    else
        m->buffer[m->count++] = one->value;
    return (struct outcome){.how = DONE};
}

static struct outcome model_receive(const struct one_case *one)
{
    struct model *m = &models[one->channel];
    struct outcome outcome = {.how = DONE};
    unsigned index;
    struct player *sender = blocked_find(one->channel, true, &index);
    if (!m->count && !sender)
        return (struct outcome){.how = CLOSED};
    if (sender)
        m->buffer[m->count++] = sender->operation.cases[index].value;
    outcome.value = m->buffer[0];
    memmove(m->buffer, m->buffer + 1, --m->count * sizeof *m->buffer);
    if (sender)
        complete(sender, index, DONE, 0);
    return outcome;
}

static struct outcome model_close(unsigned channel)
{
    struct player *player;
    unsigned index;
    if (models[channel].closed)
        return (struct outcome){.how = PANIC};
    models[channel].closed = true;
    while ((player = blocked_find(channel, false, &index)))
        complete(player, index, CLOSED, 0);
    while ((player = blocked_find(channel, true, &index)))
        complete(player, index, PANIC, 0);
    return (struct outcome){.how = DONE};
}

/* What the operation must come to, given which case was drawn. */
static struct outcome model_apply(const struct operation *operation, int index)
{
    const struct one_case *one = &operation->cases[index == NO_CASE ? 0 : index];
    struct outcome expected;
    if (operation->kind == CLOSE)
        return model_close(one->channel);
    if (index == NO_CASE || !case_ready(one))
        return (struct outcome){.how = NOTHING, .index = NO_CASE};
    expected = one->sends ? model_send(one) : model_receive(one);
    expected.index = index;
    return expected;
}

static bool model_must_wait(const struct operation *operation)
{
    if (operation->kind != PLAIN && operation->kind != SELECT)
        return false;
    for (unsigned i = 0; i < operation->count; i++)
        if (case_ready(&operation->cases[i]))
            return false;
    return true;
}

static void compare(const struct operation *operation, const struct outcome *outcome,
                    const struct outcome *expected)
{
    bool selects = operation->kind == SELECT || operation->kind == SELECT_DEFAULT;
    ck_assert_int_eq(outcome->how, expected->how);
    if (outcome->how == PANIC)
        return;
    ck_assert_int_eq(outcome->value, expected->value);
    if (selects)
        ck_assert_int_eq(outcome->index, expected->index);
}

/* The case that a select in fact took: the model cannot know it. A panic does not say: any closed one. */
static int case_taken(const struct operation *operation, const struct outcome *outcome)
{
    bool any_ready = false;
    if (operation->kind < SELECT || operation->kind == CLOSE)
        return 0;
    for (unsigned i = 0; i < operation->count; i++) {
        const struct one_case *one = &operation->cases[i];
        any_ready |= case_ready(one);
        if (outcome->how == PANIC && one->sends && one->channel != NIL &&
            models[one->channel].closed)
            return (int)i;
    }
    ck_assert_msg(outcome->index != NO_CASE || !any_ready, "default although a case was ready");
    return outcome->index;
}

static void settle(void)
{
    while (completed_count) {
        struct player *player = completed[--completed_count];
        await_finished(player);
        compare(&player->operation, &player->outcome, &player->expected);
        player->phase = IDLE;
    }
    for (unsigned i = 0; i < blocked_count; i++)
        ck_assert_msg(blocked[i]->phase == TOLD, "it should still wait");
    for (unsigned i = 0; i < CHANNELS; i++) {
        ck_assert_uint_eq(chan_len(channels[i]), models[i].count);
        ck_assert_uint_eq(chan_cap(channels[i]), models[i].capacity);
    }
}

/* ---- the driver ---- */

static long next_value;

static struct operation operation_draw(bool may_wait)
{
    static const enum kind kinds[] = {PLAIN, PLAIN,  PLAIN,  PLAIN,          TRY,           TRY,
                                      SELECT, SELECT, SELECT, SELECT_DEFAULT, SELECT_DEFAULT};
    struct operation operation = {.kind = kinds[draw(sizeof kinds / sizeof *kinds)], .count = 1};
    if (draw(60) == 0)
        operation.kind = CLOSE;
    else if (!may_wait)
        operation.kind = draw(2) ? TRY : SELECT_DEFAULT;
    bool selects = operation.kind == SELECT || operation.kind == SELECT_DEFAULT;
    if (selects)
        operation.count = 1 + draw(CASES);
    for (unsigned i = 0; i < operation.count; i++) {
        operation.cases[i] = (struct one_case){
            .channel = draw(CHANNELS), .sends = draw(2), .value = ++next_value};
        if (selects && i > 0 && draw(6) == 0)
            operation.cases[i].channel = NIL;
    }
    return operation;
}

static struct player *player_idle(void)
{
    unsigned first = draw(PLAYERS);
    for (unsigned i = 0; i < PLAYERS; i++) {
        struct player *player = &players[(first + i) % PLAYERS];
        if (player->phase == IDLE)
            return player;
    }
    return NULL;
}

static void step(void)
{
    struct player *player = player_idle();
    struct operation operation = operation_draw(player != NULL);
    bool waits = model_must_wait(&operation);
    struct outcome outcome;
    if (player) {
        player->operation = operation;
        player->phase = TOLD;
        if (waits) {
            await_waiting(player);
            blocked[blocked_count++] = player;
            settle();
            return;
        }
        await_finished(player);
        outcome = player->outcome;
        player->phase = IDLE;
    } else {
        outcome = run(&operation);
    }
    struct outcome expected = model_apply(&operation, case_taken(&operation, &outcome));
    compare(&operation, &outcome, &expected);
    settle();
}

static void episode(unsigned steps)
{
    for (unsigned i = 0; i < CHANNELS; i++) {
        models[i] = (struct model){.capacity = draw(BUFFER)};
        channels[i] = chan_make(long, models[i].capacity);
    }
    while (steps--)
        step();
    for (unsigned i = 0; i < CHANNELS; i++) {
        if (models[i].closed)
            continue;
        chan_close(channels[i]);
        model_close(i);
        settle();
    }
    ck_assert_uint_eq(blocked_count, 0);
    for (unsigned i = 0; i < CHANNELS; i++)
        chan_free(channels[i]);
}

START_TEST(random_operations_do_what_the_model_says)
{
    random_state = 42 + (uint64_t)_i;
    for (unsigned i = 0; i < PLAYERS; i++)
        go(play, &players[i]);
    for (unsigned i = 0; i < PLAYERS; i++)
        while (!players[i].g)
            rest();
    for (unsigned i = 0; i < 150; i++)
        episode(50);
    for (unsigned i = 0; i < PLAYERS; i++) {
        players[i].phase = QUIT;
        while (players[i].phase != IDLE)
            rest();
        players[i].g = NULL;
    }
}
END_TEST

/* ---- all at once ---- */

#define SENDERS 4
#define RECEIVERS 3
#define VALUES 3000

static unsigned char seen[SENDERS][VALUES];
static _Atomic int senders_left, receivers_left;

static void send_all(chan(long) c, long sender)
{
    for (long i = 0; i < VALUES; i++) {
        long value = sender * VALUES + i;
        if (i % 3 == 0)
            chan_send(c, value);
        else if (i % 3 == 1)
            chan_select
            {
                on_send(c, value) {}
                on_recv((chan(long))NULL) {}
            }
        else
            while (!chan_try_send(c, value))
                rest();
    }
    senders_left--;
}

static void note(long value, long *last)
{
    long sender = value / VALUES, index = value % VALUES;
    ck_assert(sender >= 0 && sender < SENDERS);
    ck_assert_int_gt(index, last[sender]); /* one sender's values come in order */
    last[sender] = index;
    ck_assert_uint_eq(__atomic_fetch_add(&seen[sender][index], 1, __ATOMIC_SEQ_CST), 0);
}

static void receive_all(chan(long) c, int way)
{
    long last[SENDERS], value = 0;
    bool ok = true;
    memset(last, 0xff, sizeof last);
    while (ok) {
        if (way == 0)
            ok = chan_recv(c, &value);
        else if (way == 1)
            chan_select on_recv(c, &value, &ok) {}
        else
            while (!chan_try_recv(c, &value, &ok))
                rest();
        if (ok)
            note(value, last);
    }
    receivers_left--;
}

START_TEST(nothing_is_lost_doubled_or_overtaken)
{
    static const size_t capacities[] = {0, 1, 7};
    chan(long) c = chan_make(long, capacities[_i]);
    memset(seen, 0, sizeof seen);
    senders_left = SENDERS;
    receivers_left = RECEIVERS;
    for (int i = 0; i < RECEIVERS; i++)
        go(receive_all, c, i);
    for (long i = 0; i < SENDERS; i++)
        go(send_all, c, i);
    while (senders_left)
        rest();
    chan_close(c);
    while (receivers_left)
        rest();
    for (int i = 0; i < SENDERS; i++)
        for (int k = 0; k < VALUES; k++)
            ck_assert_uint_eq(seen[i][k], 1);
    chan_free(c);
}
END_TEST

#define RING 8

static chan(long) ring[RING];
static chan(bool) quit;
static _Atomic long ring_sent, ring_received;
static _Atomic int ring_left;

/* Receives from two channels and sends into two: others' selects are its partners. */
static void select_around(unsigned self, unsigned rounds)
{
    long x;
    for (unsigned i = 0; i < rounds; i++) {
        unsigned a = (self + i) % RING, b = (self + 3 * i + 1) % RING;
        chan_select
        {
            on_recv(ring[a], &x) ring_received += x;
            on_send(ring[b], (long)i) ring_sent += i;
            on_recv(ring[b], &x) ring_received += x;
            on_send(ring[a], (long)i) ring_sent += i;
            on_recv(quit) goto out;
            on_timeout(i % 16 ? RGO_DURATION_MAX : 2000) {}
        }
    }
out:
    if (--ring_left == RING / 2) /* the others may find no partners */
        chan_close(quit);
}

START_TEST(selects_that_meet_selects_keep_every_value)
{
    quit = chan_make(bool);
    ring_sent = ring_received = 0;
    ring_left = RING;
    for (size_t i = 0; i < RING; i++)
        ring[i] = chan_make(long, i % 3);
    for (unsigned i = 0; i < RING; i++)
        go(select_around, i, 2000);
    while (ring_left)
        rest();
    for (unsigned i = 0; i < RING; i++) {
        chan_close(ring[i]);
        chan_range(left, ring[i]) ring_received += left;
        chan_free(ring[i]);
    }
    ck_assert_int_eq(ring_sent, ring_received);
    chan_free(quit);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chan_model");
    TCase *tcase = tcase_create("chan_model");
    tcase_set_timeout(tcase, 240);
    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, random_operations_do_what_the_model_says, 0, 3);
    tcase_add_loop_test(tcase, nothing_is_lost_doubled_or_overtaken, 0, 3);
    tcase_add_test(tcase, selects_that_meet_selects_keep_every_value);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
