/* The scheduler: order, fairness, waking, what a goroutine keeps over a switch. */
#include <check.h>
#include <fenv.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker.h"

static void wait_for_all(void)
{
    while (rgo_count() > 1)
        rgo_yield();
}

/* ---- a minimal primitive: a turn that is handed round ---- */

struct turn {
    struct lock lock;
    int whose;
    struct goroutine *waiting[8];
};

static void turn_wait(struct turn *turn, int mine)
{
    lock_take(&turn->lock);
    while (turn->whose != mine) {
        turn->waiting[mine] = goroutine_self();
        ck_assert_ptr_eq(park(&turn->lock, WAIT_COND, turn, NULL), turn);
        lock_take(&turn->lock);
    }
    lock_release(&turn->lock);
}

static void turn_give(struct turn *turn, int to)
{
    lock_take(&turn->lock);
    turn->whose = to;
    struct goroutine *g = turn->waiting[to];
    turn->waiting[to] = NULL;
    lock_release(&turn->lock);
    if (g)
        ready(g, turn);
}

#define ROUNDS 20000
static void play(struct turn *turn, int me, int players, _Atomic int *done)
{
    for (int i = 0; i < ROUNDS; i++) {
        turn_wait(turn, me);
        turn_give(turn, (me + 1) % players);
    }
    ++*done;
}

START_TEST(no_wake_up_is_lost)
{
    static struct turn turns[4];
    static _Atomic int done;
    for (int table = 0; table < 4; table++)
        for (int i = 0; i < 2 + table; i++)
            rgo_go(play, &turns[table], i, 2 + table, &done);
    wait_for_all();
    ck_assert_int_eq(done, 14);
}
END_TEST

START_TEST(a_pinned_main_takes_its_turn)
{
    static struct turn turn;
    static _Atomic int done;
    pid_t thread = (pid_t)syscall(SYS_gettid);
    rgo_go(play, &turn, 1, 3, &done);
    rgo_go(play, &turn, 2, 3, &done);
    play(&turn, 0, 3, &done);
    ck_assert_int_eq(syscall(SYS_gettid), thread);
    wait_for_all();
    ck_assert_int_eq(done, 3);
}
END_TEST

/* ---- fairness ---- */

static _Atomic bool stop;

static void yield_until_stopped(void)
{
    while (!stop)
        rgo_yield();
}

static void stop_all(void)
{
    stop = true;
}

static void *stop_from_a_thread(void *unused)
{
    rgo_go(stop_all);
    return unused;
}

START_TEST(main_is_not_starved_by_many_who_yield)
{
    stop = false;
    for (int i = 0; i < 3000; i++)
        rgo_go(yield_until_stopped);
    for (int i = 0; i < 30; i++)
        rgo_yield();
    stop = true;
    wait_for_all();
}
END_TEST

START_TEST(who_yields_alone_lets_in_what_comes_from_a_thread)
{
    stop = false;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_from_a_thread, NULL), 0);
    yield_until_stopped();
    pthread_join(thread, NULL);
    wait_for_all();
}
END_TEST

static void wake_each_other(struct turn *turn, int me)
{
    while (!stop) {
        turn_wait(turn, me);
        turn_give(turn, !me);
    }
}

START_TEST(two_who_wake_each_other_starve_nobody)
{
    static struct turn turn;
    stop = false;
    rgo_go(wake_each_other, &turn, 0);
    rgo_go(wake_each_other, &turn, 1);
    for (int i = 0; i < 100; i++)
        rgo_yield();
    rgo_go(stop_all);
    while (!stop)
        rgo_yield();
    for (int i = 0; rgo_count() > 1;
         i++) { /* one may wait for a turn that the other gives no more */
        turn_give(&turn, i % 2);
        rgo_yield();
    }
}
END_TEST

static _Atomic unsigned inside, together;

static void meet(void)
{
    unsigned wanted = rgo_procs() > 1 && sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
    inside++;
    while (inside < wanted) /* computes: nobody is let in on this thread */
        __asm__ volatile("pause");
    together++;
}

START_TEST(two_who_compute_run_at_the_same_time)
{
    inside = together = 0;
    rgo_go(meet);
    rgo_go(meet);
    wait_for_all();
    ck_assert_uint_eq(together, 2);
}
END_TEST

/* ---- what a goroutine keeps ---- */

static void keeps_errno(int mine)
{
    for (int i = 0; i < 50; i++) {
        errno = mine;
        rgo_yield();
        ck_assert_int_eq(errno, mine);
    }
}

START_TEST(errno_is_its_own)
{
    for (int i = 1; i <= 1000; i++)
        rgo_go(keeps_errno, i);
    for (int i = 0; i < 200; i++) {
        errno = 4321;
        rgo_yield();
        ck_assert_int_eq(errno, 4321);
    }
    wait_for_all();
}
END_TEST

static volatile double one = 1, three = 3;
static double quotients[4];

static void keeps_rounding(int index)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    fesetround(modes[index]);
    for (int i = 0; i < 200; i++) {
        rgo_yield();
        ck_assert_int_eq(fegetround(), modes[index]);
        double quotient = one / three;
        ck_assert(quotient == quotients[index]);
    }
}

START_TEST(the_rounding_mode_is_its_own)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i]);
        quotients[i] = one / three;
    }
    fesetround(FE_TONEAREST);
    ck_assert(quotients[1] > quotients[2]);
    for (int i = 0; i < 40; i++)
        rgo_go(keeps_rounding, i % 4);
    wait_for_all();
    ck_assert_int_eq(fegetround(), FE_TONEAREST);
}
END_TEST

static __thread int thread_own;

static void pinned_while_it_yields(int mine)
{
    rgo_yield();
    rgo_pin();
    rgo_pin();
    pid_t thread = (pid_t)syscall(SYS_gettid);
    for (int i = 0; i < 100; i++) {
        int seen = thread_own = mine;
        if (i == 50)
            rgo_unpin();
        rgo_yield();
        ck_assert_int_eq(syscall(SYS_gettid), thread);
        (void)seen;
    }
    rgo_unpin();
    rgo_yield();
}

START_TEST(who_is_pinned_stays_on_its_thread)
{
    for (int i = 0; i < 300; i++)
        rgo_go(pinned_while_it_yields, i);
    wait_for_all();
}
END_TEST

/* ---- many ---- */

static _Atomic long count;

static void count_up(void)
{
    count++;
}

static void fan_out(int levels)
{
    if (levels == 0) {
        count++;
        return;
    }
    for (int i = 0; i < 10; i++)
        rgo_go(fan_out, levels - 1);
}

START_TEST(a_hundred_thousand_at_once)
{
    count = 0;
    for (int i = 0; i < 100000; i++)
        rgo_go(count_up);
    wait_for_all();
    ck_assert_int_eq(count, 100000);
    count = 0;
    rgo_go(fan_out, 5);
    wait_for_all();
    ck_assert_int_eq(count, 100000);
}
END_TEST

static size_t resident_kb(void)
{
    size_t pages = 0, ignored;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert_int_eq(fscanf(file, "%zu %zu", &ignored, &pages), 2);
    fclose(file);
    return pages * 4;
}

START_TEST(memory_does_not_grow_with_those_that_ended)
{
    size_t before = 0;
    for (int i = 0; i < 1000000; i++) {
        rgo_go(count_up);
        if (i % 100 == 99)
            while (rgo_count() > 50)
                rgo_yield();
        if (i == 200000)
            before = resident_kb();
    }
    wait_for_all();
    ck_assert_uint_lt(resident_kb(), before + 4096);
}
END_TEST

static _Atomic int chains_left;

/* Always one alive of each chain, never on one thread for long. */
static void chain(int length)
{
    if (length % 16 == 0)
        rgo_yield();
    if (length)
        rgo_go(chain, length - 1);
    else
        chains_left--;
}

START_TEST(count_is_never_less_than_those_who_live)
{
    chains_left = 8;
    for (int i = 0; i < 8; i++)
        rgo_go(chain, 5000);
    for (int least = 8; least; rgo_yield()) {
        size_t seen = rgo_count();
        least = chains_left;
        ck_assert_uint_ge(seen, (size_t)least + 1);
    }
    wait_for_all();
}
END_TEST

static struct goroutine *blocked[2000];

static void block(int index)
{
    blocked[index] = goroutine_self();
    ck_assert_ptr_eq(park(NULL, WAIT_COND, NULL, NULL), &blocked[index]);
    count++;
}

START_TEST(who_is_readied_between_queueing_and_the_switch_goes_on)
{
    count = 0;
    for (int i = 0; i < 2000; i++)
        rgo_go(block, i);
    for (int i = 0; i < 2000; i++) {
        struct goroutine *g;
        while (!(g = *(struct goroutine *volatile *)&blocked[i]))
            rgo_yield();
        while (atomic_load(&g->state) != GOROUTINE_WAITING)
            rgo_yield();
        i % 2 ? ready(g, &blocked[i]) : ready_last(g, &blocked[i]);
    }
    wait_for_all();
    ck_assert_int_eq(count, 2000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched");
    TCase *tcase = tcase_create("sched");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, no_wake_up_is_lost);
    tcase_add_test(tcase, a_pinned_main_takes_its_turn);
    tcase_add_test(tcase, main_is_not_starved_by_many_who_yield);
    tcase_add_test(tcase, who_yields_alone_lets_in_what_comes_from_a_thread);
    tcase_add_test(tcase, two_who_wake_each_other_starve_nobody);
    tcase_add_test(tcase, two_who_compute_run_at_the_same_time);
    tcase_add_test(tcase, errno_is_its_own);
    tcase_add_test(tcase, the_rounding_mode_is_its_own);
    tcase_add_test(tcase, who_is_pinned_stays_on_its_thread);
    tcase_add_test(tcase, a_hundred_thousand_at_once);
    tcase_add_test(tcase, memory_does_not_grow_with_those_that_ended);
    tcase_add_test(tcase, count_is_never_less_than_those_who_live);
    tcase_add_test(tcase, who_is_readied_between_queueing_and_the_switch_goes_on);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
