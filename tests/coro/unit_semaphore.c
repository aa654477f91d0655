/* semaphore: weights, order, time limits, misuse, and what the detector is told. */
#include "order.h"

static rgo_semaphore s;
static rgo_waitgroup wg;
static _Atomic int64_t in_use;
static struct goroutine *waiting[4];
static int got[4];
static _Atomic int got_count;

static void use(int64_t n, int times)
{
    for (int i = 0; i < times; i++) {
        rgo_semaphore_acquire(&s, n);
        ck_assert_int_le(in_use += n, 5);
        if (i % 4 == 0)
            rgo_yield();
        in_use -= n;
        rgo_semaphore_release(&s, n);
    }
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    use(5, 500);
    return unused;
}

START_TEST(never_more_than_its_size_is_out)
{
    pthread_t thread;
    rgo_semaphore_init(&s, 5);
    rgo_waitgroup_add(&wg, 9);
    for (int i = 0; i < 8; i++)
        rgo_go(use, (int64_t)(i % 4 + 1), 1000);
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    ck_assert_int_eq(s.held, 0);
}
END_TEST

static void take(int i, int64_t n)
{
    waiting[i] = goroutine_self();
    step_next();
    rgo_semaphore_acquire(&s, n);
    got[got_count++] = i;
    rgo_semaphore_release(&s, n);
    rgo_waitgroup_done(&wg);
}

START_TEST(a_large_request_is_not_overtaken_by_small_ones)
{
    rgo_semaphore_init(&s, 3);
    order.step = 0;
    got_count = 0;
    rgo_semaphore_acquire(&s, 2);
    rgo_waitgroup_add(&wg, 2);
    rgo_go(take, 0, (int64_t)3);
    step_wait(1);
    wait_until_parked(waiting[0], WAIT_SEMAPHORE);
    ck_assert_ptr_eq(waiting[0]->wait_object, &s);
    ck_assert(!rgo_semaphore_try_acquire(&s, 1));
    rgo_go(take, 1, (int64_t)1);
    step_wait(2);
    wait_until_parked(waiting[1], WAIT_SEMAPHORE);
    rgo_semaphore_release(&s, 2);
    rgo_waitgroup_wait(&wg);
    ck_assert_int_eq(got[0], 0);
    ck_assert_int_eq(got[1], 1);
    ck_assert(rgo_semaphore_try_acquire(&s, 3));
    ck_assert(!rgo_semaphore_try_acquire(&s, 1));
}
END_TEST

START_TEST(a_time_limit_ends_the_wait_and_lets_the_next_on)
{
    rgo_semaphore_init(&s, 3);
    order.step = 0;
    got_count = 0;
    ck_assert(rgo_semaphore_acquire_for(&s, 2, 0));
    ck_assert(!rgo_semaphore_acquire_for(&s, 2, 0));
    ck_assert(!rgo_semaphore_acquire_for(&s, 2, 1000000));
    ck_assert(!rgo_semaphore_acquire_for(&s, 4, 1000000)); /* more than its size */
    ck_assert_int_eq(s.held, 2);
    ck_assert_ptr_null(s.waiters.first);
    int64_t before = time_now();
    ck_assert(!rgo_semaphore_acquire_for(&s, 2, 20000000));
    ck_assert_int_ge(time_now() - before, 20000000);
    rgo_semaphore_release(&s, 2);
    ck_assert(rgo_semaphore_acquire_for(&s, 3, 1000000));
}
END_TEST

static void take_for(int i, int64_t n, int64_t timeout)
{
    waiting[i] = goroutine_self();
    step_next();
    if (rgo_semaphore_acquire_for(&s, n, timeout))
        got[got_count++] = i;
    rgo_waitgroup_done(&wg);
}

START_TEST(who_times_out_at_the_front_makes_room_for_those_behind)
{
    rgo_semaphore_init(&s, 3);
    order.step = 0;
    got_count = 0;
    rgo_semaphore_acquire(&s, 2);
    rgo_waitgroup_add(&wg, 2);
    rgo_go(take_for, 0, (int64_t)3, (int64_t)30000000);
    step_wait(1);
    wait_until_parked(waiting[0], WAIT_SEMAPHORE);
    rgo_go(take_for, 1, (int64_t)1, INT64_MAX);
    rgo_waitgroup_wait(&wg);
    ck_assert_int_eq(got_count, 1);
    ck_assert_int_eq(got[0], 1);
    ck_assert_int_eq(s.held, 3);
}
END_TEST

static _Atomic int successes;
static void take_briefly(int times)
{
    for (int i = 0; i < times; i++)
        if (rgo_semaphore_acquire_for(&s, 1, 1000 * (i % 50))) {
            successes++;
            rgo_yield();
            rgo_semaphore_release(&s, 1);
        }
    rgo_waitgroup_done(&wg);
}

START_TEST(time_limits_and_releases_may_meet)
{
    rgo_semaphore_init(&s, 1);
    rgo_waitgroup_add(&wg, 6);
    for (int i = 0; i < 6; i++)
        rgo_go(take_briefly, 1000);
    rgo_waitgroup_wait(&wg);
    ck_assert_int_eq(s.held, 0);
    ck_assert_ptr_null(s.waiters.first);
    ck_assert_int_gt(successes, 0);
}
END_TEST

START_TEST(misuse_panics)
{
    volatile int caught = 0;
    rgo_semaphore_init(&s, 2);
    rgo_semaphore_acquire(&s, 1);
    rgo_attempt rgo_semaphore_release(&s, 2);
    rgo_rescue(p) caught += strcmp(p->text, "semaphore: released more than held") == 0;
    rgo_attempt rgo_semaphore_acquire(&s, -1);
    rgo_rescue(p) caught += strcmp(p->text, "semaphore: negative count") == 0;
    ck_assert_int_eq(caught, 2);
    rgo_semaphore_release(&s, 1);
}
END_TEST

static void release_marked(void)
{
    order_mark(0);
    rgo_semaphore_release(&s, 2);
    order_mark(1);
    step_next();
}

static void acquire_marked(unsigned i)
{
    rgo_semaphore_acquire(&s, 1);
    order_mark(i);
}

START_TEST(a_release_is_before_the_acquires_after_it_and_those_are_unordered)
{
    order_reset();
    rgo_semaphore_init(&s, 2);
    rgo_semaphore_acquire(&s, 2);
    rgo_go(acquire_marked, 2u);
    rgo_go(acquire_marked, 3u);
    for (int i = 0; i < 20; i++)
        rgo_yield(); /* one of them or both may wait by now, or not */
    rgo_go(release_marked);
    goroutines_wait_all();
    ck_assert(order_before(0, 2));
    ck_assert(order_before(0, 3));
    ck_assert(!order_before(1, 2));
    ck_assert(!order_before(2, 3));
    ck_assert(!order_before(3, 2));
}
END_TEST

int main(void)
{
    int failed = TESTS_RUN("semaphore", never_more_than_its_size_is_out,
                           a_large_request_is_not_overtaken_by_small_ones,
                           a_time_limit_ends_the_wait_and_lets_the_next_on,
                           who_times_out_at_the_front_makes_room_for_those_behind,
                           time_limits_and_releases_may_meet, misuse_panics);
    order_begin();
    return failed | TESTS_RUN("semaphore, told",
                              a_release_is_before_the_acquires_after_it_and_those_are_unordered,
                              never_more_than_its_size_is_out);
}
