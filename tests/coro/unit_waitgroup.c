/* waitgroup: waiting, reuse, misuse, and what the detector is told. */
#include <string.h>

#include "order.h"

static rgo_waitgroup wg;
static _Atomic int done_count;
static struct goroutine *waiting[8];

static void work(void)
{
    done_count++;
    rgo_waitgroup_done(&wg);
}

START_TEST(wait_returns_when_all_are_done_and_the_group_is_used_again)
{
    done_count = 0;
    for (int round = 1; round <= 50; round++) {
        rgo_waitgroup_add(&wg, 20);
        for (int i = 0; i < 20; i++)
            rgo_go(work);
        rgo_waitgroup_wait(&wg);
        ck_assert_int_eq(done_count, 20 * round);
    }
    ck_assert_uint_eq(wg.state, 0);
}
END_TEST

static void wait_for_it(int i)
{
    waiting[i] = goroutine_self();
    step_next();
    rgo_waitgroup_wait(&wg);
    done_count++;
}

static void *guest(void *unused)
{
    wait_for_it(4);
    return unused;
}

START_TEST(all_that_wait_are_released_threads_too)
{
    pthread_t thread;
    order.step = 0;
    done_count = 0;
    rgo_waitgroup_add(&wg, 1);
    for (int i = 0; i < 4; i++)
        rgo_go(wait_for_it, i);
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    step_wait(5);
    for (int i = 0; i < 5; i++) {
        wait_until_parked(waiting[i], WAIT_WAITGROUP);
        ck_assert_ptr_eq(waiting[i]->wait_object, &wg);
    }
    ck_assert_int_eq(done_count, 0);
    rgo_waitgroup_done(&wg);
    pthread_join(thread, NULL);
    while (done_count < 5)
        rgo_yield();
}
END_TEST

START_TEST(a_negative_counter_panics_recoverably)
{
    rgo_waitgroup own = {0};
    volatile bool caught = false;
    rgo_attempt rgo_waitgroup_done(&own);
    rgo_rescue(p) caught = strcmp(p->text, "sync: negative WaitGroup counter") == 0;
    ck_assert(caught);
    caught = false;
    rgo_waitgroup other = {0};
    rgo_waitgroup_add(&other, 2);
    rgo_attempt rgo_waitgroup_add(&other, -3);
    rgo_rescue(p) caught = strcmp(p->text, "sync: negative WaitGroup counter") == 0;
    ck_assert(caught);
}
END_TEST

static void marked_done(unsigned i)
{
    order_mark(i);
    rgo_waitgroup_done(&wg);
    order_mark(i + 1);
    step_next();
}

static void second_wait(void)
{
    rgo_waitgroup_wait(&wg);
    order_mark(5);
}

START_TEST(each_done_is_before_each_wait_and_dones_are_unordered)
{
    order_reset();
    rgo_waitgroup_add(&wg, 2);
    rgo_go(marked_done, 0u);
    rgo_go(marked_done, 2u);
    step_wait(1);
    rgo_waitgroup_wait(&wg);
    order_mark(4);
    step_wait(2);
    rgo_go(second_wait); /* finds zero */
    goroutines_wait_all();
    ck_assert(order_before(0, 4));
    ck_assert(order_before(2, 4));
    ck_assert(!order_before(1, 4));
    ck_assert(!order_before(0, 2));
    ck_assert(!order_before(2, 0));
    ck_assert(order_before(0, 5));
    ck_assert(order_before(2, 5));
    ck_assert(!order_accesses_race());
}
END_TEST

static void late_add(void)
{
    step_wait(1);
    rgo_waitgroup_add(&wg, 1);
    rgo_waitgroup_done(&wg);
    step_next();
}

static void waiter_first(void)
{
    waiting[0] = goroutine_self();
    rgo_waitgroup_add(&wg, 1);
    rgo_go(marked_done, 0u);
    rgo_waitgroup_wait(&wg);
    step_wait(1);
    step_next();
}

START_TEST(a_first_add_unordered_with_wait_is_seen)
{
    order_reset();
    rgo_waitgroup_add(&wg, 1);
    rgo_go(wait_for_it, 0); /* step 1 */
    rgo_go(late_add);
    step_wait(2); /* the late add is over: this one was not the first */
    wait_until_parked(waiting[0], WAIT_WAITGROUP);
    rgo_waitgroup_done(&wg);
    goroutines_wait_all();
    ck_assert(!order_accesses_race());

    order_reset();
    rgo_go(waiter_first); /* its wait has written once it parks; marked_done is step 1 */
    goroutines_wait_all();
    bool wrote = false;
    for (unsigned i = 0; i < order.accesses; i++)
        wrote = wrote || order.access[i].write;
    order.step = 1;
    rgo_go(late_add); /* main knows nothing of that wait */
    goroutines_wait_all();
    ck_assert(order_accesses_race() == wrote);
}
END_TEST

static int64_t summed;
static int destroyed;

static void note_destroyed(void *value)
{
    (void)value;
    rgo_atomic_add(&destroyed, 1);
}

static int adds(int value, double other, const char *text)
{
    static const char key;
    rgo_local_set(&key, &summed, note_destroyed);
    rgo_yield();
    rgo_atomic_add(&summed, value + (int64_t)other + (int64_t)strlen(text));
    if (value % 2)
        rgo_exit();
    return value; /* dropped */
}

START_TEST(goroutines_of_a_group_are_done_when_they_end)
{
    summed = destroyed = 0;
    rgo_waitgroup group = {0}, *asked = &group;
    for (int i = 0; i < 1000; i++)
        rgo_waitgroup_go(asked++, adds, i, 2.0, "abc"), asked--;
    rgo_waitgroup_wait(&group);
    ck_assert_int_eq(summed, 999 * 500 + 5000);
    ck_assert_int_eq(destroyed, 1000);
}
END_TEST

int main(void)
{
    int failed =
        TESTS_RUN("waitgroup", wait_returns_when_all_are_done_and_the_group_is_used_again,
                  all_that_wait_are_released_threads_too, a_negative_counter_panics_recoverably,
                  goroutines_of_a_group_are_done_when_they_end);
    order_begin();
    return failed |
           TESTS_RUN("waitgroup, told", each_done_is_before_each_wait_and_dones_are_unordered,
                     a_first_add_unordered_with_wait_is_seen);
}
