/* pool: items come back, none twice, none lost, and what the detector is told. */
#include "order.h"

static _Atomic int made, destroyed;

struct item {
    _Atomic int users;
    int number;
};

static void *item_make(void *context)
{
    struct item *item = calloc(1, sizeof *item);
    item->number = ++made;
    ck_assert_str_eq(context, "context");
    return item;
}
static void item_destroy(void *item, void *context)
{
    ck_assert_str_eq(context, "context");
    destroyed++;
    free(item);
}

static rgo_pool p = {.make = item_make, .destroy = item_destroy, .context = (char[]){"context"}};
static rgo_waitgroup wg;

START_TEST(what_was_put_is_got_and_freed_at_the_end)
{
    made = destroyed = 0;
    void *items[300];
    for (int i = 0; i < 300; i++)
        items[i] = rgo_pool_get(&p);
    ck_assert_int_eq(made, 300);
    for (int i = 0; i < 300; i++)
        rgo_pool_put(&p, items[i]);
    rgo_pool_put(&p, NULL);
    for (int i = 0; i < 300; i++)
        items[i] = rgo_pool_get(&p);
    ck_assert_int_eq(made, 300);
    for (int i = 0; i < 300; i++)
        rgo_pool_put(&p, items[i]);
    rgo_pool_done(&p);
    ck_assert_int_eq(destroyed, 300);
    rgo_pool_done(&p);
    rgo_pool_put(&p, rgo_pool_get(&p)); /* it may be used again */
    rgo_pool_done(&p);
    ck_assert_int_eq(destroyed, 301);
}
END_TEST

START_TEST(without_make_an_empty_pool_gives_null)
{
    rgo_pool own = {0};
    int item;
    ck_assert_ptr_null(rgo_pool_get(&own));
    rgo_pool_put(&own, &item);
    ck_assert_ptr_eq(rgo_pool_get(&own), &item);
    ck_assert_ptr_null(rgo_pool_get(&own));
    rgo_pool_done(&own);
}
END_TEST

static void use(int times)
{
    struct item *held[80] = {0};
    for (int i = 0; i < times; i++) {
        struct item **place = &held[(i * 31) % 80];
        if (*place) {
            ck_assert_int_eq(--(*place)->users, 0);
            rgo_pool_put(&p, *place);
            *place = NULL;
        } else {
            *place = rgo_pool_get(&p);
            ck_assert_int_eq((*place)->users++, 0);
        }
        if (i % 64 == 0)
            rgo_yield();
    }
    for (int i = 0; i < 80; i++)
        if (held[i]) {
            held[i]->users--;
            rgo_pool_put(&p, held[i]);
        }
    rgo_waitgroup_done(&wg);
}

static void *guest(void *unused)
{
    use(8000);
    return unused;
}

START_TEST(an_item_has_one_user_at_a_time_and_none_is_lost)
{
    pthread_t thread;
    made = destroyed = 0;
    rgo_waitgroup_add(&wg, 7);
    for (int i = 0; i < 6; i++)
        rgo_go(use, 8000);
    ck_assert_int_eq(pthread_create(&thread, NULL, guest, NULL), 0);
    rgo_waitgroup_wait(&wg);
    pthread_join(thread, NULL);
    ck_assert_int_le(made, 7 * 80);
    rgo_pool_done(&p);
    ck_assert_int_eq(made, destroyed);
}
END_TEST

static rgo_pool plain;
static int items[2];

static void put_marked(unsigned i)
{
    step_wait(i);
    order_mark(i);
    rgo_pool_put(&plain, &items[i]);
    order_mark(2 + i);
    step_next();
}

static void get_marked(void)
{
    step_wait(2);
    unsigned got = rgo_pool_get(&plain) == &items[1];
    order_mark(4);
    ck_assert(order_before(got, 4));
    ck_assert(!order_before(2 + got, 4));
    ck_assert(!order_before(1 - got, 4));
}

START_TEST(a_put_is_before_the_get_of_its_item_and_of_no_other)
{
    order_reset();
    rgo_go(put_marked, 0u);
    rgo_go(put_marked, 1u);
    rgo_go(get_marked);
    goroutines_wait_all();
    rgo_pool_done(&plain);
}
END_TEST

int main(void)
{
    int failed = TESTS_RUN("pool", what_was_put_is_got_and_freed_at_the_end,
                           without_make_an_empty_pool_gives_null,
                           an_item_has_one_user_at_a_time_and_none_is_lost);
    order_begin();
    return failed | TESTS_RUN("pool, told", a_put_is_before_the_get_of_its_item_and_of_no_other);
}
