/*
 * report_explain: the explanations. Every kind of finding has one, and what is advised about a race
 * follows from what was seen: programs of a few lines, of which only the record is made up.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "report/fixes.h"
#include "report/meaning.h"
#include "report_cases.h"

START_TEST(every_kind_of_finding_has_an_explanation)
{
    for (int kind = 1; kind < 64; kind++) {
        const char *title = kind_title((enum proto_finding_kind)kind);
        ck_assert_msg(meaning_find(title), "%s", title);
    }
}
END_TEST

START_TEST(explanations_are_complete)
{
    for (size_t i = 0; meaning_at(i); i++) {
        const struct meaning *meaning = meaning_at(i);
        ck_assert(meaning->means && meaning->comes && meaning->fixes[0]);
        ck_assert_ptr_eq(meaning_find(meaning->title), meaning);
    }
    ck_assert_ptr_null(meaning_find("no such kind"));
}
END_TEST

START_TEST(kinds_are_found_as_people_write_them)
{
    static const struct {
        const char *word, *title;
        int exact;
    } words[] = {
        {"data-race", "data race", 1},
        {"Data_Race", "data race", 1},
        {"data race", "data race", 1},
        {"dataraces", "data race", 0},
        {"deadlok", "deadlock", 0},
        {"lost-wake-up", "lost wake-up", 1},
        {"misuse", "misuse", 1},
        {"misuse-(mutex)", "misuse", 1},
        {"use-after-free", "heap use-after-free", 0},
        {"heap-use-after-free", "heap use-after-free", 1},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int exact;
        const struct meaning *meaning = meaning_nearest(words[i].word, &exact);
        ck_assert_str_eq(meaning->title, words[i].title);
        ck_assert_int_eq(exact, words[i].exact);
    }
}
END_TEST

/* ---- fixes ---- */

static char source[] = "/tmp/report_explain.XXXXXX";

static void source_write(void)
{
    static const char text[] = "counter++;\n"            /* 1 */
                               "while (!ready)\n"        /* 2 */
                               "ready = 1;\n"            /* 3 */
                               "if (!table)\n"           /* 4 */
                               "table = table_make();\n" /* 5 */
                               "total += n; // twice\n"  /* 6 */
                               "plain = 3;\n" /* 7 */;
    int fd = mkstemp(source);
    CHECK(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(fd);
}

struct race {
    struct finding finding;
    struct frame frames[2];
    struct variable variable;
    struct task tasks[3];
    struct lock locks[2];
};

/* Two threads of main's, at two lines. */
static void race_begin(struct race *r, enum proto_access_kind now, uint32_t now_line,
                       enum proto_access_kind before, uint32_t before_line)
{
    *r = (struct race){
        .variable = {.name = "v", .path = "v", .type = "int", .size = 4},
        .frames = {{.function = "f", .file = source, .line = now_line},
                   {.function = "g", .file = source, .line = before_line}},
        .tasks = {{.number = 1}, {.number = 2}, {.number = 3}},
        .locks = {{.uid = 1, .addr = 1, .kind = "mutex"}, {.uid = 2, .addr = 2, .kind = "mutex"}},
        .finding = {.kind = FINDING_DATA_RACE,
                    .title = "data race",
                    .has_now = true,
                    .has_before = true},
    };
    r->tasks[1].parent = r->tasks[2].parent = &r->tasks[0];
    r->finding.place = (struct place){.kind = PLACE_STATIC, .variable = &r->variable};
    r->finding.now =
        (struct access){.kind = now, .size = 4, .task = &r->tasks[1], .stack = {&r->frames[0], 1}};
    r->finding.before = (struct access){
        .kind = before, .size = 4, .task = &r->tasks[2], .stack = {&r->frames[1], 1}};
}

static void check_fix(const struct race *r, size_t index, const char *part)
{
    struct arena arena = {0};
    struct fixes fixes = fixes_find(&r->finding, &arena);
    ck_assert_msg(index < fixes.count, "only %zu fixes, not \"%s\"", fixes.count, part);
    ck_assert_msg(strstr(fixes.list[index], part), "\"%s\" is not \"%s\"", fixes.list[index], part);
    arena_done(&arena);
}

static void check_no_fix(const struct race *r, const char *part)
{
    struct arena arena = {0};
    struct fixes fixes = fixes_find(&r->finding, &arena);
    for (size_t i = 0; i < fixes.count; i++)
        ck_assert_msg(!strstr(fixes.list[i], part), "%s", fixes.list[i]);
    arena_done(&arena);
}

START_TEST(a_counter_becomes_atomic)
{
    struct race r;
    race_begin(&r, ACCESS_WRITE, 1, ACCESS_READ, 6);
    check_fix(&r, 0, "counted on both sides: make it atomic (_Atomic int");
    race_begin(&r, ACCESS_WRITE, 1, ACCESS_WRITE, 7);
    check_no_fix(&r, "counted");
}
END_TEST

START_TEST(a_flag_that_is_waited_for_becomes_atomic_or_a_condition)
{
    struct race r;
    race_begin(&r, ACCESS_READ, 2, ACCESS_WRITE, 3);
    check_fix(&r, 0, "a flag that is waited for: make it atomic (store with release");
    race_begin(&r, ACCESS_WRITE, 2, ACCESS_WRITE, 3); /* nobody asks */
    check_no_fix(&r, "flag");
}
END_TEST

START_TEST(what_is_made_on_first_use_is_made_once)
{
    struct race r;
    race_begin(&r, ACCESS_READ, 4, ACCESS_WRITE, 5);
    r.finding.now.size = 8;
    check_fix(&r, 0, "pthread_once");
}
END_TEST

START_TEST(the_lock_that_one_side_lacks_is_named)
{
    struct race r;
    race_begin(&r, ACCESS_WRITE, 7, ACCESS_WRITE, 7);
    r.finding.now.locks = &r.locks[0];
    r.finding.now.lock_count = 1;
    check_fix(&r, 0, "hold mutex M1 (0x1) around the write at report_explain.");
    check_no_fix(&r, "hold one mutex");
    r.finding.before.locks = &r.locks[1];
    r.finding.before.lock_count = 1;
    check_fix(&r, 0, "hold the same lock on both sides");
}
END_TEST

START_TEST(readers_that_write_take_the_lock_for_writing)
{
    struct race r;
    race_begin(&r, ACCESS_WRITE, 7, ACCESS_WRITE, 7);
    r.locks[0].shared = true;
    r.locks[0].kind = "rwlock";
    r.finding.now.locks = r.finding.before.locks = &r.locks[0];
    r.finding.now.lock_count = r.finding.before.lock_count = 1;
    check_fix(&r, 0, "take rwlock M1 (0x1) for writing");
}
END_TEST

START_TEST(a_plain_access_beside_an_atomic_one_becomes_atomic)
{
    struct race r;
    race_begin(&r, ACCESS_WRITE, 7, ACCESS_ATOMIC_WRITE, 3);
    check_fix(&r, 0, "make the write at report_explain.");
    check_fix(&r, 0, ":7 atomic, too");
}
END_TEST

START_TEST(a_parent_that_does_not_wait_joins_first)
{
    struct race r;
    race_begin(&r, ACCESS_READ, 7, ACCESS_WRITE, 7);
    r.finding.now.task = &r.tasks[0];
    check_fix(&r, 0, "join thread 3 before the read");
}
END_TEST

START_TEST(a_free_that_others_still_use_is_counted_or_joined)
{
    struct race r;
    race_begin(&r, ACCESS_READ, 7, ACCESS_FREE, 7);
    r.finding.kind = FINDING_USE_AFTER_FREE;
    r.finding.title = "heap use-after-free";
    r.finding.before.task = &r.tasks[0];
    check_fix(&r, 0, "join thread 2 before the free");
    check_fix(&r, 1, "reference count");
}
END_TEST

START_TEST(a_use_after_an_ordered_free_comes_before_it)
{
    struct race r;
    race_begin(&r, ACCESS_READ, 7, ACCESS_FREE, 7);
    r.finding.kind = FINDING_USE_AFTER_FREE;
    r.finding.title = "heap use-after-free";
    r.finding.ordered = true;
    check_fix(&r, 0, "free the block after the read");
}
END_TEST

START_TEST(a_finding_without_facts_gets_the_usual_advice)
{
    struct race r = {.finding = {.kind = FINDING_LIVELOCK, .title = "livelock"}};
    check_fix(&r, 0, meaning_find("livelock")->fixes[0]);
}
END_TEST

int main(void)
{
    source_write();
    Suite *suite = suite_create("report_explain");
    TCase *tests = tcase_create("explain");
    tcase_add_test(tests, every_kind_of_finding_has_an_explanation);
    tcase_add_test(tests, explanations_are_complete);
    tcase_add_test(tests, kinds_are_found_as_people_write_them);
    tcase_add_test(tests, a_counter_becomes_atomic);
    tcase_add_test(tests, a_flag_that_is_waited_for_becomes_atomic_or_a_condition);
    tcase_add_test(tests, what_is_made_on_first_use_is_made_once);
    tcase_add_test(tests, the_lock_that_one_side_lacks_is_named);
    tcase_add_test(tests, readers_that_write_take_the_lock_for_writing);
    tcase_add_test(tests, a_plain_access_beside_an_atomic_one_becomes_atomic);
    tcase_add_test(tests, a_parent_that_does_not_wait_joins_first);
    tcase_add_test(tests, a_free_that_others_still_use_is_counted_or_joined);
    tcase_add_test(tests, a_use_after_an_ordered_free_comes_before_it);
    tcase_add_test(tests, a_finding_without_facts_gets_the_usual_advice);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unlink(source);
    return failed != 0;
}
