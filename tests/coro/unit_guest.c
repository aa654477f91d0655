/* Threads of the program's own that use the runtime. */
#include <check.h>
#include <pthread.h>

#include "worker.h"

#define ROUNDS 3000

struct box { /* one value, handed over */
    struct lock lock;
    struct goroutine *waiting;
    void *value;
};

static void *box_take(struct box *box)
{
    lock_take(&box->lock);
    void *value = box->value;
    if (value) {
        box->value = NULL;
        lock_release(&box->lock);
        return value;
    }
    box->waiting = goroutine_self();
    return park(&box->lock, WAIT_COND, box, NULL);
}

static void box_put(struct box *box, void *value)
{
    lock_take(&box->lock);
    struct goroutine *g = box->waiting;
    if (g)
        box->waiting = NULL;
    else
        box->value = value;
    lock_release(&box->lock);
    if (g)
        ready(g, value);
}

struct pair {
    struct box there, back;
};

static void answer(struct pair *pair)
{
    for (long i = 1; i <= ROUNDS; i++) {
        errno = (int)i;
        ck_assert_ptr_eq(box_take(&pair->there), (void *)i);
        ck_assert_int_eq(errno, i);
        box_put(&pair->back, (void *)(i + 1));
    }
}

static void *ask(void *argument)
{
    struct pair *pair = argument;
    for (long i = 1; i <= ROUNDS; i++) {
        box_put(&pair->there, (void *)i);
        errno = (int)i;
        ck_assert_ptr_eq(box_take(&pair->back), (void *)(i + 1));
        ck_assert_int_eq(errno, i);
    }
    return NULL;
}

static void *start_and_ask(void *unused)
{
    struct pair pair = {0};
    rgo_go(answer, &pair);
    ask(&pair);
    return unused;
}

static void in_threads(int count, void *(*fn)(void *), void *argument, size_t size)
{
    pthread_t threads[16];
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, fn, (char *)argument + i * (long)size),
                         0);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL); /* main's worker sleeps in the kernel meanwhile */
}

static void on_a_goroutine(struct box *done)
{
    box_put(done, (void *)1);
}

START_TEST(threads_and_goroutines_wake_each_other)
{
    struct pair pairs[4] = {0};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        rgo_go(answer, &pairs[i]);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, &pairs[i]), 0);
    }
    while (rgo_count() > 1)
        rgo_yield();
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

START_TEST(main_may_sleep_until_a_thread_wakes_it)
{
    struct pair pair = {0};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, ask, &pair), 0);
    answer(&pair);
    pthread_join(thread, NULL);
}
END_TEST

static void join_all(struct box *done)
{
    if (rgo_procs() > 1)
        in_threads(8, start_and_ask, NULL, 0);
    box_put(done, (void *)1);
}

START_TEST(threads_start_goroutines)
{
    struct box done = {0};
    rgo_go(join_all, &done); /* blocks a worker, not main's */
    ck_assert_ptr_nonnull(box_take(&done));
    ck_assert_uint_le(rgo_count(), 2);
}
END_TEST

static void *talk_to_thread(void *argument)
{
    return ask(argument);
}

static void *answer_as_thread(void *argument)
{
    answer(argument);
    return NULL;
}

START_TEST(threads_wake_threads)
{
    struct pair pair = {0};
    pthread_t one, two;
    pthread_create(&one, NULL, talk_to_thread, &pair);
    pthread_create(&two, NULL, answer_as_thread, &pair);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
END_TEST

static _Atomic int ended;

static void count_end(void)
{
    ended++;
}

static void *start_many(void *unused)
{
    for (int i = 0; i < 5000; i++)
        rgo_go(count_end);
    return unused;
}

START_TEST(what_threads_started_runs_after_they_ended)
{
    ended = 0;
    in_threads(4, start_many, NULL, 0);
    while (ended < 20000)
        rgo_yield();
    while (rgo_count() > 1)
        rgo_yield();
}
END_TEST

static void *one_of_many(void *box)
{
    rgo_go(on_a_goroutine, box);
    ck_assert_ptr_nonnull(box_take(box));
    return NULL;
}

START_TEST(threads_come_and_go)
{
    for (int round = 0; round < 30; round++) {
        struct box boxes[8] = {0};
        pthread_t threads[8];
        for (int i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, one_of_many, &boxes[i]);
        while (rgo_count() > 1)
            rgo_yield();
        for (int i = 0; i < 8; i++) {
            while (pthread_tryjoin_np(threads[i], NULL))
                rgo_yield();
        }
    }
    ck_assert_int_eq(scheduler.guests, 0);
    ck_assert_int_eq(scheduler.guests_awake, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guest");
    TCase *tcase = tcase_create("guest");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, threads_and_goroutines_wake_each_other);
    tcase_add_test(tcase, main_may_sleep_until_a_thread_wakes_it);
    tcase_add_test(tcase, threads_start_goroutines);
    tcase_add_test(tcase, threads_wake_threads);
    tcase_add_test(tcase, what_threads_started_runs_after_they_ended);
    tcase_add_test(tcase, threads_come_and_go);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
