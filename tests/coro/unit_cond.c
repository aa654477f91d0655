/* cond: signals in order, broadcast, all kinds of lock, and what the detector is told. */
#include "order.h"

static rgo_mutex m;
static rgo_rwmutex rw;
static rgo_cond c = {.locker = &m};
static rgo_waitgroup wg;
static struct goroutine *waiting[4];
static int woken[8];
static _Atomic int woken_count;

static void wait_once(int i)
{
    rgo_mutex_lock(&m);
    waiting[i] = goroutine_self();
    step_next();
    rgo_cond_wait(&c);
    woken[woken_count] = i; /* m orders the writers; the count tells readers that it is there */
    woken_count++;
    order_mark(8 + (unsigned)i);
    rgo_mutex_unlock(&m);
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    wait_once(3);
    return unused;
}

/* Three goroutines and a thread, in order. */
static pthread_t start_waiters(void)
{
    pthread_t thread;
    order.step = 0;
    woken_count = 0;
    rgo_waitgroup_add(&wg, 4);
    for (int i = 0; i < 4; i++) {
        if (i < 3)
            rgo_go(wait_once, i);
        else
            ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
        step_wait((unsigned)i + 1);
        wait_until_parked(waiting[i], WAIT_COND);
        ck_assert_ptr_eq(waiting[i]->wait_object, &c);
    }
    return thread;
}

START_TEST(signals_wake_one_each_the_longest_waiting_first)
{
    pthread_t thread = start_waiters();
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(woken_count, i);
        rgo_cond_signal(&c);
        while (woken_count == i)
            rgo_yield();
        ck_assert_int_eq(woken[i], i);
    }
    rgo_cond_signal(&c); /* nobody */
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(broadcast_wakes_all)
{
    pthread_t thread = start_waiters();
    rgo_cond_broadcast(&c);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    ck_assert_int_eq(woken_count, 4);
    rgo_cond_broadcast(&c); /* nobody */
}
END_TEST

static long stock, made, taken;

static void consume(int times)
{
    for (int i = 0; i < times; i++) {
        rgo_mutex_lock(&m);
        while (!stock)
            rgo_cond_wait(&c);
        stock--;
        taken++;
        rgo_mutex_unlock(&m);
    }
    rgo_waitgroup_done(&wg);
}

static void produce(int times)
{
    for (int i = 0; i < times; i++) {
        rgo_mutex_lock(&m);
        stock++;
        made++;
        rgo_mutex_unlock(&m);
        rgo_cond_signal(&c);
    }
    rgo_waitgroup_done(&wg);
}

START_TEST(no_signal_is_lost)
{
    stock = made = taken = 0;
    rgo_waitgroup_add(&wg, 8);
    for (int i = 0; i < 4; i++) {
        rgo_go(consume, 1500);
        rgo_go(produce, 1500);
    }
    rgo_waitgroup_wait(&wg);
    ck_assert_int_eq(stock, 0);
    ck_assert_int_eq(taken, 6000);
}
END_TEST

static rgo_cond c_write, c_read;
static _Atomic int ready_count;

static void wait_rw(bool write)
{
    if (write)
        rgo_rwmutex_lock(&rw);
    else
        rgo_rwmutex_rlock(&rw);
    ready_count++;
    rgo_cond_wait(write ? &c_write : &c_read);
    ck_assert(write ? !rgo_rwmutex_tryrlock(&rw) : !rgo_rwmutex_trylock(&rw));
    if (write)
        rgo_rwmutex_unlock(&rw);
    else
        rgo_rwmutex_runlock(&rw);
    rgo_waitgroup_done(&wg);
}

START_TEST(a_rwmutex_is_a_locker_too)
{
    for (int write = 0; write < 2; write++) {
        ready_count = 0;
        rgo_cond_init(&c_write, &rw);
        rgo_cond_init_rlock(&c_read, &rw);
        rgo_waitgroup_add(&wg, 1);
        rgo_go(wait_rw, write);
        while (!ready_count)
            rgo_yield();
        rgo_rwmutex_lock(&rw); /* waits until the other has let go */
        rgo_cond_signal(write ? &c_write : &c_read);
        rgo_rwmutex_unlock(&rw);
        rgo_waitgroup_wait(&wg);
    }
    ck_assert_uint_eq(rw.state, 0);
}
END_TEST

START_TEST(a_cond_without_a_lock_panics)
{
    rgo_cond none = {0};
    volatile bool caught = false;
    rgo_attempt rgo_cond_wait(&none);
    rgo_rescue(p) caught = strstr(p->text, "nil pointer dereference") != NULL;
    ck_assert(caught);
}
END_TEST

static void signal_marked(unsigned i)
{
    step_wait(4 + i);
    while (woken_count < (int)i)
        rgo_yield();
    order_mark(i);
    rgo_cond_signal(&c);
    order_mark(4 + i);
    step_next();
}

START_TEST(a_signal_is_before_the_wait_that_it_wakes)
{
    order_reset();
    pthread_t thread = start_waiters();
    for (unsigned i = 0; i < 4; i++)
        rgo_go(signal_marked, i);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    goroutines_wait_all();
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(order_before(i, 8 + i));
        ck_assert(!order_before(4 + i, 8 + i));
    }
    ck_assert(!order_before(3, 8)); /* of no other */
}
END_TEST

int main(void)
{
    order_begin();
    return TESTS_RUN("cond", signals_wake_one_each_the_longest_waiting_first, broadcast_wakes_all,
                     no_signal_is_lost, a_rwmutex_is_a_locker_too, a_cond_without_a_lock_panics,
                     a_signal_is_before_the_wait_that_it_wakes);
}
