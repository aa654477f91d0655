/*
 * The life of a test; see testing.h. Happens-before: rgo_test_run's call before the subtest's
 * function; a test's end, and its call of rgo_test_parallel, before the return of the rgo_test_run
 * that started it; the end of a test's function before what its parallel subtests do after
 * rgo_test_parallel, and their ends before its cleanups. All by the channels `signal` and
 * `barrier`, and go.
 */
#include "testing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fork.h"
#include "panic.h"
#include "worker.h"

#define STACK_SIZE (1u << 20) /* code that was written for threads is tested, too */

struct testing testing = {.count = 1};
struct rgo_test test_root;

/* How many parallel tests run; without hooks, as their number is to order nothing. */
static struct {
    struct lock lock;
    struct waiters waiters;
    unsigned taken;
} slots;
FORK_LOCK(slots_fork_lock, slots.lock);

static void slot_take(void)
{
    lock_take(&slots.lock);
    if (slots.taken < testing.parallel) {
        slots.taken++;
        lock_release(&slots.lock);
        return;
    }
    struct waiter waiter = {.g = goroutine_self()};
    waiters_append(&slots.waiters, &waiter);
    park(&slots.lock, WAIT_SEMAPHORE, NULL, __builtin_return_address(0));
}

/* Who waits inherits it. */
static void slot_give(void)
{
    lock_take(&slots.lock);
    struct waiter *next = waiters_take(&slots.waiters);
    struct goroutine *g = next ? next->g : NULL;
    slots.taken -= !g;
    lock_release(&slots.lock);
    if (g)
        ready(g, NULL);
}

/* ---- outcome ---- */

static bool is_own(const rgo_test *t)
{
    return atomic_load(&t->goroutine) == rgo_id();
}

static void own_check(const rgo_test *t, const char *what)
{
    if (!is_own(t))
        rgo_panic("testing: %s of %s called from goroutine %" PRIu64 ", which is not the test's",
                  what, t->name, rgo_id());
}

void test_mark_failed(rgo_test *t)
{
    for (; t; t = t->parent)
        atomic_store(&t->failed, true);
}

void rgo_test_fail(rgo_test *t)
{
    test_mark_failed(t);
    if (atomic_load(&t->done))
        rgo_panic("Fail in goroutine after %s has completed", t->name);
}

void rgo_test_fail_now(rgo_test *t)
{
    own_check(t, "FailNow");
    rgo_test_fail(t);
    rgo_exit();
}

void rgo_test_skip_now(rgo_test *t)
{
    own_check(t, "SkipNow");
    atomic_store(&t->skipped, true);
    rgo_exit();
}

bool rgo_test_failed(const rgo_test *t)
{
    return atomic_load(&t->failed);
}

bool rgo_test_skipped(const rgo_test *t)
{
    return atomic_load(&t->skipped);
}

const char *rgo_test_name(const rgo_test *t)
{
    return t->name;
}

bool rgo_test_deadline(const rgo_test *t, int64_t *ret_deadline)
{
    (void)t;
    if (testing.deadline == TIME_NEVER)
        return false;
    *ret_deadline = testing.deadline;
    return true;
}

bool rgo_test_short(void)
{
    return testing.brief;
}

bool rgo_test_verbose(void)
{
    return testing.verbose;
}

/* ---- the end ---- */

static bool panicking(void)
{
    const struct panic *p = goroutine_self()->panics;
    return p && !p->exit && !p->recovered;
}

static struct rgo_test *paused_subs_take(rgo_test *t)
{
    lock_take(&t->lock);
    struct rgo_test *first = t->paused_subs;
    t->paused_subs = NULL;
    lock_release(&t->lock);
    return first;
}

void test_subs_finish(rgo_test *t)
{
    struct rgo_test *first = paused_subs_take(t);
    if (!first || panicking())
        return;
    if (t->has_slot)
        slot_give();
    t->has_slot = false;
    rgo_chan_close_(t->barrier);
    for (struct rgo_test *sub = first; sub; sub = sub->next_paused)
        rgo_chan_recv_(sub->signal, NULL);
}

/* The others run when this one has ended, however it does. */
static void cleanups_run(rgo_test *t)
{
    lock_take(&t->lock);
    struct test_cleanup *latest = t->cleanups;
    if (latest) {
        t->cleanups = latest->next;
        latest->next = t->cleanups_over;
        t->cleanups_over = latest;
    }
    lock_release(&t->lock);
    if (!latest)
        return;
    rgo_defer(cleanups_run, t);
    latest->fn(latest->argument);
}

static void panic_report(rgo_test *t)
{
    test_mark_failed(t);
    for (; t->parent; t = t->parent)
        test_report(t);
}

static void test_end(rgo_test *t)
{
    t->spent = time_now() - t->begun;
    if (panicking()) {
        panic_report(t);
        return;
    }
    if (!t->returned && !rgo_test_failed(t) && !rgo_test_skipped(t)) {
        struct text text = {0};
        text_add(&text, "the test ended its goroutine by rgo_exit\n");
        test_mark_failed(t);
        test_add(t, &text);
    }
    if (t->has_slot)
        slot_give();
    lock_take(&t->lock);
    atomic_store(&t->done, true);
    lock_release(&t->lock);
    if (t->level == 1 && !t->parallel)
        leaks_check(t, false);
    test_report(t);
    rgo_chan_send_(t->signal, NULL);
}

/* ---- running ---- */

/* A panic that the test's own deferred calls recover ends its function, and no more. */
static void function_call(rgo_test *t)
{
    rgo_on_recover return;
    const struct test_function *function = &t->function;
    if (function->plain)
        function->plain(t);
    else
        function->with(t, function->argument);
}

static void test_body(void *raw)
{
    rgo_test *t = raw;
    t->begun = time_now();
    atomic_store(&t->goroutine, rgo_id());
    rgo_defer(test_end, t);
    rgo_defer(cleanups_run, t);
    rgo_defer(test_subs_finish, t);
    function_call(t);
    t->returned = true;
}

void rgo_test_parallel(rgo_test *t)
{
    own_check(t, "Parallel");
    if (t->parallel)
        rgo_panic("testing: t.Parallel called multiple times");
    t->parallel = true;
    int64_t spent = time_now() - t->begun;
    test_announce(t, "PAUSE");
    atomic_store(&t->paused, true);
    if (t->level == 1)
        leaks_hold();
    lock_take(&t->parent->lock);
    t->next_paused = t->parent->paused_subs;
    t->parent->paused_subs = t;
    lock_release(&t->parent->lock);
    rgo_chan_send_(t->signal, NULL);
    rgo_chan_recv_(t->parent->barrier, NULL);
    slot_take();
    t->has_slot = true;
    atomic_store(&t->paused, false);
    test_announce(t, "CONT");
    t->begun = time_now() - spent;
}

/* ---- starting ---- */

void *test_memory(size_t size)
{
    void *block = calloc(1, size);
    if (!block)
        fatal_text("testing: cannot allocate memory");
    return block;
}

/* What cannot be typed easily becomes '_', as in Go. */
static void name_clean(char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name <= ' ' || *name == '\x7f')
            *name = '_';
}

/* Under the parent's lock. */
static bool name_is_taken(const rgo_test *parent, const char *name)
{
    for (const struct rgo_test *child = parent->children; child; child = child->next_child)
        if (strcmp(child->name, name) == 0)
            return true;
    return false;
}

/* "parent/name", or with a number behind. Top-level tests have the names that they have. */
static void child_add(rgo_test *parent, rgo_test *t, const char *name)
{
    size_t size = strlen(parent->name) + strlen(name) + sizeof "/#4294967295";
    char *full = test_memory(size);
    snprintf(full, size, "%s%s%s", parent->name, parent->level ? "/" : "", name);
    name_clean(full);
    size_t length = strlen(full);
    bool nameless = !*name;
    lock_take(&parent->lock);
    for (unsigned number = !nameless; parent->level && (nameless || name_is_taken(parent, full));
         number++) {
        snprintf(full + length, size - length, "#%02u", number);
        nameless = false;
    }
    t->name = full;
    t->next_child = parent->children;
    parent->children = t;
    lock_release(&parent->lock);
}

static _Atomic bool any_ran;

bool test_any_ran(void)
{
    return any_ran;
}

static bool is_wanted(const rgo_test *t)
{
    bool whole;
    return test_matches(testing.run, t->name, &whole) &&
           !(testing.skip && test_matches(testing.skip, t->name, &whole) && whole);
}

static rgo_test *test_new(rgo_test *parent, const char *name)
{
    rgo_test *t = test_memory(sizeof *t);
    t->parent = parent;
    t->level = parent->level + 1;
    child_add(parent, t, name);
    return t;
}

bool test_start(rgo_test *parent, const struct test_function *function, const char *name,
                const void *pc)
{
    rgo_test *t = test_new(parent, name ? name : "");
    if (!is_wanted(t)) {
        atomic_store(&t->done, true);
        return true;
    }
    t->function = *function;
    t->signal = rgo_chan_new(0, 1);
    t->barrier = rgo_chan_new(0, 0);
    any_ran = true;
    test_announce(t, "RUN");
    rgo_attr attr = {.name = t->name, .stack_size = STACK_SIZE};
    int error = spawn_closure(&attr, test_body, t, pc);
    if (error)
        rgo_launch_failed(error);
    rgo_chan_recv_(t->signal, NULL);
    return !rgo_test_failed(t);
}

bool rgo_test_run(rgo_test *t, const char *name, void (*fn)(rgo_test *t))
{
    struct test_function function = {.plain = fn};
    return test_start(t, &function, name, __builtin_return_address(0));
}

bool rgo_test_run_with(rgo_test *t, const char *name, void (*fn)(rgo_test *t, void *argument),
                       void *argument)
{
    struct test_function function = {.with = fn, .argument = argument};
    return test_start(t, &function, name, __builtin_return_address(0));
}
