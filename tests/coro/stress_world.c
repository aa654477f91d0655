/* Stress scenarios: time, contexts, panics, the network, blocking calls, other threads; see
 * stress.c. */
#include "stress.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- time ---- */

static void counts(void *raw)
{
    rgo_atomic_add((int64_t *)raw, 1);
}

static void sleeps(int64_t ns, waitgroup *wg)
{
    int64_t before = go_now();
    go_sleep(ns);
    CHECK(go_now() - before >= ns);
    waitgroup_done(wg);
}

/* A timer that was stopped in time never fires; the others fire once. */
static void timers_stopped(struct random *random)
{
    enum { COUNT = 20 };
    rgo_timer *set[COUNT];
    int64_t *fired = calloc(1, sizeof *fired);
    int64_t expected = 0;
    for (int i = 0; i < COUNT; i++)
        set[i] = time_after_func(us(between(random, 0, 500)), counts, fired);
    yields(between(random, 0, 50));
    for (int i = 0; i < COUNT; i++) {
        if (i % 3 == 0)
            expected += !timer_stop(set[i]);
        else if (i % 3 == 1)
            expected += 1 + !timer_reset(set[i], us(between(random, 0, 300)));
        else
            expected++;
    }
    while (rgo_atomic_load(fired) < expected)
        go_sleep(us(100));
    for (int i = 0; i < COUNT; i++)
        timer_free(set[i]);
    CHECK(rgo_atomic_load(fired) == expected);
    free(fired);
}

void stress_timings(struct random *random)
{
    int count = between(random, 1, 30);
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(sleeps, us(between(random, 0, 2000)), &wg);
    timers_stopped(random);
    ticker *t = ticker_new(us(200));
    for (int i = between(random, 0, 3); i > 0; i--)
        CHECK(chan_recv(ticker_chan(t), NULL));
    ticker_free(t);
    chan(int64_t) after = time_after(us(between(random, 0, 300)));
    if (draw(random, 2))
        CHECK(chan_get(after) > 0);
    chan_free(after);
    waitgroup_wait(&wg);
}

/* ---- contexts ---- */

static void waits_cancelled(context *ctx, waitgroup *wg)
{
    CHECK(!chan_recv(context_done(ctx), NULL));
    CHECK(context_err(ctx) != NULL);
    context_release(ctx);
    waitgroup_done(wg);
}

void stress_contexts(struct random *random)
{
    int count = between(random, 1, 20);
    context *root = context_with_cancel(context_background()), *at = context_retain(root);
    waitgroup wg = {0};
    int64_t *called = calloc(1, sizeof *called);
    rgo_context_after *after = context_after_func(root, counts, called);
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++) {
        context *below = draw(random, 2) ? context_with_cancel(at)
                                         : context_with_timeout(at, us(between(random, 0, 2000)));
        go(waits_cancelled, context_retain(below), &wg);
        context_release(at);
        at = below;
    }
    yields(between(random, 0, 20));
    context_cancel(root);
    waitgroup_wait(&wg);
    CHECK(context_err(at) != NULL);
    int64_t expected = !context_after_stop(after);
    CHECK(expected == 1);
    while (rgo_atomic_load(called) < expected)
        go_yield();
    context_release(at);
    context_release(root);
    free(called);
}

/* ---- panics ---- */

static void subtracts(int64_t *sum, int value)
{
    rgo_atomic_add(sum, -value);
}

static void descends(int64_t *sum, int depth, bool exits)
{
    rgo_atomic_add(sum, depth);
    defer(subtracts, sum, depth);
    if (depth % 3 == 0)
        go_yield();
    if (depth > 0)
        descends(sum, depth - 1, exits);
    else if (exits)
        go_exit();
    else if (rgo_atomic_load(sum) >= 0) /* always */
        go_panic("bottom of %p", (void *)sum);
}

static void recovers(int64_t *recovered)
{
    if (go_recover())
        rgo_atomic_add(recovered, 1);
}

static void leaves(waitgroup *wg)
{
    waitgroup_done(wg);
}

static void falls(int64_t *sum, int64_t *recovered, int depth, int way, waitgroup *wg)
{
    defer(leaves, wg);
    if (way == 0) {
        go_attempt
        {
            descends(sum, depth, false);
        }
        go_rescue(p)
        {
            CHECK(strncmp(p->text, "bottom of ", 10) == 0);
            rgo_atomic_add(recovered, 1);
        }
    } else {
        defer(recovers, recovered);
        descends(sum, depth, way == 2);
    }
}

void stress_panics(struct random *random)
{
    int count = between(random, 1, 30), panicking = 0;
    int64_t sum = 0, recovered = 0;
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++) {
        panicking += i % 3 != 2;
        go(falls, &sum, &recovered, between(random, 0, 20), i % 3, &wg);
    }
    waitgroup_wait(&wg);
    CHECK(sum == 0 && recovered == panicking);
}

/* ---- the network ---- */

static void writes(conn *c, int count, waitgroup *wg)
{
    unsigned char block[700];
    int done = 0;
    while (done < count) {
        int size = count - done < (int)sizeof block ? count - done : (int)sizeof block;
        for (int i = 0; i < size; i++)
            block[i] = (unsigned char)((done + i) % 251);
        CHECK(conn_write(c, block, (size_t)size) == size);
        done += size;
    }
    conn_close(c);
    waitgroup_done(wg);
}

void stress_pipes(struct random *random)
{
    conn *from, *to;
    int count = between(random, 0, 200000), got = 0;
    unsigned char block[1500];
    bool pair = draw(random, 2);
    if (pair ? conn_pair(&from, &to) : net_pipe(&from, &to)) {
        CHECK(errno == EMFILE || errno == ENFILE);
        return;
    }
    conn_read_deadline(from, go_now() + us(between(random, 0, 500)));
    errno = 0;
    CHECK(conn_read(from, block, sizeof block) < 0 && errno == ETIMEDOUT);
    conn_read_deadline(from, 0);
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go(writes, to, count, &wg);
    ssize_t size;
    while ((size = conn_read(from, block, (size_t)between(random, 1, (int)sizeof block))) > 0)
        for (int i = 0; i < size; i++, got++)
            CHECK(block[i] == got % 251);
    CHECK(size == 0 && got == count);
    conn_close(from);
    waitgroup_wait(&wg);
}

/* ---- blocking calls and threads of the program's own ---- */

static int64_t slow_sum(int from, int to, double half)
{
    int64_t sum = 0;
    usleep((useconds_t)(to % 50));
    for (int i = from; i < to; i++)
        sum += i;
    errno = 7;
    return sum + (int64_t)(2 * half);
}

static void blocks(int n, waitgroup *wg)
{
    CHECK(go_blocking(slow_sum, 0, n, 0.5) == (int64_t)n * (n - 1) / 2 + 1);
    CHECK(errno == 7);
    go_blocking_begin();
    usleep(10);
    go_blocking_end();
    go_yield();
    CHECK(errno == 7);
    waitgroup_done(wg);
}

void stress_blockings(struct random *random)
{
    int count = between(random, 1, 12);
    waitgroup wg = {0};
    waitgroup_add(&wg, count);
    for (int i = 0; i < count; i++)
        go(blocks, between(random, 0, 1000), &wg);
    waitgroup_wait(&wg);
}

struct visit {
    chan(int) there, back;
    mutex m;
    int64_t sum;
    waitgroup wg;
};

static void answers(struct visit *v)
{
    chan_range(value, v->there)
    {
        with_mutex(&v->m) v->sum += value;
        chan_send(v->back, -value);
    }
    waitgroup_done(&v->wg);
}

static void *guest(void *raw)
{
    struct visit *v = raw;
    for (int i = 1; i <= 20; i++) {
        int value = 0;
        chan_send(v->there, i);
        chan_select
        {
            on_recv(v->back, &value) CHECK(value < 0);
        }
        with_mutex(&v->m) v->sum += value;
        if (i % 10 == 0)
            go_sleep(us(50));
    }
    return NULL;
}

void stress_guests(struct random *random)
{
    enum { GUESTS = 3 };
    int count = between(random, 1, GUESTS);
    pthread_t threads[GUESTS];
    struct visit v = {.there = chan_make(int, between(random, 0, 2)),
                      .back = chan_make(int, between(random, 0, 2))};
    waitgroup_add(&v.wg, 4);
    for (int i = 0; i < 4; i++)
        go(answers, &v);
    for (int i = 0; i < count; i++)
        CHECK(pthread_create(&threads[i], NULL, guest, &v) == 0);
    for (int i = 0; i < count; i++)
        CHECK(go_blocking(pthread_join, threads[i], NULL) == 0);
    chan_close(v.there);
    waitgroup_wait(&v.wg);
    CHECK(v.sum == 0);
    chan_free(v.there);
    chan_free(v.back);
}

/* ---- groups ---- */

static int may_fail(int error, context *ctx)
{
    if (error)
        return error;
    if (ctx)
        chan_recv(context_done(ctx), NULL);
    return 0;
}

void stress_groups(struct random *random)
{
    errgroup g = {0};
    int count = between(random, 1, 20), bad = between(random, 0, count - 1);
    bool limited = draw(random, 2);
    context *ctx = limited ? NULL : errgroup_with_context(&g, context_background());
    if (limited)
        errgroup_set_limit(&g, between(random, 1, 3));
    for (int i = 0; i < count; i++)
        errgroup_go(&g, may_fail, i == bad ? 42 : 0, ctx);
    CHECK(errgroup_wait(&g) == 42);
    context_release(ctx);
}
