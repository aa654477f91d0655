/* once: exactly one call, everybody waits for its end, panics and exits count, and what is told. */
#include "order.h"

static rgo_once o;
static rgo_waitgroup wg;
static _Atomic int calls, ended;
static struct goroutine *waiting[4];

static void slow_call(void)
{
    calls++;
    step_wait(1);
    order_mark(0);
    ended = 1;
}

static void call_it(void)
{
    rgo_once_do(&o, slow_call);
    ck_assert_int_eq(ended, 1);
    rgo_waitgroup_done(&wg);
}

static void wait_for_it(void)
{
    waiting[0] = goroutine_self();
    call_it();
}

static void *guest(void *unused)
{
    call_it();
    return unused;
}

START_TEST(one_call_and_all_return_after_its_end)
{
    pthread_t thread;
    o = (rgo_once){0};
    calls = ended = 0;
    order.step = 0;
    rgo_waitgroup_add(&wg, 10);
    for (int i = 0; i < 8; i++)
        rgo_go(call_it);
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    while (calls == 0)
        rgo_yield();
    rgo_go(wait_for_it);
    while (!waiting[0])
        rgo_yield();
    wait_until_parked(waiting[0], WAIT_ONCE);
    ck_assert_ptr_eq(waiting[0]->wait_object, &o);
    step_next();
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    ck_assert_int_eq(calls, 1);
    waiting[0] = NULL;
}
END_TEST

static void add_to(void *sum)
{
    *(int *)sum += 3;
}

START_TEST(the_argument_is_passed)
{
    rgo_once own = {0};
    int sum = 0;
    for (int i = 0; i < 3; i++)
        rgo_once_do_with(&own, add_to, &sum);
    ck_assert_int_eq(sum, 3);
}
END_TEST

static void call_and_panic(void)
{
    calls++;
    rgo_panic("out of here");
}

START_TEST(a_function_that_panics_was_called)
{
    rgo_once own = {0};
    volatile bool caught = false;
    calls = 0;
    rgo_attempt rgo_once_do(&own, call_and_panic);
    rgo_rescue(p) caught = strcmp(p->text, "out of here") == 0;
    ck_assert(caught);
    rgo_once_do(&own, call_and_panic);
    ck_assert_int_eq(calls, 1);
}
END_TEST

static rgo_once exited;
static void call_and_exit(void)
{
    calls++;
    rgo_exit();
}
static void exit_within(void)
{
    rgo_once_do(&exited, call_and_exit);
}

START_TEST(a_function_that_exits_was_called)
{
    order_reset();
    calls = 0;
    exited = (rgo_once){0};
    rgo_go(exit_within);
    goroutines_wait_all();
    rgo_once_do(&exited, call_and_exit);
    ck_assert_int_eq(calls, 1);
}
END_TEST

static void call_marked(void)
{
    order_mark(0);
}
static void do_marked(unsigned i)
{
    step_wait(i - 1);
    rgo_once_do(&o, call_marked);
    order_mark(i);
    step_next();
}

START_TEST(the_end_is_before_every_return_but_returns_are_unordered)
{
    order_reset();
    o = (rgo_once){0};
    for (unsigned i = 1; i <= 3; i++)
        rgo_go(do_marked, i);
    goroutines_wait_all();
    for (unsigned i = 1; i <= 3; i++)
        ck_assert(order_before(0, i));
    ck_assert(!order_before(1, 2));
    ck_assert(!order_before(2, 3));
}
END_TEST

static void do_parked(void)
{
    waiting[0] = goroutine_self();
    rgo_once_do(&o, slow_call);
    order_mark(1);
}
static void do_slow(void)
{
    rgo_once_do(&o, slow_call);
}

START_TEST(the_end_is_before_a_return_that_waited)
{
    order_reset();
    o = (rgo_once){0};
    calls = 0;
    waiting[0] = NULL;
    rgo_go(do_slow);
    while (!calls)
        rgo_yield();
    rgo_go(do_parked);
    while (!waiting[0])
        rgo_yield();
    wait_until_parked(waiting[0], WAIT_ONCE);
    step_next();
    goroutines_wait_all();
    ck_assert(order_before(0, 1));
}
END_TEST

int main(void)
{
    order.mark[0].task = 0;
    order_begin(); /* marks need tasks */
    return TESTS_RUN("once", one_call_and_all_return_after_its_end, the_argument_is_passed,
                     a_function_that_panics_was_called, a_function_that_exits_was_called,
                     the_end_is_before_every_return_but_returns_are_unordered,
                     the_end_is_before_a_return_that_waited);
}
