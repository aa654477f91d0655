/* Goroutine-local storage, names, ids. */
#include <check.h>
#include <pthread.h>
#include <string.h>

#include "runtime.h"

static const char key_one, key_two;
static _Atomic int destroyed, ended;

static void destroy(void *value)
{
    (void)value;
    destroyed++;
}

static void wait_for_all(void)
{
    while (rgo_count() > 1)
        rgo_yield();
}

static void own_value(long mine)
{
    ck_assert_ptr_null(rgo_local_get(&key_one));
    rgo_local_set(&key_one, (void *)mine, destroy);
    rgo_local_set(&key_two, (void *)-mine, NULL);
    for (int i = 0; i < 20; i++) {
        rgo_yield();
        ck_assert_int_eq((long)rgo_local_get(&key_one), mine);
        ck_assert_int_eq((long)rgo_local_get(&key_two), -mine);
    }
    ended++;
}

START_TEST(each_goroutine_has_its_own)
{
    destroyed = ended = 0;
    for (long i = 1; i <= 500; i++)
        rgo_go(own_value, i);
    wait_for_all();
    ck_assert_int_eq(ended, 500);
    ck_assert_int_eq(destroyed, 500);
}
END_TEST

static void set_again(void *value)
{
    destroyed++;
    if (value == (void *)3)
        rgo_local_set(&key_two, (void *)4, set_again);
    rgo_yield();
}

static void sets_in_destructor(void)
{
    rgo_local_set(&key_one, (void *)1, destroy);
    rgo_local_set(&key_one, (void *)3, set_again); /* replaces: the old value is its owner's */
}

START_TEST(a_destructor_may_set_and_wait)
{
    destroyed = 0;
    rgo_go(sets_in_destructor);
    wait_for_all();
    ck_assert_int_eq(destroyed, 2);
}
END_TEST

static void *guest(void *unused)
{
    rgo_local_set(&key_one, (void *)3, set_again);
    ck_assert_ptr_eq(rgo_local_get(&key_one), (void *)3);
    ck_assert_uint_ne(rgo_id(), 1);
    return unused;
}

START_TEST(a_thread_has_its_own_and_they_are_destroyed)
{
    destroyed = 0;
    rgo_local_set(&key_one, (void *)7, NULL);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    pthread_join(thread, NULL);
    ck_assert_int_eq(destroyed, 2);
    ck_assert_ptr_eq(rgo_local_get(&key_one), (void *)7);
    ck_assert_uint_eq(rgo_count(), 1);
}
END_TEST

static void named(void)
{
    ck_assert_str_eq(rgo_name(), "first");
    rgo_name_set("a name that is much too long for what is kept of it, which is sixty-three bytes");
    ck_assert_uint_eq(strlen(rgo_name()), 63);
    rgo_name_set(NULL);
    ck_assert_str_eq(rgo_name(), "");
}

START_TEST(names_and_ids)
{
    ck_assert_uint_eq(rgo_id(), 1);
    rgo_attr attr = {.name = "first"};
    rgo_go_with(&attr, named);
    wait_for_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("local");
    TCase *tcase = tcase_create("local");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, each_goroutine_has_its_own);
    tcase_add_test(tcase, a_destructor_may_set_and_wait);
    tcase_add_test(tcase, a_thread_has_its_own_and_they_are_destroyed);
    tcase_add_test(tcase, names_and_ids);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
