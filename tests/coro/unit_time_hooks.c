/*
 * What timers, contexts and groups tell the detector (G24, G29): a stand-in keeps a set of events
 * for each task and object in place of a clock. An event happened before here if it is in the
 * caller's set.
 */
#define RGO_NO_SHORT_NAMES
#include <racerun/go.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "runtime.h"

#include "fake_hooks.h"

#define MS INT64_C(1000000)

/* ---- the stand-in ---- */

struct task {
    uint64_t events;
};
#define OBJECTS 4096
static struct {
    struct lock lock;
    struct task main;
    struct {
        const char *object;
        uint64_t events;
    } objects[OBJECTS];
    int object_count;
    int tasks; /* made and not ended */
} world;

static uint64_t *object_events(const void *object)
{
    for (int i = 0; i < world.object_count; i++)
        if (world.objects[i].object == object)
            return &world.objects[i].events;
    ck_assert_int_lt(world.object_count, OBJECTS);
    world.objects[world.object_count].object = object;
    world.objects[world.object_count].events = 0;
    return &world.objects[world.object_count++].events;
}

static void *task_main(void)
{
    return &world.main;
}
static void *task_create(void *creator, uint64_t id, const void *fn, const void *pc)
{
    (void)id, (void)fn, (void)pc;
    struct task *made = malloc(sizeof *made);
    lock_take(&world.lock);
    made->events = ((struct task *)creator)->events;
    world.tasks++;
    lock_release(&world.lock);
    return made;
}
static void task_end(void *task)
{
    lock_take(&world.lock);
    world.tasks--;
    lock_release(&world.lock);
    free(task);
}
static void acquire(void *task, const void *object)
{
    lock_take(&world.lock);
    ((struct task *)task)->events |= *object_events(object);
    lock_release(&world.lock);
}
static void release(void *task, const void *object)
{
    lock_take(&world.lock);
    *object_events(object) = ((struct task *)task)->events;
    lock_release(&world.lock);
}
static void release_merge(void *task, const void *object)
{
    lock_take(&world.lock);
    *object_events(object) |= ((struct task *)task)->events;
    lock_release(&world.lock);
}
static void swap(void *task, const void *object)
{
    lock_take(&world.lock);
    uint64_t *object_has = object_events(object), before = *object_has;
    *object_has = ((struct task *)task)->events;
    ((struct task *)task)->events |= before;
    lock_release(&world.lock);
}
static void meet(void *one, void *other)
{
    lock_take(&world.lock);
    struct task *a = one, *b = other;
    a->events = b->events = a->events | b->events;
    lock_release(&world.lock);
}
static void die(const void *object, size_t size)
{
    const char *low = object;
    lock_take(&world.lock);
    for (int i = 0; i < world.object_count; i++)
        if (world.objects[i].object >= low && world.objects[i].object < low + size)
            world.objects[i].events = 0;
    lock_release(&world.lock);
}
static void touch(void *task, const void *memory, size_t size, const void *pc)
{
    (void)task, (void)memory, (void)size, (void)pc;
}

static const struct rgo_hooks fake = {
    FAKE_HOOKS,
    .task_main = task_main,
    .task_create = task_create,
    .task_end = task_end,
    .acquire = acquire,
    .release = release,
    .release_merge = release_merge,
    .swap = swap,
    .meet = meet,
    .die = die,
    .read = touch,
    .write = touch,
};

/* ---- events ---- */

enum event { MADE = 1, RESET = 2, OTHER = 4, CALLED = 8, CANCELLED = 16, ENDED = 32 };

static void event(enum event which)
{
    lock_take(&world.lock);
    ((struct task *)goroutine_self()->task)->events |= which;
    lock_release(&world.lock);
}
static bool after(enum event which)
{
    return ((struct task *)goroutine_self()->task)->events & which;
}
static void forget(void)
{
    ((struct task *)goroutine_self()->task)->events = 0;
}

static _Atomic int calls, wrong;

static void called(void *argument)
{
    int must = *(int *)argument;
    for (int bit = 1; bit <= ENDED; bit *= 2)
        if ((must & bit) && !after(bit))
            atomic_fetch_add(&wrong, 1);
    if (after(CALLED) || (after(OTHER) && !(must & OTHER)))
        atomic_fetch_add(&wrong, 1);
    event(CALLED);
    atomic_fetch_add(&calls, 1);
}

static void wait_for_calls(int wanted)
{
    int64_t until = time_now() + 200000 * MS;
    while (atomic_load(&calls) < wanted) {
        ck_assert(time_now() < until);
        rgo_sleep(MS / 10);
    }
}

START_TEST(making_and_resetting_come_before_the_function_and_functions_are_unordered)
{
    static int made = MADE, reset = MADE | RESET;
    forget();
    event(MADE);
    rgo_timer *t = rgo_after_func(MS, called, &made);
    event(OTHER); /* after the timer was made: not before its function */
    wait_for_calls(1);
    rgo_timer_free(t);
    forget();
    event(MADE);
    t = rgo_after_func(20000 * MS, called, &reset);
    event(RESET);
    rgo_timer_reset(t, MS);
    event(OTHER);
    wait_for_calls(2);
    ck_assert(!after(CALLED));
    rgo_timer_free(t);
    forget();
    event(MADE);
    rgo_go_after(MS, called, &made);
    wait_for_calls(3);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

static void receive(rgo_chan_of(int64_t) c)
{
    rgo_chan_get(c);
    if (!after(MADE) || after(OTHER))
        atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&calls, 1);
}

static void *hand_over; /* as memory without any order */
static void receive_unordered(void)
{
    forget();
    receive((rgo_chan_of(int64_t))__atomic_load_n(&hand_over, __ATOMIC_SEQ_CST));
}

START_TEST(making_comes_before_the_receive_from_the_timers_channel)
{
    atomic_store(&calls, 0);
    forget();
    event(MADE);
    rgo_timer *t = rgo_timer_new(MS);
    event(OTHER);
    __atomic_store_n(&hand_over, (void *)rgo_timer_chan(t), __ATOMIC_SEQ_CST);
    rgo_go(receive_unordered);
    wait_for_calls(1);
    rgo_timer_free(t);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

static void see_cancel(rgo_context *ctx)
{
    forget();
    rgo_chan_get(rgo_context_done(ctx));
    if (!after(CANCELLED) || after(OTHER))
        atomic_fetch_add(&wrong, 1);
    forget();
    if (!rgo_context_err(ctx) || !after(CANCELLED) || after(OTHER))
        atomic_fetch_add(&wrong, 1);
    forget();
    rgo_chan_get(rgo_context_done(ctx));
    if (!after(CANCELLED))
        atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&calls, 1);
}

START_TEST(the_cancel_comes_before_done_and_err_that_see_it)
{
    static int must = CANCELLED;
    atomic_store(&calls, 0);
    forget();
    rgo_context *ctx = rgo_context_with_cancel(NULL);
    rgo_context *child = rgo_context_with_cancel(ctx);
    rgo_go(see_cancel, child);
    rgo_context_after *handle = rgo_context_after_func(child, called, &must);
    event(CANCELLED);
    rgo_context_cancel(ctx);
    event(OTHER);
    rgo_go(see_cancel, ctx); /* forgets what `go` gave it */
    wait_for_calls(3);
    rgo_context_after_stop(handle);
    rgo_context_release(child);
    rgo_context_release(ctx);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

START_TEST(making_a_deadline_comes_before_done)
{
    forget();
    event(MADE);
    rgo_context *ctx = rgo_context_with_timeout(NULL, MS);
    forget();
    rgo_chan_get(rgo_context_done(ctx));
    ck_assert(after(MADE));
    rgo_context_end(ctx);
}
END_TEST

static int end(void)
{
    event(ENDED);
    return 0;
}

START_TEST(ends_come_before_wait_and_before_the_one_that_gets_the_place)
{
    rgo_errgroup g = {0};
    forget();
    rgo_errgroup_go(&g, end);
    ck_assert(!after(ENDED));
    rgo_errgroup_wait(&g);
    ck_assert(after(ENDED));
    memset(&g, 0, sizeof g);
    forget();
    runtime_hooks->die(&g, sizeof g);
    rgo_errgroup_set_limit(&g, 1);
    rgo_errgroup_go(&g, end);
    rgo_errgroup_go(&g, end);
    ck_assert(after(ENDED));
    rgo_errgroup_wait(&g);
}
END_TEST

START_TEST(each_task_ends)
{
    int64_t until = time_now() + 200000 * MS;
    while (__atomic_load_n(&world.tasks, __ATOMIC_SEQ_CST) > 0) {
        ck_assert(time_now() < until);
        rgo_sleep(MS / 10);
    }
}
END_TEST

int main(void)
{
    runtime_hooks = &fake;
    goroutine_self()->task = &world.main;
    TCase *tests = tcase_create("hooks");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests,
                   making_and_resetting_come_before_the_function_and_functions_are_unordered);
    tcase_add_test(tests, making_comes_before_the_receive_from_the_timers_channel);
    tcase_add_test(tests, the_cancel_comes_before_done_and_err_that_see_it);
    tcase_add_test(tests, making_a_deadline_comes_before_done);
    tcase_add_test(tests, ends_come_before_wait_and_before_the_one_that_gets_the_place);
    tcase_add_test(tests, each_task_ends);
    Suite *suite = suite_create("time_hooks");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
