/* rwmutex: readers together, writers alone, turns, misuse, and what the detector is told. */
#include "order.h"

static rgo_rwmutex rw;
static rgo_waitgroup wg;
static _Atomic int readers, writers;
static long value;

static void read_often(int times)
{
    for (int i = 0; i < times; i++) {
        rgo_rwmutex_rlock(&rw);
        readers++;
        ck_assert_int_eq(writers, 0);
        if (i % 8 == 0)
            rgo_yield();
        readers--;
        rgo_rwmutex_runlock(&rw);
    }
    rgo_waitgroup_done(&wg);
}

static void write_often(int times)
{
    for (int i = 0; i < times; i++) {
        rgo_rwmutex_lock(&rw);
        ck_assert_int_eq(writers++, 0);
        ck_assert_int_eq(readers, 0);
        value++;
        if (i % 8 == 0)
            rgo_yield();
        writers--;
        rgo_rwmutex_unlock(&rw);
    }
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    write_often(1000);
    return unused;
}

START_TEST(readers_exclude_writers_and_writers_all)
{
    pthread_t thread;
    value = 0;
    rgo_waitgroup_add(&wg, 9);
    for (int i = 0; i < 8; i++) {
        if (i % 2)
            rgo_go(write_often, 1000);
        else
            rgo_go(read_often, 2000);
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    ck_assert_int_eq(value, 5000);
    ck_assert_uint_eq(rw.state, 0);
}
END_TEST

static struct goroutine *waiting[3];
static char sequence[8];

static void wait_to_write(void)
{
    waiting[0] = goroutine_self();
    step_next();
    rgo_rwmutex_lock(&rw);
    strcat(sequence, "w");
    rgo_rwmutex_unlock(&rw);
    rgo_waitgroup_done(&wg);
}

static void wait_to_read(void)
{
    waiting[1] = goroutine_self();
    step_next();
    rgo_rwmutex_rlock(&rw);
    strcat(sequence, "r");
    rgo_rwmutex_runlock(&rw);
    rgo_waitgroup_done(&wg);
}

START_TEST(a_waiting_writer_blocks_new_readers)
{
    order.step = 0;
    sequence[0] = 0;
    rgo_waitgroup_add(&wg, 2);
    rgo_rwmutex_rlock(&rw);
    ck_assert(rgo_rwmutex_tryrlock(&rw));
    rgo_rwmutex_runlock(&rw);
    rgo_go(wait_to_write);
    step_wait(1);
    wait_until_parked(waiting[0], WAIT_RWMUTEX_LOCK);
    ck_assert(!rgo_rwmutex_tryrlock(&rw));
    rgo_go(wait_to_read);
    step_wait(2);
    wait_until_parked(waiting[1], WAIT_RWMUTEX_RLOCK);
    ck_assert_ptr_eq(waiting[1]->wait_object, &rw);
    rgo_rwmutex_runlock(&rw);
    rgo_waitgroup_wait(&wg);
    ck_assert_str_eq(sequence, "wr");
}
END_TEST

START_TEST(readers_that_queued_go_before_the_next_writer)
{
    order.step = 0;
    sequence[0] = 0;
    rgo_waitgroup_add(&wg, 2);
    rgo_rwmutex_lock(&rw);
    rgo_go(wait_to_write);
    step_wait(1);
    wait_until_parked(waiting[0], WAIT_RWMUTEX_LOCK);
    rgo_go(wait_to_read);
    step_wait(2);
    wait_until_parked(waiting[1], WAIT_RWMUTEX_RLOCK);
    rgo_rwmutex_unlock(&rw);
    rgo_waitgroup_wait(&wg);
    ck_assert_str_eq(sequence, "rw");
}
END_TEST

START_TEST(trying_takes_only_what_is_free)
{
    ck_assert(rgo_rwmutex_trylock(&rw));
    ck_assert(!rgo_rwmutex_trylock(&rw));
    ck_assert(!rgo_rwmutex_tryrlock(&rw));
    rgo_rwmutex_unlock(&rw);
    ck_assert(rgo_rwmutex_tryrlock(&rw));
    ck_assert(rgo_rwmutex_tryrlock(&rw));
    ck_assert(!rgo_rwmutex_trylock(&rw));
    rgo_rwmutex_runlock(&rw);
    rgo_rwmutex_runlock(&rw);
    ck_assert_uint_eq(rw.state, 0);
}
END_TEST

/* The n-th in an order that the detector does not hear of. */
static void reader(unsigned n)
{
    step_wait(n);
    rgo_rwmutex_rlock(&rw);
    order_mark(2 * n);
    rgo_rwmutex_runlock(&rw);
    order_mark(2 * n + 1);
    step_next();
}

static void writer(unsigned n)
{
    step_wait(n);
    rgo_rwmutex_lock(&rw);
    order_mark(2 * n);
    rgo_rwmutex_unlock(&rw);
    order_mark(2 * n + 1);
    step_next();
}

START_TEST(runlock_is_before_lock_and_unlock_before_both_but_readers_are_unordered)
{
    order_reset();
    rgo_go(reader, 0);
    rgo_go(reader, 1);
    rgo_go(writer, 2);
    rgo_go(reader, 3);
    rgo_go(reader, 4);
    rgo_go(writer, 5);
    goroutines_wait_all();
    ck_assert(!order_before(0, 2)); /* RUnlock, RLock */
    ck_assert(order_before(0, 4));  /* RUnlock, Lock */
    ck_assert(order_before(2, 4));
    ck_assert(!order_before(1, 4));
    ck_assert(order_before(4, 6)); /* Unlock, RLock */
    ck_assert(order_before(4, 8));
    ck_assert(!order_before(6, 8));
    ck_assert(order_before(6, 10));
    ck_assert(order_before(8, 10));
    ck_assert(order_before(4, 10)); /* Unlock, Lock */
    ck_assert(!order_before(5, 8));
}
END_TEST

int main(void)
{
    int failed = TESTS_RUN(
        "rwmutex", readers_exclude_writers_and_writers_all, a_waiting_writer_blocks_new_readers,
        readers_that_queued_go_before_the_next_writer, trying_takes_only_what_is_free);
    order_begin();
    return failed |
           TESTS_RUN("rwmutex, told",
                     runlock_is_before_lock_and_unlock_before_both_but_readers_are_unordered,
                     readers_exclude_writers_and_writers_all);
}
