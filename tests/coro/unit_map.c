/* map: against a plain array as the model, all at once, ranges over a changing map, and what is
 * told. */
#include "order.h"

#include <malloc.h>
#include <stdio.h>

static rgo_map m;
static rgo_waitgroup wg;

static rgo_key number(uint64_t n)
{
    return rgo_key_number(n);
}
static void *value_of(uintptr_t n)
{
    return (void *)n;
}

START_TEST(keys_are_numbers_or_strings_and_strings_are_copied)
{
    void *value = NULL;
    char text[] = "one";
    rgo_map_store(&m, rgo_map_key(text), value_of(1));
    text[0] = 'O';
    ck_assert(rgo_map_load(&m, rgo_map_key("one"), &value));
    ck_assert_ptr_eq(value, value_of(1));
    ck_assert(!rgo_map_load(&m, rgo_map_key("One"), &value));
    ck_assert(!rgo_map_load(&m, rgo_key_bytes("one", 2), &value));
    ck_assert(!rgo_map_load(&m, rgo_map_key(""), &value));
    rgo_map_store(&m, rgo_key_bytes(NULL, 0), value_of(2));
    ck_assert(rgo_map_load(&m, rgo_map_key(""), &value));
    ck_assert_ptr_eq(value, value_of(2));
    ck_assert(!rgo_map_load(&m, rgo_map_key(0), &value)); /* the number is another key */
    rgo_map_store(&m, rgo_map_key((void *)&m), value_of(3));
    ck_assert(rgo_map_load(&m, rgo_key_pointer(&m), NULL));
    ck_assert_uint_eq(rgo_map_count(&m), 3);
    rgo_map_done(&m, NULL);
    ck_assert_uint_eq(rgo_map_count(&m), 0);
}
END_TEST

static bool visit_panics(rgo_key key, void *value, void *context)
{
    (void)key, (void)value, (void)context;
    rgo_panic("visit");
}

static bool visit_deletes_and_exits(rgo_key key, void *value, void *context)
{
    (void)value, (void)context;
    rgo_map_delete(&m, key);
    rgo_exit();
}

static void ranges_and_exits(void)
{
    rgo_map_range(&m, visit_deletes_and_exits, NULL);
}

static size_t bytes_in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* The keys are so large that nothing else comes near. */
START_TEST(range_that_visit_leaves_by_panic_or_exit_keeps_no_key)
{
    enum { SIZE = 1 << 20 };
    char *large = calloc(1, SIZE);
    rgo_map_store(&m, rgo_map_key(0), NULL); /* the map's own memory is there */
    rgo_map_delete(&m, rgo_map_key(0));
    size_t most = bytes_in_use() + SIZE / 2;
    rgo_map_store(&m, rgo_key_bytes(large, SIZE), NULL);
    rgo_attempt
    {
        rgo_map_range(&m, visit_panics, NULL);
    }
    rgo_rescue(p) ck_assert_str_eq(p->text, "visit");
    rgo_map_delete(&m, rgo_key_bytes(large, SIZE));
    ck_assert_uint_lt(bytes_in_use(), most);
    rgo_map_store(&m, rgo_key_bytes(large, SIZE), NULL);
    rgo_waitgroup_go(&wg, ranges_and_exits);
    rgo_waitgroup_wait(&wg);
    ck_assert_uint_eq(rgo_map_count(&m), 0);
    ck_assert_uint_lt(bytes_in_use(), most);
    rgo_map_done(&m, NULL);
    free(large);
}
END_TEST

/* xorshift: the same in each run */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static uintptr_t model[512]; /* 0: absent */

static void step_against_model(uint64_t *random)
{
    unsigned k = (unsigned)(next_random(random) % 512);
    uintptr_t v = 1 + next_random(random) % 4;
    uintptr_t there = model[k], old = 1 + next_random(random) % 4;
    void *got = NULL;
    switch (next_random(random) % 8) {
    case 0:
        ck_assert(rgo_map_load(&m, number(k), &got) == (there != 0));
        ck_assert_uint_eq((uintptr_t)got, there);
        break;
    case 1:
        rgo_map_store(&m, number(k), value_of(v));
        model[k] = v;
        break;
    case 2:
        ck_assert(rgo_map_load_or_store(&m, number(k), value_of(v), &got) == (there != 0));
        ck_assert_uint_eq((uintptr_t)got, there ? there : v);
        model[k] = there ? there : v;
        break;
    case 3:
        ck_assert(rgo_map_load_and_delete(&m, number(k), &got) == (there != 0));
        ck_assert_uint_eq((uintptr_t)got, there);
        model[k] = 0;
        break;
    case 4:
        rgo_map_delete(&m, number(k));
        model[k] = 0;
        break;
    case 5:
        ck_assert(rgo_map_swap(&m, number(k), value_of(v), &got) == (there != 0));
        ck_assert_uint_eq((uintptr_t)got, there);
        model[k] = v;
        break;
    case 6:
        ck_assert(rgo_map_compare_and_swap(&m, number(k), value_of(old), value_of(v)) ==
                  (there == old));
        model[k] = there == old ? v : there;
        break;
    default:
        ck_assert(rgo_map_compare_and_delete(&m, number(k), value_of(old)) == (there == old));
        model[k] = there == old ? 0 : there;
        break;
    }
}

static bool visit_model(rgo_key key, void *value, void *seen)
{
    ck_assert_ptr_null(key.bytes);
    ck_assert_uint_eq(model[key.number], (uintptr_t)value);
    ck_assert(!((bool *)seen)[key.number]);
    ((bool *)seen)[key.number] = true;
    return true;
}

START_TEST(it_behaves_as_the_model)
{
    uint64_t random = 88172645463325252u;
    memset(model, 0, sizeof model);
    for (int i = 0; i < 200000; i++)
        step_against_model(&random);
    bool seen[512] = {0};
    size_t count = 0;
    rgo_map_range(&m, visit_model, seen);
    for (int k = 0; k < 512; k++) {
        ck_assert(seen[k] == (model[k] != 0));
        count += seen[k];
    }
    ck_assert_uint_eq(rgo_map_count(&m), count);
    rgo_map_done(&m, NULL);
}
END_TEST

static void change(unsigned self)
{
    char text[32];
    for (unsigned i = 0; i < 4000; i++) {
        uint64_t mine = self * 100000u + i;
        rgo_map_store(&m, number(mine), value_of(mine));
        snprintf(text, sizeof text, "key %u", i % 200);
        void *value = NULL;
        rgo_map_load_or_store(&m, rgo_map_key(text), value_of(i % 200), &value);
        ck_assert_uint_eq((uintptr_t)value, i % 200);
        if (i % 2)
            ck_assert(rgo_map_load_and_delete(&m, number(mine), NULL));
        for (;;) { /* a counter */
            rgo_map_load_or_store(&m, number(7), value_of(0), &value);
            if (rgo_map_compare_and_swap(&m, number(7), value, (char *)value + 1))
                break;
        }
    }
    rgo_waitgroup_done(&wg);
}

static bool visit_any(rgo_key key, void *value, void *count)
{
    if (key.bytes) {
        char text[32];
        snprintf(text, sizeof text, "key %u", (unsigned)(uintptr_t)value);
        ck_assert_uint_eq(key.number, strlen(text));
        ck_assert(memcmp(key.bytes, text, key.number) == 0);
    } else if (key.number != 7) {
        ck_assert_uint_eq(key.number, (uintptr_t)value);
        rgo_map_store(&m, key, value);
    }
    if (++*(int *)count % 16 == 0)
        rgo_yield();
    return true;
}

static void range_often(void)
{
    for (int i = 0; i < 10; i++) {
        int count = 0;
        rgo_map_range(&m, visit_any, &count);
    }
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    change(5);
    return unused;
}

START_TEST(all_at_once)
{
    pthread_t thread;
    rgo_waitgroup_add(&wg, 6);
    for (unsigned i = 1; i < 5; i++)
        rgo_go(change, i);
    rgo_go(range_often);
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    void *value = NULL;
    ck_assert(rgo_map_load(&m, number(7), &value));
    ck_assert_uint_eq((uintptr_t)value, 5 * 4000);
    rgo_map_done(&m, NULL);
}
END_TEST

static bool delete_all(rgo_key key, void *value, void *count)
{
    (void)value;
    ++*(int *)count;
    rgo_map_delete(&m, key);
    rgo_map_delete(&m, number(key.number ^ 1));
    rgo_map_store(&m, key, value); /* younger than this range */
    return true;
}
static bool stop_at_three(rgo_key key, void *value, void *count)
{
    (void)key, (void)value;
    return ++*(int *)count < 3;
}

START_TEST(a_range_ends_although_its_visitor_changes_the_map)
{
    for (unsigned i = 0; i < 1000; i++)
        rgo_map_store(&m, number(i), NULL);
    int count = 0;
    rgo_map_range(&m, stop_at_three, &count);
    ck_assert_int_eq(count, 3);
    count = 0;
    rgo_map_range(&m, delete_all, &count);
    ck_assert_int_ge(count, 500);
    ck_assert_int_le(count, 1000);
    rgo_map_done(&m, NULL);
}
END_TEST

static _Atomic int freed;
static void value_free(void *value)
{
    freed++;
    free(value);
}

START_TEST(done_gives_the_values_back)
{
    for (unsigned i = 0; i < 100; i++)
        rgo_map_store(&m, number(i), malloc(8));
    rgo_map_done(&m, value_free);
    ck_assert_int_eq(freed, 100);
}
END_TEST

static void store_marked(unsigned i)
{
    step_wait(i);
    order_mark(i);
    rgo_map_store(&m, number(i), value_of(i + 1));
    order_mark(4 + i);
    step_next();
}

static void load_marked(unsigned i)
{
    step_wait(2);
    ck_assert(rgo_map_load(&m, number(i), NULL));
    order_mark(8 + i);
    step_next();
}

static void delete_marked(void)
{
    step_wait(4);
    order_mark(2);
    rgo_map_delete(&m, number(0));
    step_next();
}

static void miss_marked(void)
{
    step_wait(5);
    ck_assert(!rgo_map_load(&m, number(0), NULL));
    order_mark(10);
}

START_TEST(a_write_is_before_the_read_that_observes_it)
{
    order_reset();
    rgo_go(store_marked, 0u);
    rgo_go(store_marked, 1u);
    rgo_go(load_marked, 0u);
    rgo_go(load_marked, 1u);
    rgo_go(delete_marked);
    rgo_go(miss_marked);
    goroutines_wait_all();
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(order_before(i, 8 + i));
        ck_assert(!order_before(4 + i, 8 + i));
        ck_assert(!order_before(1 - i, 8 + i)); /* another key's */
    }
    ck_assert(!order_before(0, 1));
    ck_assert(order_before(2, 10)); /* the deletion, by finding nothing */
    rgo_map_done(&m, NULL);
}
END_TEST

int main(void)
{
    int failed = TESTS_RUN(
        "map", keys_are_numbers_or_strings_and_strings_are_copied,
        range_that_visit_leaves_by_panic_or_exit_keeps_no_key, it_behaves_as_the_model, all_at_once,
        a_range_ends_although_its_visitor_changes_the_map, done_gives_the_values_back);
    order_begin();
    return failed | TESTS_RUN("map, told", a_write_is_before_the_read_that_observes_it);
}
