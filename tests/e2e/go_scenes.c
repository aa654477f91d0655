/*
 * The programs of go_races.sh, go_ends.sh, go_leaks.sh and go_misuse.sh: `go_scenes NAME` plays one
 * scene. Each faulty one has a correct neighbour. Nothing is left to the scheduler: where one step
 * must come before another without being ordered by it, reach() and await() see to it with relaxed
 * atomics, which order nothing.
 */
#include <racerun/go.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int step;

static void reach(int n)
{
    __atomic_store_n(&step, n, __ATOMIC_RELAXED);
}

static void await(int n)
{
    while (__atomic_load_n(&step, __ATOMIC_RELAXED) < n)
        go_yield();
}

/* ---- races ---- */

static int total;

static void child(void)
{
    total++;
    reach(1);
}

static void parent(void)
{
    go_with(&(go_attr){.name = "child"}, child);
}

static void chain(void)
{
    go_with(&(go_attr){.name = "parent"}, parent);
    await(1);
    total++;
}

static chan(int) jobs;

static void sender(chan(int) done)
{
    chan_send(jobs, 1);
    chan_send(done, 1);
}

/* Either the send comes too late and panics, or it came by luck before. */
static void close_races_with_send(void)
{
    jobs = chan_make(int, 3);
    chan(int) done = chan_make(int, 1);
    go(sender, done);
    chan_close(jobs);
    chan_get(done);
}

static void send_late(bool selects)
{
    await(1);
    if (!selects)
        chan_send(jobs, 1);
    else
        chan_select
        {
            on_send(jobs, 1)
            {
            }
        }
}

/* It panics, by a close that nothing orders before it. */
static void send_after_close(void)
{
    jobs = chan_make(int, 3);
    go(send_late, false);
    chan_close(jobs);
    reach(1);
    chan_get((chan(int))NULL);
}

static void select_after_close(void)
{
    jobs = chan_make(int, 3);
    go(send_late, true);
    chan_close(jobs);
    reach(1);
    chan_get((chan(int))NULL);
}

static void send_on_closed(void)
{
    jobs = chan_make(int, 3);
    chan_close(jobs);
    reach(1);
    go(send_late, false);
    chan_get((chan(int))NULL);
}

static void close_early(chan(int) done)
{
    chan_close(jobs);
    reach(1);
    chan_send(done, 1);
}

/* The second panics by itself, though the same goroutine has raced at the same address. */
static void send_on_successor(void)
{
    chan(int) before = jobs = chan_make(int, 3), done = chan_make(int, 1);
    go(close_early, done);
    go_attempt
    {
        send_late(false);
    }
    go_rescue(p)
    {
    }
    chan_get(done);
    chan_free(jobs);
    jobs = chan_make(int, 3);
    for (int i = 0; i < 1000 && jobs != before; i++)
        jobs = chan_make(int, 3);
    if (jobs != before)
        exit(3);
    chan_close(jobs);
    chan_send(jobs, 1);
}

static void send_in_turn(int i)
{
    await(2 * i);
    chan_send(jobs, i);
    reach(2 * i + 1);
}

/* One close races with the sends of both. */
static void close_between_sends(void)
{
    jobs = chan_make(int, 3);
    for (int i = 0; i < 2; i++)
        go(send_in_turn, i);
    await(1);
    chan_close(jobs);
    reach(2);
    chan_get((chan(int))NULL);
}

static void send_early(void)
{
    chan_send(jobs, 1);
    reach(1);
}

static void close_then_send(void)
{
    await(1);
    chan_close(jobs);
    chan_send(jobs, 2);
}

/* The race of the close with a send is one thing, that the closer sends is another. */
static void closer_sends(void)
{
    jobs = chan_make(int, 3);
    go(send_early);
    go(close_then_send);
    chan_get((chan(int))NULL);
}

static void close_after_send(void)
{
    jobs = chan_make(int, 3);
    chan(int) done = chan_make(int, 1);
    go(sender, done);
    chan_get(done);
    chan_close(jobs);
}

struct queue {
    chan(struct queue *) items;
};

static void queue_send(struct queue *queue)
{
    chan_send(queue->items, queue);
    reach(1);
}

/* Only the source says what the channel is called. */
static void close_of_member(void)
{
    struct queue *queue = malloc(sizeof *queue);
    queue->items = chan_make(struct queue *, 1);
    go(queue_send, queue);
    await(1);
    chan_close(queue->items);
}

static void select_send(chan(long) out)
{
    chan_select
    {
        on_send(out, 1)
        {
        }
    }
    reach(1);
}

static void free_after_select(void)
{
    chan(long) out = chan_make(long, 1);
    go(select_send, out);
    await(1);
    chan_free(out);
}

/* ---- ends ---- */

static mutex first, second;

static void lock_other_way(chan(int) ready)
{
    mutex_lock(&second);
    chan_send(ready, 1);
    mutex_lock(&first);
}

static void deadlock(void)
{
    chan(int) ready = chan_make(int);
    mutex_lock(&first);
    go_with(&(go_attr){.name = "other"}, lock_other_way, ready);
    chan_get(ready);
    mutex_lock(&second);
}

static void lock_same_way(chan(int) done)
{
    with_mutex(&first) with_mutex(&second) total++;
    chan_send(done, 1);
}

static void no_deadlock(void)
{
    chan(int) done = chan_make(int);
    go(lock_same_way, done);
    with_mutex(&first) with_mutex(&second) total++;
    chan_get(done);
}

static void wait_for_ever(waitgroup *wg, chan(int) result)
{
    defer(waitgroup_done, wg);
    chan_send(result, 1);
}

static void many_asleep(void)
{
    static waitgroup wg;
    chan(int) result = chan_make(int);
    waitgroup_add(&wg, 5);
    for (int i = 0; i < 5; i++)
        go(wait_for_ever, &wg, result);
    waitgroup_wait(&wg);
}

static bool is_ready;

static void signal_too_early(void)
{
    mutex m = {0};
    cond c = {.locker = &m};
    cond_signal(&c);
    mutex_lock(&m);
    cond_wait(&c); /* without looking whether it is necessary */
    mutex_unlock(&m);
}

static void look_before_wait(void)
{
    mutex m = {0};
    cond c = {.locker = &m};
    is_ready = true;
    cond_signal(&c);
    mutex_lock(&m);
    while (!is_ready)
        cond_wait(&c);
    mutex_unlock(&m);
}

static void fail_at(int depth)
{
    if (depth == 3)
        go_panic("depth %d", depth);
    fail_at(depth + 1);
}

static void panic_uncaught(void)
{
    waitgroup wg = {0};
    waitgroup_go(&wg, fail_at, 1);
    waitgroup_wait(&wg);
}

static void fail_safely(waitgroup *wg)
{
    defer(waitgroup_done, wg);
    go_attempt
    {
        fail_at(1);
    }
    go_rescue(p)
    {
        printf("%s\n", p->text);
    }
}

static void panic_recovered(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go(fail_safely, &wg);
    waitgroup_wait(&wg);
}

static struct {
    int hits;
    mutex lock;
} cache;

static void unlock_twice(void)
{
    mutex_lock(&cache.lock);
    mutex_unlock(&cache.lock);
    mutex_unlock(&cache.lock);
}

static rwmutex table;

static void unlock_for_reading(void)
{
    rwmutex_lock(&table);
    rwmutex_runlock(&table);
}

/* ---- leaks ---- */

static void fetch(chan(int) result)
{
    reach(1);
    chan_send(result, 42);
}

/* Its receiver has given up. */
static void leaked_send(void)
{
    chan(int) result = chan_make(int);
    for (int i = 0; i < 3; i++)
        go_with(&(go_attr){.name = "fetch"}, fetch, result);
    await(1);
}

static void send_with_room(void)
{
    chan(int) result = chan_make(int, 3);
    for (int i = 0; i < 3; i++)
        go(fetch, result);
    await(1);
}

static void poll_for(chan(int) result, int64_t ns)
{
    go_sleep(ns);
    int value;
    chan_try_recv(result, &value);
}

/* Somebody who sleeps may still receive. */
static void send_while_one_sleeps(void)
{
    chan(int) result = chan_make(int);
    go(fetch, result);
    go(poll_for, result, seconds(1000));
    await(1);
}

static void hold_for_ever(chan(int) never)
{
    mutex_lock(&cache.lock);
    reach(1);
    chan_get(never);
    mutex_unlock(&cache.lock);
}

static void want(void)
{
    reach(2);
    with_mutex(&cache.lock) cache.hits++;
}

static void leaked_lock(void)
{
    chan(int) never = chan_make(int);
    go(hold_for_ever, never);
    await(1);
    go(want);
    await(2);
}

/* ---- misuse ---- */

static void add_inside(waitgroup *wg)
{
    waitgroup_add(wg, 1);
    reach(1);
    waitgroup_done(wg);
}

static void add_too_late(void)
{
    waitgroup wg = {0};
    go(add_inside, &wg);
    await(1);
    waitgroup_wait(&wg);
}

static void add_in_time(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go((waitgroup_done), &wg);
    waitgroup_wait(&wg);
    waitgroup_add(&wg, 1);
    go((waitgroup_done), &wg);
    waitgroup_wait(&wg);
    waitgroup_wait(&wg);
}

static void negative_counter(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    waitgroup_done(&wg);
    waitgroup_done(&wg);
}

static void done_by_value(waitgroup wg)
{
    waitgroup_done(&wg);
}

static void waitgroup_copied(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go(done_by_value, wg);
    waitgroup_wait(&wg);
}

struct account {
    mutex lock;
    rwmutex names;
    waitgroup users;
    int balance;
};

static void account_use(struct account *a)
{
    with_mutex(&a->lock) a->balance++;
    rwmutex_lock(&a->names);
    rwmutex_unlock(&a->names);
    rwmutex_rlock(&a->names);
    rwmutex_runlock(&a->names);
    waitgroup_add(&a->users, 2);
    waitgroup_done(&a->users);
    waitgroup_done(&a->users);
    waitgroup_wait(&a->users);
}

/* Nobody uses them: they may be moved, as memory may. */
static void moved_while_idle(void)
{
    struct account *all = calloc(1, sizeof *all);
    for (size_t count = 1; count < 1000; count *= 2) {
        for (size_t i = 0; i < count; i++)
            account_use(&all[i]);
        all = realloc(all, 2 * count * sizeof *all);
        memcpy(all + count, all, count * sizeof *all);
    }
    struct account one = all[7];
    account_use(&one);
}

static void mutex_copied(void)
{
    static struct account a, b;
    mutex_lock(&a.lock);
    b = a;
    mutex_unlock(&b.lock);
    mutex_unlock(&a.lock);
}

static void rwmutex_copied(void)
{
    static struct account a, b;
    rwmutex_lock(&a.names);
    b = a;
    rwmutex_unlock(&a.names);
    rwmutex_unlock(&b.names);
}

static cond bell;
static mutex bell_lock;

static void bell_wait(chan(int) done)
{
    mutex_lock(&bell_lock);
    reach(1);
    cond_wait(&bell);
    mutex_unlock(&bell_lock);
    chan_send(done, 1);
}

static void cond_copied(void)
{
    chan(int) done = chan_make(int);
    bell.locker = &bell_lock;
    go(bell_wait, done);
    await(1);
    with_mutex(&bell_lock)
    {
    } /* now it waits */
    cond copy = bell;
    cond_broadcast(&copy);
    chan_get(done);
}

ticker *beat; /* not static: it is never read */

static context *context_make_child(context *ctx)
{
    return context_with_timeout(ctx, seconds(1000));
}

static void context_left(void)
{
    context *ctx = context_with_cancel(NULL);
    context_release(context_make_child(ctx));
}

static void ticker_left(void)
{
    beat = ticker_new(seconds(1000));
}

static void all_finished(void)
{
    context *ctx = context_with_cancel(NULL), *inner = context_make_child(ctx);
    context_end(ctx);
    context_release(inner);
    ticker *t = ticker_new(seconds(1000));
    ticker_free(t);
    timer *fired = timer_new(1);
    chan_get(timer_chan(fired));
    timer *stopped = timer_new(seconds(1000));
    timer_stop(stopped);
}

/* ---- locks held ---- */

static mutex inner, outer;
static int guarded;

static void until_alone(void)
{
    while (go_count() > 1)
        go_yield();
}

/* One after the other, in an order that nothing but the locks makes. */
static void one_by_one(void (*first)(void), void (*second)(void))
{
    go(first);
    until_alone();
    go(second);
    until_alone();
}

static void add_with_both(void)
{
    mutex_lock(&outer);
    mutex_lock(&inner);
    guarded++;
    mutex_unlock(&inner);
    mutex_unlock(&outer);
}

static void add_for_reading(void)
{
    rwmutex_rlock(&table);
    guarded++;
    rwmutex_runlock(&table);
}

static void locks_differ(void)
{
    one_by_one(add_with_both, add_for_reading);
}

static void inside_out(void)
{
    mutex_lock(&inner);
    mutex_lock(&outer);
    guarded++;
    mutex_unlock(&outer);
    mutex_unlock(&inner);
}

static void order_inverted(void)
{
    one_by_one(add_with_both, inside_out);
}

static void inside_out_tried(void)
{
    mutex_lock(&inner);
    if (mutex_trylock(&outer)) {
        guarded++;
        mutex_unlock(&outer);
    }
    mutex_unlock(&inner);
}

static void order_tried(void)
{
    one_by_one(add_with_both, inside_out_tried);
}

static mutex gate;

static void with_gate(void (*add)(void))
{
    mutex_lock(&gate);
    add();
    mutex_unlock(&gate);
}

static void order_gated(void)
{
    go(with_gate, add_with_both);
    go(with_gate, inside_out);
    until_alone();
}

/* A channel with room for one is a lock, too. */
static void turn_taken(chan(int) turn, void (*add)(void))
{
    chan_send(turn, 0);
    add();
    chan_get(turn);
}

static void order_turns(void)
{
    chan(int) turn = chan_make(int, 1);
    go(turn_taken, turn, add_with_both);
    go(turn_taken, turn, inside_out);
    until_alone();
}

/* ---- stacks ---- */

/* Frames that are smaller than what the detector needs beside them. */
static __attribute__((noinline)) int sink(int n)
{
    volatile int here = n;
    int below = n > 1000000 ? 0 : sink(n + 1);
    return below + here;
}

/* One that leads beyond the end at once. */
static __attribute__((noinline)) void wide(void)
{
    volatile char block[80000];
    block[0] = 1;
}

static void deep(bool at_once)
{
    if (at_once)
        wide();
    else
        printf("%d\n", sink(0));
}

static void overflow_by(bool at_once)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go_with(&(go_attr){.name = "deep"}, deep, at_once);
    waitgroup_wait(&wg);
}

static void overflow_deep(void)
{
    overflow_by(false);
}

static void overflow_at_once(void)
{
    overflow_by(true);
}

static void enter_wide(waitgroup *wg)
{
    wide();
    waitgroup_done(wg);
}

static void stack_suffices(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    go_with(&(go_attr){.stack_size = 1 << 20}, enter_wide, &wg);
    waitgroup_wait(&wg);
}

static const struct {
    const char *name;
    void (*play)(void);
} scenes[] = {
#define SCENE(name)                                                                                \
    {                                                                                              \
#name, name                                                                                \
    }
    SCENE(chain),
    SCENE(close_races_with_send),
    SCENE(send_after_close),
    SCENE(select_after_close),
    SCENE(send_on_closed),
    SCENE(send_on_successor),
    SCENE(close_between_sends),
    SCENE(closer_sends),
    SCENE(close_after_send),
    SCENE(close_of_member),
    SCENE(free_after_select),
    SCENE(deadlock),
    SCENE(no_deadlock),
    SCENE(many_asleep),
    SCENE(signal_too_early),
    SCENE(look_before_wait),
    SCENE(panic_uncaught),
    SCENE(panic_recovered),
    SCENE(unlock_twice),
    SCENE(unlock_for_reading),
    SCENE(leaked_send),
    SCENE(send_with_room),
    SCENE(send_while_one_sleeps),
    SCENE(leaked_lock),
    SCENE(add_too_late),
    SCENE(add_in_time),
    SCENE(negative_counter),
    SCENE(waitgroup_copied),
    SCENE(moved_while_idle),
    SCENE(mutex_copied),
    SCENE(rwmutex_copied),
    SCENE(cond_copied),
    SCENE(context_left),
    SCENE(ticker_left),
    SCENE(all_finished),
    SCENE(locks_differ),
    SCENE(order_inverted),
    SCENE(order_tried),
    SCENE(order_gated),
    SCENE(order_turns),
    SCENE(overflow_deep),
    SCENE(overflow_at_once),
    SCENE(stack_suffices),
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof scenes / sizeof *scenes; i++)
        if (strcmp(scenes[i].name, argv[1]) == 0) {
            scenes[i].play();
            return 0;
        }
    fprintf(stderr, "no such scene\n");
    return 1;
}
