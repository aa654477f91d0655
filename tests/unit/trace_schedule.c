/* schedule files and tokens: what is written is read, and what is damaged is refused. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "trace/schedule.h"

enum { STEPS = 500 };

static struct trace_event steps[STEPS];
static char *arguments[] = {"-n", "two\nlines", "back\\slash", ""};
static uint64_t places[] = {4561, 4585, UINT64_MAX};

static struct schedule example(void)
{
    for (unsigned i = 0; i < STEPS; i++)
        steps[i] = (struct trace_event){
            .task = i / 7 % 3,
            .kind = (uint16_t)(i % SCHED_KINDS),
            .outcome = i % 50 == 0 ? TRACE_TIMED_OUT : i % 11 == 0,
            .object = i * 0x9e3779b97f4a7c15,
        };
    struct schedule schedule = {
        .program = "./a program",
        .arguments = arguments,
        .arguments_count = 4,
        .build_id = "0123456789abcdef0123456789abcdef01234567",
        .finding = "lost-wake-up",
        .visible = 2,
        .spurious_max = 1,
        .time_choices = 1,
        .steps_max = 100000,
        .expect_exit = TRACE_NONE,
        .body = "4711:00ff",
        .leaks = 1,
        .release_cxx20 = 1,
        .misuse = 1,
        .quarantine = UINT64_C(5) << 32,
        .output = UINT64_C(0xfedcba9876543210),
        .seed_program = UINT64_MAX,
        .places_count = 3,
        .places = places,
        .steps_count = STEPS,
        .steps = steps,
    };
    return schedule;
}

static void settings_equal(const struct schedule *a, const struct schedule *b)
{
    ck_assert_str_eq(a->build_id, b->build_id);
    ck_assert_str_eq(a->body, b->body);
    ck_assert_uint_eq(a->leaks, b->leaks);
    ck_assert_uint_eq(a->unstopped, b->unstopped);
    ck_assert_uint_eq(a->release_cxx20, b->release_cxx20);
    ck_assert_uint_eq(a->misuse, b->misuse);
    ck_assert_uint_eq(a->quarantine, b->quarantine);
    ck_assert_uint_eq(a->output, b->output);
    ck_assert_uint_eq(a->visible, b->visible);
    ck_assert_uint_eq(a->spurious_max, b->spurious_max);
    ck_assert_uint_eq(a->time_choices, b->time_choices);
    ck_assert_uint_eq(a->steps_max, b->steps_max);
    ck_assert_uint_eq(a->expect_exit, b->expect_exit);
    ck_assert_uint_eq(a->seed_program, b->seed_program);
    ck_assert_uint_eq(a->places_count, b->places_count);
    for (uint32_t i = 0; i < a->places_count; i++)
        ck_assert_uint_eq(a->places[i], b->places[i]);
    ck_assert_uint_eq(a->steps_count, b->steps_count);
    for (uint32_t i = 0; i < a->steps_count; i++) {
        ck_assert_uint_eq(a->steps[i].task, b->steps[i].task);
        ck_assert_uint_eq(a->steps[i].outcome, b->steps[i].outcome);
    }
}

static char *file_text(const struct schedule *schedule, size_t *ret_size)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_size);
    ck_assert_int_eq(schedule_write(schedule, file), 0);
    fclose(file);
    return text;
}

static const char *read_text(char *text, size_t size, struct schedule *ret_schedule)
{
    FILE *file = fmemopen(text, size, "r");
    const char *wrong = schedule_read(file, ret_schedule);
    fclose(file);
    return wrong;
}

START_TEST(file_round_trip)
{
    struct schedule before = example(), after;
    size_t size;
    char *text = file_text(&before, &size);
    ck_assert_ptr_null(read_text(text, size, &after));
    settings_equal(&before, &after);
    ck_assert_str_eq(after.program, before.program);
    ck_assert_str_eq(after.finding, before.finding);
    ck_assert_uint_eq(after.arguments_count, 4);
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(after.arguments[i], arguments[i]);
    for (unsigned i = 0; i < STEPS; i++) {
        ck_assert_uint_eq(after.steps[i].kind, steps[i].kind);
        ck_assert_uint_eq(after.steps[i].object, steps[i].object);
    }
    schedule_done(&after);
    free(text);
}
END_TEST

/* Those of before say nothing of it; here but for their checksum. */
START_TEST(file_without_misuse_and_quarantine)
{
    struct schedule before = example(), after;
    size_t size;
    char *text = file_text(&before, &size), *rest = strstr(text, "misuse ");
    const char *next = strstr(rest, "output ");
    memmove(rest, next, strlen(next) + 1);
    ck_assert_str_eq(read_text(text, strlen(text), &after), "its checksum is wrong");
    ck_assert_uint_eq(after.misuse, SCHEDULE_UNSAID);
    ck_assert_uint_eq(after.quarantine, SCHEDULE_UNSAID);
    ck_assert_uint_eq(after.output, before.output);
    schedule_done(&after);
    free(text);
}
END_TEST

START_TEST(truncated_file_is_refused)
{
    struct schedule before = example(), after;
    size_t size;
    char *text = file_text(&before, &size);
    for (size_t length = 1; length < size; length += length < 400 || size - length < 40 ? 1 : 97) {
        ck_assert_ptr_nonnull(read_text(text, length, &after));
        schedule_done(&after);
    }
    free(text);
}
END_TEST

START_TEST(changed_file_is_refused)
{
    struct schedule before = example(), after;
    size_t size;
    char *text = file_text(&before, &size);
    for (size_t at = 0; at < size; at += 3) {
        char saved = text[at];
        text[at] = saved == '1' ? '2' : '1';
        ck_assert_ptr_nonnull(read_text(text, size, &after));
        schedule_done(&after);
        text[at] = saved;
    }
    free(text);
}
END_TEST

START_TEST(newer_and_foreign_files_are_named)
{
    struct schedule after;
    char newer[] = "racerun schedule 2\n", foreign[] = "ELF\n", empty[] = "\n";
    ck_assert_ptr_nonnull(strstr(read_text(newer, strlen(newer), &after), "newer"));
    ck_assert_ptr_nonnull(strstr(read_text(foreign, strlen(foreign), &after), "no schedule"));
    ck_assert_ptr_nonnull(strstr(read_text(empty, strlen(empty), &after), "no schedule"));
}
END_TEST

START_TEST(token_round_trip)
{
    struct schedule before = example(), after;
    char *token = schedule_token(&before);
    ck_assert(schedule_is_token(token));
    ck_assert_uint_eq(
        strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
        strlen(token));
    ck_assert_ptr_null(schedule_from_token(token, &after));
    settings_equal(&before, &after);
    schedule_done(&after);
    free(token);
}
END_TEST

START_TEST(damaged_token_is_refused)
{
    struct schedule before = example(), after;
    char *token = schedule_token(&before);
    for (size_t at = 0; token[at]; at++) {
        char saved = token[at];
        token[at] = saved == 'Q' ? 'B' : 'Q';
        const char *wrong = schedule_from_token(token, &after);
        /* Bits of the last character that no byte takes may differ. */
        ck_assert(wrong || !token[at + 1]);
        schedule_done(&after);
        token[at] = 0;
        ck_assert_ptr_nonnull(schedule_from_token(token, &after));
        schedule_done(&after);
        token[at] = saved;
    }
    free(token);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schedule");
    TCase *tcase = tcase_create("schedule");
    tcase_add_test(tcase, file_round_trip);
    tcase_add_test(tcase, file_without_misuse_and_quarantine);
    tcase_add_test(tcase, truncated_file_is_refused);
    tcase_add_test(tcase, changed_file_is_refused);
    tcase_add_test(tcase, newer_and_foreign_files_are_named);
    tcase_add_test(tcase, token_round_trip);
    tcase_add_test(tcase, damaged_token_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
