/* What the detector is told of channels and select: rules G1 to G14, call by call. */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "racerun/go.h"

#include "../../lib/coro/chan.h"

#include "fake_hooks.h"
#include "rest.h"

/* ---- a detector that writes down what it is told: main is m, goroutines are a, b, ... ---- */

#define NAMES_MAX 16

static struct lock told_lock;
static char told[2000];
static char task_names[64];
static unsigned task_count;
static struct {
    const void *address;
    char word[8];
} names[NAMES_MAX];
static unsigned name_count;

static const char *name_of(const void *address)
{
    for (unsigned i = 0; i < name_count; i++)
        if (names[i].address == address)
            return names[i].word;
    return "?";
}

static void name(const void *address, const char *word)
{
    ck_assert_uint_lt(name_count, NAMES_MAX);
    names[name_count].address = address;
    strncpy(names[name_count].word, word, sizeof names[0].word - 1);
    name_count++;
}

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    lock_take(&told_lock);
    va_list list;
    va_start(list, format);
    size_t length = strlen(told);
    vsnprintf(told + length, sizeof told - length, format, list);
    va_end(list);
    lock_release(&told_lock);
}

static char task_letter(void *task)
{
    return task ? *(char *)task : '-';
}

static void *fake_main(void)
{
    task_names[0] = 'm';
    return &task_names[0];
}
static void *fake_create(void *creator, uint64_t id, const void *fn, const void *pc)
{
    (void)creator, (void)id, (void)fn, (void)pc;
    unsigned index = ++task_count;
    ck_assert_uint_lt(index, sizeof task_names);
    task_names[index] = (char)('a' + index - 1);
    return &task_names[index];
}
static void fake_acquire(void *task, const void *object)
{
    tell("%c.acquire(%s) ", task_letter(task), name_of(object));
}
static void fake_release(void *task, const void *object)
{
    tell("%c.release(%s) ", task_letter(task), name_of(object));
}
static void fake_merge(void *task, const void *object)
{
    tell("%c.merge(%s) ", task_letter(task), name_of(object));
}
static void fake_swap(void *task, const void *object)
{
    tell("%c.swap(%s) ", task_letter(task), name_of(object));
}
static void fake_meet(void *task, void *other)
{
    tell("%c.meet(%c) ", task_letter(task), task_letter(other));
}
static void fake_die(const void *object, size_t size)
{
    tell("die(%s,%zu) ", name_of(object), size);
}
static void fake_read(void *task, const void *memory, size_t size, const void *pc)
{
    ck_assert_ptr_nonnull(pc);
    tell("%c.read(%s,%zu) ", task_letter(task), name_of(memory), size);
}
static void fake_write(void *task, const void *memory, size_t size, const void *pc)
{
    ck_assert_ptr_nonnull(pc);
    tell("%c.write(%s,%zu) ", task_letter(task), name_of(memory), size);
}

static const struct rgo_hooks fake = {
    FAKE_HOOKS,
    .task_main = fake_main,
    .task_create = fake_create,
    .task_end = fake_run,
    .acquire = fake_acquire,
    .release = fake_release,
    .release_merge = fake_merge,
    .swap = fake_swap,
    .meet = fake_meet,
    .die = fake_die,
    .read = fake_read,
    .write = fake_write,
};

/* ---- the stage: a channel c with slots c0, c1, ..., sources v and w, destinations x and y ---- */

static int v = 1, w = 2, x, y;
static bool ok;
static _Atomic int finished;

static rgo_chan *stage(size_t size, size_t capacity)
{
    rgo_chan *c = rgo_chan_new(size, capacity);
    name_count = task_count = 0;
    finished = 0;
    name(&v, "v"), name(&w, "w"), name(&x, "x"), name(&y, "y"), name(&ok, "ok"), name(c, "c");
    name((char *)c + CHAN_RECEIVE_AT, "cr");
    name(chan_close_clock(c), "c");
    for (size_t i = 0; i < capacity; i++) {
        char word[8];
        snprintf(word, sizeof word, "c%zu", i);
        name(c->slots + i * (size ? size : 1), word);
    }
    told[0] = 0;
    return c;
}

static void expect_at(int line, const char *expected)
{
    lock_take(&told_lock);
    size_t length = strlen(told);
    if (length)
        told[length - 1] = 0;
    bool same = strcmp(told, expected) == 0;
    if (!same)
        fprintf(stderr, "line %d\n  told:     %s\n  expected: %s\n", line, told, expected);
    told[0] = 0;
    lock_release(&told_lock);
    ck_assert(same);
}
#define EXPECT(...) expect_at(__LINE__, __VA_ARGS__)

static void await_waiting(rgo_chan *c, size_t count)
{
    for (size_t found = count + 1; found != count;) {
        rest();
        found = 0;
        lock_take(&c->lock);
        for (const struct waiter *one = c->senders.first; one; one = one->next)
            found++;
        for (const struct waiter *one = c->receivers.first; one; one = one->next)
            found++;
        lock_release(&c->lock);
    }
}

static void await_finished(int count)
{
    while (finished != count)
        rest();
}

static void send_v(rgo_chan *c)
{
    go_attempt
    {
        rgo_chan_send_(c, &v);
    }
    go_rescue(p)
    {
        ck_assert_str_eq(p->text, "send on closed channel");
    }
    finished++;
}

static void receive_x(rgo_chan *c)
{
    rgo_chan_recv_(c, &x);
    finished++;
}

static void panics(const char *words, void (*fn)(rgo_chan *), rgo_chan *c)
{
    volatile bool same = false;
    go_attempt
    {
        fn(c);
    }
    go_rescue(p)
    {
        same = strcmp(p->text, words) == 0;
    }
    ck_assert(same);
}

static void send_w(rgo_chan *c)
{
    rgo_chan_send_(c, &w);
}

/* ---- the rules ---- */

START_TEST(rendezvous_with_a_receiver_that_waits)
{
    rgo_chan *c = stage(sizeof v, 0);
    go(receive_x, c);
    await_waiting(c, 1);
    EXPECT("a.read(cr,8)");
    rgo_chan_send_(c, &v);
    EXPECT("m.read(c,8) m.read(v,4) m.meet(a) a.write(x,4)");
    await_finished(1);
    rgo_chan_free_(c);
}
END_TEST

START_TEST(rendezvous_with_a_sender_that_waits)
{
    rgo_chan *c = stage(sizeof v, 0);
    go(send_v, c);
    await_waiting(c, 1);
    EXPECT("a.read(c,8) a.read(v,4)");
    ck_assert(rgo_chan_recv_(c, &y));
    EXPECT("m.read(cr,8) m.meet(a) m.write(y,4)");
    await_finished(1);
    go(send_v, c);
    await_waiting(c, 1);
    EXPECT("b.read(c,8) b.read(v,4)");
    ck_assert(rgo_chan_recv_(c, NULL));
    EXPECT("m.read(cr,8) m.meet(b)");
    await_finished(2);
    rgo_chan_free_(c);
}
END_TEST

START_TEST(buffered_goes_slot_by_slot)
{
    rgo_chan *c = stage(sizeof v, 2);
    for (int round = 0; round < 3; round++) {
        rgo_chan_send_(c, &v);
        EXPECT("m.read(c,8) m.read(v,4) m.swap(c0)");
        rgo_chan_send_(c, &w);
        EXPECT("m.read(c,8) m.read(w,4) m.swap(c1)");
        rgo_chan_recv_(c, &x);
        EXPECT("m.read(cr,8) m.swap(c0) m.write(x,4)");
        rgo_chan_recv_(c, &y);
        EXPECT("m.read(cr,8) m.swap(c1) m.write(y,4)");
    }
    rgo_chan_free_(c);
}
END_TEST

START_TEST(handing_over_takes_a_slot_too)
{
    rgo_chan *c = stage(sizeof v, 2);
    go(receive_x, c);
    await_waiting(c, 1);
    rgo_chan_send_(c, &v);
    EXPECT("a.read(cr,8) m.read(c,8) m.read(v,4) m.swap(c0) a.swap(c0) a.write(x,4)");
    await_finished(1);
    rgo_chan_send_(c, &v);
    EXPECT("m.read(c,8) m.read(v,4) m.swap(c1)");
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c1) m.write(x,4)");
    rgo_chan_free_(c);
}
END_TEST

START_TEST(sender_that_waited_for_room_follows_the_receive)
{
    rgo_chan *c = stage(sizeof v, 2);
    rgo_chan_send_(c, &v);
    rgo_chan_send_(c, &v);
    told[0] = 0;
    go(send_v, c);
    await_waiting(c, 1);
    EXPECT("a.read(c,8) a.read(v,4)");
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c0) a.swap(c0) m.write(x,4)");
    await_finished(1);
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c1) m.write(x,4)");
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c0) m.write(x,4)");
    rgo_chan_free_(c);
}
END_TEST

START_TEST(close_is_a_write_and_a_release)
{
    rgo_chan *c = stage(sizeof v, 1);
    rgo_chan_send_(c, &v);
    told[0] = 0;
    rgo_chan_close_(c);
    EXPECT("m.write(c,8) m.release(c)");
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c0) m.write(x,4)"); /* buffered: by its own send alone */
    ck_assert(!rgo_chan_recv_(c, &x));
    EXPECT("m.read(cr,8) m.acquire(c) m.write(x,4)");
    ck_assert(!rgo_chan_recv_(c, NULL));
    EXPECT("m.read(cr,8) m.acquire(c)");
    panics("close of closed channel", rgo_chan_close_, c);
    EXPECT("m.write(c,8)");
    panics("send on closed channel", send_w, c);
    EXPECT("m.read(c,8) m.read(w,4)");
    rgo_chan_free_(c);
}
END_TEST

START_TEST(close_orders_receivers_that_wait_but_no_senders)
{
    rgo_chan *c = stage(sizeof v, 0);
    go(receive_x, c);
    await_waiting(c, 1);
    rgo_chan_close_(c);
    EXPECT("a.read(cr,8) m.write(c,8) m.release(c) a.acquire(c) a.write(x,4)");
    await_finished(1);
    rgo_chan_free_(c);
    c = stage(sizeof v, 0);
    go(send_v, c);
    await_waiting(c, 1);
    EXPECT("a.read(c,8) a.read(v,4)");
    rgo_chan_close_(c);
    EXPECT("m.write(c,8) m.release(c)");
    await_finished(1);
    rgo_chan_free_(c);
}
END_TEST

START_TEST(elements_without_size_synchronise_alike)
{
    rgo_chan *c = stage(0, 2);
    rgo_chan_send_(c, &v);
    rgo_chan_send_(c, &v);
    EXPECT("m.read(c,8) m.swap(c0) m.read(c,8) m.swap(c1)");
    rgo_chan_recv_(c, &x);
    rgo_chan_recv_(c, &x);
    EXPECT("m.read(cr,8) m.swap(c0) m.read(cr,8) m.swap(c1)");
    rgo_chan_free_(c);
    c = stage(0, 0);
    go(receive_x, c);
    await_waiting(c, 1);
    rgo_chan_send_(c, &v);
    EXPECT("a.read(cr,8) m.read(c,8) m.meet(a)");
    await_finished(1);
    rgo_chan_free_(c);
}
END_TEST

START_TEST(looking_tells_nothing_and_free_tells_the_end)
{
    rgo_chan *c = stage(sizeof v, 3);
    rgo_chan_len_(c);
    rgo_chan_cap_(c);
    EXPECT("");
    char expected[50];
    snprintf(expected, sizeof expected, "m.write(c,24) die(c,%zu)", sizeof *c + 3 * sizeof v);
    rgo_chan_free_(c);
    EXPECT(expected);
}
END_TEST

START_TEST(what_would_wait_orders_nothing)
{
    rgo_chan *c = stage(sizeof v, 0);
    ck_assert(!rgo_chan_try_send_(c, &v));
    EXPECT("m.read(c,8) m.read(v,4)");
    ck_assert(!rgo_chan_try_recv_(c, &x, &ok));
    EXPECT("m.read(cr,8)");
    rgo_chan_free_(c);
    c = stage(sizeof v, 1);
    ck_assert(rgo_chan_try_send_(c, &v));
    EXPECT("m.read(c,8) m.read(v,4) m.swap(c0)");
    ck_assert(rgo_chan_try_recv_(c, &x, &ok));
    EXPECT("m.read(cr,8) m.swap(c0) m.write(x,4) m.write(ok,1)");
    rgo_chan_free_(c);
}
END_TEST

/* ---- select: its copies of the values have no names here ---- */

static void select_both(rgo_chan *c, rgo_chan *other)
{
    chan(int) typed = (chan(int))c, quiet = (chan(int))other;
    go_attempt
    {
        chan_select
        {
            on_recv(quiet, &x, &ok) {}
            on_send(typed, v) {}
            on_send(quiet, w) {}
        }
    }
    go_rescue(p)
    {
        ck_assert_str_eq(p->text, "send on closed channel");
    }
    finished++;
}

START_TEST(select_reads_all_values_and_synchronises_by_the_chosen_case)
{
    rgo_chan *c = stage(sizeof v, 1), *quiet = rgo_chan_new(sizeof v, 0);
    name(quiet, "q");
    select_both(c, quiet);
    EXPECT("m.read(?,4) m.read(?,4) m.read(c,8) m.swap(c0)");
    chan_select
    {
        on_send((chan(int))quiet, 1) {}
        on_default {}
    }
    EXPECT("m.read(?,4)");
    chan_select
    {
        on_recv((chan(int))quiet, &x) {}
        on_recv((chan(int))c, &y, &ok) {}
    }
    EXPECT("m.read(cr,8) m.swap(c0) m.write(y,4) m.write(ok,1)");
    rgo_chan_close_(c);
    EXPECT("m.write(c,8) m.release(c)");
    select_both(c, quiet);
    EXPECT("m.read(?,4) m.read(?,4) m.read(c,8)");
    chan_select on_recv((chan(int))c, &y) {}
    EXPECT("m.read(cr,8) m.acquire(c) m.write(y,4)");
    rgo_chan_free_(c);
    rgo_chan_free_(quiet);
}
END_TEST

START_TEST(select_that_waited_synchronises_like_one_that_did_not)
{
    rgo_chan *c = stage(sizeof v, 0), *quiet = rgo_chan_new(sizeof v, 0);
    name(quiet, "q");
    go(select_both, c, quiet);
    await_waiting(quiet, 2);
    EXPECT("a.read(?,4) a.read(?,4)");
    rgo_chan_recv_(c, &y);
    EXPECT("m.read(cr,8) a.read(c,8) m.meet(a) m.write(y,4)");
    await_finished(1);
    go(select_both, c, quiet);
    await_waiting(quiet, 2);
    EXPECT("b.read(?,4) b.read(?,4)");
    rgo_chan_send_(quiet, &w);
    await_finished(2);
    EXPECT("m.read(q,8) m.read(w,4) b.read(?,8) m.meet(b) b.write(x,4) b.write(ok,1)");
    go(select_both, c, quiet);
    await_waiting(quiet, 2);
    EXPECT("c.read(?,4) c.read(?,4)");
    rgo_chan_close_(c);
    await_finished(3);
    EXPECT("m.write(c,8) m.release(c) c.read(c,8)");
    rgo_chan_free_(c);
    rgo_chan_free_(quiet);
}
END_TEST

int main(void)
{
    runtime_start();
    goroutine_self()->task = fake.task_main();
    runtime_hooks = &fake;
    Suite *suite = suite_create("chan_hooks");
    TCase *tcase = tcase_create("chan_hooks");
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, rendezvous_with_a_receiver_that_waits);
    tcase_add_test(tcase, rendezvous_with_a_sender_that_waits);
    tcase_add_test(tcase, buffered_goes_slot_by_slot);
    tcase_add_test(tcase, handing_over_takes_a_slot_too);
    tcase_add_test(tcase, sender_that_waited_for_room_follows_the_receive);
    tcase_add_test(tcase, close_is_a_write_and_a_release);
    tcase_add_test(tcase, close_orders_receivers_that_wait_but_no_senders);
    tcase_add_test(tcase, elements_without_size_synchronise_alike);
    tcase_add_test(tcase, looking_tells_nothing_and_free_tells_the_end);
    tcase_add_test(tcase, what_would_wait_orders_nothing);
    tcase_add_test(tcase, select_reads_all_values_and_synchronises_by_the_chosen_case);
    tcase_add_test(tcase, select_that_waited_synchronises_like_one_that_did_not);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    runtime_hooks = NULL;
    return failed != 0;
}
