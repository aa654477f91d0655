/* Stress scenarios: goroutines and channels; see stress.c. */
#include "stress.h"

#include <errno.h>
#include <string.h>

/* ---- spawning ---- */

struct pair {
    int64_t a;
    double b;
};

static void adds(int64_t *sum, int a, double b, struct pair pair, waitgroup *wg, short c)
{
    errno = a & 63;
    if (a % 3 == 0)
        go_yield();
    CHECK(errno == (a & 63));
    rgo_atomic_add(sum, a + (int64_t)b + pair.a + (int64_t)pair.b + c);
    if (a % 7 == 0) {
        waitgroup_done(wg);
        go_exit();
    }
    waitgroup_done(wg);
}

void stress_spawns(struct random *random)
{
    int count = between(random, 1, 300);
    int64_t sum = 0, expected = 0;
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++) {
        struct pair pair = {i, i * 2.0};
        go_attr large = {.name = "large", .stack_size = 256 << 10};
        if (i % 50 == 49)
            go_with(&large, adds, &sum, i, 1.5, pair, &wg, (short)-i);
        else
            go(adds, &sum, i, 1.5, pair, &wg, (short)-i);
        expected += i + 1 + 3 * (int64_t)i - i;
    }
    waitgroup_wait(&wg);
    CHECK(sum == expected);
}

static void recurses(int depth, chan(int) done)
{
    if (depth == 0) {
        chan_send(done, 1);
        return;
    }
    go(recurses, depth - 1, done);
    go(recurses, depth - 1, done);
}

void stress_trees(struct random *random)
{
    int depth = between(random, 1, 7);
    chan(int) done = chan_make(int, between(random, 0, 4));
    go(recurses, depth, done);
    for (int i = 0; i < 1 << depth; i++)
        CHECK(chan_get(done) == 1);
    chan_free(done);
}

/* ---- channels ---- */

static void produces(chan(int64_t) c, int from, int count, waitgroup *wg)
{
    for (int i = from; i < from + count; i++)
        chan_send(c, i);
    waitgroup_done(wg);
}

static void consumes(chan(int64_t) c, int64_t *sum, int64_t *received, waitgroup *wg)
{
    int64_t mine = 0, many = 0;
    chan_range(value, c)
    {
        mine += value;
        many++;
    }
    rgo_atomic_add(sum, mine);
    rgo_atomic_add(received, many);
    waitgroup_done(wg);
}

void stress_pipelines(struct random *random)
{
    int producers = between(random, 1, 6), consumers = between(random, 1, 6);
    int each = between(random, 0, 100);
    int64_t sum = 0, received = 0, total = (int64_t)producers * each;
    chan(int64_t) c = chan_make(int64_t, between(random, 0, 9));
    waitgroup sending = {0}, receiving = {0};
    waitgroup_add(&sending, producers);
    waitgroup_add(&receiving, consumers);
    for (int i = 0; i < consumers; i++)
        go(consumes, c, &sum, &received, &receiving);
    for (int i = 0; i < producers; i++)
        go(produces, c, i * each, each, &sending);
    waitgroup_wait(&sending);
    chan_close(c);
    waitgroup_wait(&receiving);
    CHECK(received == total && sum == total * (total - 1) / 2);
    chan_free(c);
}

struct wide {
    uint64_t words[9];
};

static void sends_wide(chan(struct wide) c, int count)
{
    for (int i = 0; i < count; i++) {
        struct wide wide;
        for (int k = 0; k < 9; k++)
            wide.words[k] = (uint64_t)i * 9 + (uint64_t)k;
        chan_send(c, wide);
    }
    chan_close(c);
}

/* One sender: in order, nothing torn. */
void stress_wides(struct random *random)
{
    chan(struct wide) c = chan_make(struct wide, between(random, 0, 3));
    int count = between(random, 0, 60);
    struct wide wide;
    go(sends_wide, c, count);
    for (int i = 0; i < count; i++) {
        CHECK(chan_recv(c, &wide));
        for (int k = 0; k < 9; k++)
            CHECK(wide.words[k] == (uint64_t)i * 9 + (uint64_t)k);
    }
    CHECK(!chan_recv(c, &wide) && wide.words[8] == 0);
    chan_free(c);
}

struct selecting {
    chan(int) in, out;
    chan(char) stop;
    int64_t taken, given;
    waitgroup wg;
};

static void selects(struct selecting *s, uint64_t state)
{
    struct random random = {state};
    int value = 0;
    bool stopped = false;
    while (!stopped) {
        int way = between(&random, 0, 3);
        chan_select
        {
            on_recv(s->stop) stopped = true;
            on_recv(way == 1 ? NULL : s->in, &value) rgo_atomic_add(&s->taken, value);
            on_send(way == 2 ? NULL : s->out, 3) rgo_atomic_add(&s->given, 3);
            on_timeout(us(between(&random, 0, 300))) go_yield();
        }
    }
    waitgroup_done(&s->wg);
}

/* What is given to one side or taken from the other is counted by both. */
void stress_selections(struct random *random)
{
    struct selecting s = {.in = chan_make(int, between(random, 0, 2)),
                          .out = chan_make(int, between(random, 0, 2)),
                          .stop = chan_make(char)};
    int64_t put = 0, got = 0;
    int others = between(random, 1, 5), value = 0;
    waitgroup_add(&s.wg, others);
    for (int i = 0; i < others; i++)
        go(selects, &s, (uint64_t)draw(random, UINT32_MAX));
    for (int i = between(random, 1, 200); i > 0; i--)
        chan_select
        {
            on_send(s.in, i) put += i;
            on_recv(s.out, &value) got += value;
        }
    chan_close(s.stop);
    waitgroup_wait(&s.wg);
    while (chan_try_recv(s.in, &value))
        put -= value;
    while (chan_try_recv(s.out, &value))
        got += value;
    CHECK(put == s.taken && got == s.given);
    chan_free(s.in);
    chan_free(s.out);
    chan_free(s.stop);
}

static void sees_close(chan(int) c, int way, waitgroup *wg)
{
    bool ok = true;
    if (way == 0) {
        CHECK(!chan_recv(c, NULL));
    } else if (way == 1) {
        chan_select
        {
            on_recv(c, NULL, &ok) CHECK(!ok);
            on_timeout(seconds(100)) CHECK(way < 0); /* too late */
        }
    } else {
        volatile bool panicked = false;
        go_attempt
        {
            chan_send(c, 1);
        }
        go_rescue(p)
        {
            CHECK(strcmp(p->text, "send on closed channel") == 0);
            panicked = true;
        }
        CHECK(panicked);
    }
    waitgroup_done(wg);
}

void stress_closings(struct random *random)
{
    chan(int) c = chan_make(int);
    bool senders = draw(random, 2);
    int count = between(random, 1, 40);
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(sees_close, c, senders ? 2 : i % 2, &wg);
    yields(between(random, 0, 3));
    chan_close(c);
    waitgroup_wait(&wg);
    chan_free(c);
}
