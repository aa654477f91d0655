/* mutex: exclusion, hand-over, misuse, scope, and what the detector is told. */
#include "order.h"

static rgo_mutex m;
static rgo_waitgroup wg;
static long counter;
static _Atomic int inside;

static void count(int times, bool yield)
{
    for (int i = 0; i < times; i++) {
        rgo_mutex_lock(&m);
        ck_assert_int_eq(inside++, 0);
        counter++;
        if (yield)
            rgo_yield();
        inside--;
        rgo_mutex_unlock(&m);
    }
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    count(3000, false);
    return unused;
}

START_TEST(excludes_goroutines_and_threads)
{
    pthread_t thread[2];
    counter = 0;
    rgo_waitgroup_add(&wg, 10);
    for (int i = 0; i < 8; i++)
        rgo_go(count, 2000, i % 2);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, guest, NULL), 0);
    rgo_waitgroup_wait(&wg);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    ck_assert_int_eq(counter, 8 * 2000 + 2 * 3000);
    ck_assert_uint_eq(m.state, 0);
}
END_TEST

START_TEST(trylock_takes_only_what_is_free)
{
    ck_assert(rgo_mutex_trylock(&m));
    ck_assert(!rgo_mutex_trylock(&m));
    rgo_mutex_unlock(&m);
    ck_assert(rgo_mutex_trylock(&m));
    rgo_mutex_unlock(&m);
}
END_TEST

static struct goroutine *waiting[3];
static int got[8], got_count;

static void wait_for_it(int i)
{
    waiting[i] = goroutine_self();
    step_next();
    rgo_mutex_lock(&m);
    got[got_count++] = i;
    rgo_mutex_unlock(&m);
    rgo_waitgroup_done(&wg);
}

START_TEST(waiters_say_what_they_wait_for_and_come_in_order)
{
    order.step = 0;
    got_count = 0;
    rgo_mutex_lock(&m);
    rgo_waitgroup_add(&wg, 3);
    for (int i = 0; i < 3; i++) {
        rgo_go(wait_for_it, i);
        step_wait((unsigned)i + 1);
        wait_until_parked(waiting[i], WAIT_MUTEX);
        ck_assert_ptr_eq(waiting[i]->wait_object, &m);
    }
    rgo_mutex_unlock(&m);
    rgo_waitgroup_wait(&wg);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(got[i], i);
}
END_TEST

START_TEST(an_overtaken_waiter_gets_it_next)
{
    order.step = 0;
    got_count = 0;
    rgo_mutex_lock(&m);
    rgo_waitgroup_add(&wg, 1);
    rgo_go(wait_for_it, 0);
    step_wait(1);
    for (int turns = 0; got_count == 0; turns++) {
        wait_until_parked(waiting[0], WAIT_MUTEX);
        ck_assert_int_le(turns, 2);
        rgo_mutex_unlock(&m);
        rgo_mutex_lock(&m); /* overtakes at most once, then waits itself */
        rgo_yield();
        if (got_count)
            break;
    }
    rgo_mutex_unlock(&m);
    rgo_waitgroup_wait(&wg);
}
END_TEST

static void unlock_it(void)
{
    rgo_mutex_unlock(&m);
    rgo_waitgroup_done(&wg);
}

START_TEST(another_goroutine_may_unlock)
{
    rgo_mutex_lock(&m);
    rgo_waitgroup_add(&wg, 1);
    rgo_go(unlock_it);
    rgo_mutex_lock(&m);
    rgo_mutex_unlock(&m);
    rgo_waitgroup_wait(&wg);
}
END_TEST

static int return_from_block(void)
{
    rgo_with_mutex(&m)
    {
        ck_assert(!rgo_mutex_trylock(&m));
        return 5;
    }
    return 0;
}

START_TEST(a_block_unlocks_however_it_is_left)
{
    ck_assert_int_eq(return_from_block(), 5);
    ck_assert_uint_eq(m.state, 0);
    rgo_with_mutex(&m) break;
    ck_assert_uint_eq(m.state, 0);
    volatile int caught = 0;
    rgo_attempt
    {
        rgo_with_mutex(&m)
        {
            rgo_panic("left");
        }
    }
    rgo_rescue(p) caught++;
    ck_assert_int_eq(caught, 1);
    ck_assert_uint_eq(m.state, 0);
}
END_TEST

START_TEST(nil_panics_as_in_go)
{
    volatile int caught = 0;
    rgo_mutex *volatile nil = NULL;
    rgo_attempt rgo_mutex_lock(nil);
    rgo_rescue(p) caught += strstr(p->text, "nil pointer dereference") != NULL;
    rgo_attempt rgo_mutex_unlock(nil);
    rgo_rescue(p) caught += strstr(p->text, "nil pointer dereference") != NULL;
    ck_assert_int_eq(caught, 2);
}
END_TEST

static void first_section(void)
{
    rgo_mutex_lock(&m);
    order_mark(0);
    rgo_mutex_unlock(&m);
    order_mark(1);
    step_next();
}

static void second_section(void)
{
    step_wait(1);
    order_mark(2);
    rgo_mutex_lock(&m);
    order_mark(3);
    rgo_mutex_unlock(&m);
}

START_TEST(unlock_is_before_the_next_lock_and_no_more)
{
    order_reset();
    rgo_go(first_section);
    rgo_go(second_section);
    goroutines_wait_all();
    ck_assert(order_before(0, 3));
    ck_assert(!order_before(0, 2));
    ck_assert(!order_before(1, 3));
}
END_TEST

static void parked_section(void)
{
    waiting[0] = goroutine_self();
    step_next();
    rgo_mutex_lock(&m);
    order_mark(1);
    rgo_mutex_unlock(&m);
}

START_TEST(unlock_is_before_the_lock_that_waited)
{
    order_reset();
    rgo_mutex_lock(&m);
    rgo_go(parked_section);
    step_wait(1);
    wait_until_parked(waiting[0], WAIT_MUTEX);
    order_mark(0);
    rgo_mutex_unlock(&m);
    order_mark(2);
    goroutines_wait_all();
    ck_assert(order_before(0, 1));
    ck_assert(!order_before(2, 1));
}
END_TEST

static void overwrite(void)
{
    step_wait(1);
    order_write(goroutine_self()->task, &m, sizeof m, NULL);
}

START_TEST(overwriting_a_mutex_in_use_is_a_race)
{
    order_reset();
    rgo_go(overwrite);
    rgo_mutex_lock(&m);
    rgo_mutex_unlock(&m);
    ck_assert(!order_accesses_race());
    step_next();
    goroutines_wait_all();
    ck_assert(order_accesses_race());
}
END_TEST

int main(void)
{
    int failed = TESTS_RUN(
        "mutex", excludes_goroutines_and_threads, trylock_takes_only_what_is_free,
        waiters_say_what_they_wait_for_and_come_in_order, an_overtaken_waiter_gets_it_next,
        another_goroutine_may_unlock, a_block_unlocks_however_it_is_left, nil_panics_as_in_go);
    order_begin();
    return failed | TESTS_RUN("mutex, told", unlock_is_before_the_next_lock_and_no_more,
                              unlock_is_before_the_lock_that_waited,
                              overwriting_a_mutex_in_use_is_a_race,
                              excludes_goroutines_and_threads);
}
