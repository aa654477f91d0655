/* report_suppress: the syntax of suppressions, what they match, and what is said of a bad file. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/suppress.h"
#include "report_cases.h"

START_TEST(patterns_match_as_tsans_do)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } rows[] = {
        {"foo", "xfoox", true},     {"^foo", "foox", true},
        {"^foo", "xfoo", false},    {"foo$", "xfoo", true},
        {"foo$", "foox", false},    {"^foo$", "foo", true},
        {"^foo$", "foofoo", false}, {"a*c", "xabcx", true},
        {"a*c", "acb", true},       {"a*d", "abc", false},
        {"^a*c$", "abcabc", true},  {"^a*c$", "abcab", false},
        {"*", "anything", true},    {"^*x$", "yyx", true},
        {"foo", "", false},         {"foo", NULL, false},
        {"^", "a", true},           {"$", "a", true},
        {"a**b", "ab", true},       {"std::*push", "std::vector<int>::push_back", true},
        {"a*b$", "abcb", true},     {"a*b$", "abca", false},
        {"^", "", false},           {"b*", "ab", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_msg(suppression_pattern_matches(rows[i].pattern, rows[i].name) == rows[i].matches,
                      "%s against %s", rows[i].pattern, rows[i].name);
}
END_TEST

/* Of these five no type for races is: the crash, what goroutines do besides racing, lock order. */
#define NO_RACES 5u

/* Findings left when these lines are in force; all cases but the crash can be suppressed. */
static unsigned left(const char *lines, unsigned *ret_suppressed)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report_config config = {.out_fd = capture.fd, .suppressions_text = lines};
    struct report *report = report_create(&config, NULL);
    ck_assert_ptr_nonnull(report);
    report_take(report, record_module(FIXTURE_PID, &context.program, 1));
    struct proto_record *record;
    for (size_t i = 0; (record = case_record(&context, i)); i++)
        ck_assert_int_ge(report_take(report, record), 0);
    unsigned findings = report_findings(report);
    if (ret_suppressed)
        *ret_suppressed = report_suppressed(report);
    report_destroy(report);
    free(capture_end(&capture));
    return findings;
}

START_TEST(each_type_matches_what_it_says)
{
    unsigned all = left("", NULL), suppressed;
    ck_assert_uint_ge(all, 13);
    ck_assert_uint_eq(left("# comment\n\n  \t\r\n#race:*\n", NULL), all);
    ck_assert_uint_eq(left("race:*", NULL), NO_RACES);
    ck_assert_uint_eq(left("race:^main$", &suppressed), NO_RACES); /* creation stacks count */
    ck_assert_uint_eq(suppressed, all - NO_RACES);
    ck_assert_uint_eq(left("race:^table_reset$", NULL), all - 2);
    ck_assert_uint_eq(left("race_top:^table_reset$", NULL), all - 2);
    ck_assert_uint_eq(left("race_top:^worker_$", NULL), all);
    ck_assert_uint_eq(left("  race:^g_counter$  \r\n", NULL), all - 2);
    ck_assert_uint_eq(left("race:g_table[3].count", NULL), all - 1);
    ck_assert_uint_eq(left("race:fixture.c$", NULL), NO_RACES);
    ck_assert_uint_eq(left("race:/fixture$\n", NULL), NO_RACES);
    ck_assert_uint_eq(left("called_from_lib:libnothing.so", NULL), all);
    ck_assert_uint_le(left("called_from_lib:/fixture$", NULL), NO_RACES + 1);
    ck_assert_uint_eq(left("thread:*\nsignal:*\n", NULL), all);
    ck_assert_uint_eq(left("mutex:*\n", NULL), all - 1);
    ck_assert_uint_eq(left("race:*\ndeadlock:*\nleak:*\npanic:*\n", NULL), 1);
    ck_assert_uint_eq(left("deadlock:^g_other$", NULL), all - 2);
    ck_assert_uint_eq(left("misuse:^g_counter$", NULL), all - 1);
    ck_assert_uint_eq(left("panic:^worker_$\nleak:^table_reset$", NULL), all);
}
END_TEST

/* ---- frame sequences, on findings made by hand ---- */

static const struct frame frames[] = {
    {.function = "add", .file = "/src/list.c", .module_path = "/bin/prog"},
    {.function = "insert", .file = "/src/list.c", .module_path = "/bin/prog"},
    {.function = "work", .file = "/src/main.c", .module_path = "/bin/prog"},
    {.function = "start", .module_path = "/lib/libpool.so"},
    {.function = "free_all", .file = "/src/list.c", .module_path = "/bin/prog"},
    {.function = "main", .file = "/src/main.c", .module_path = "/bin/prog"},
};
static const struct variable list = {.name = "g_list", .path = "g_list.head"};

/* add < insert < work < start against free_all < main, on g_list. */
static struct finding race_by_hand(void)
{
    return (struct finding){
        .kind = FINDING_DATA_RACE,
        .title = "data race",
        .has_now = true,
        .has_before = true,
        .now.stack = {frames, 4},
        .before.stack = {frames + 4, 2},
        .place.variable = &list,
    };
}

static bool is_suppressed(const char *line, const struct finding *finding)
{
    struct suppressions s = {0};
    ck_assert_int_eq(suppressions_add_text(&s, line, NULL), 0);
    bool is = suppressions_match(&s, finding) != NULL;
    suppressions_done(&s);
    return is;
}

START_TEST(sequences_are_frames_of_one_stack_in_order)
{
    static const struct {
        const char *line;
        bool matches;
    } rows[] = {
        {"race:^add$;^insert$", true},
        {"race:^insert$;^work$;^start$", true},
        {"race:^insert$;^add$", false},
        {"race:^add$;^work$", false},
        {"race:^add$;...;^work$", true},
        {"race:^add$;...;^insert$", true}, /* also no frame */
        {"race:^add$;...;libpool.so", true},
        {"race:^add$;...;^main$", false}, /* of the other stack */
        {"race:...;^start$", true},
        {"race:^start$;...", true},
        {"race:^start$;*", false},
        {"race:list.c;list.c;main.c", true},
        {"race:list.c;list.c;list.c", false},
        {"race:^add$;...;main.c;...;libpool*so$", true},
        {"race_top:^add$;^insert$", true},
        {"race_top:^insert$;^work$", false},
        {"race_top:^free_all$;^main$", true},
        {"race_top:...;^work$", true},
        {"race_top:^g_list$", false},
    };
    struct finding finding = race_by_hand();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(is_suppressed(rows[i].line, &finding) == rows[i].matches, "%s", rows[i].line);
}
END_TEST

START_TEST(parts_are_places_of_their_own)
{
    static const struct {
        const char *line;
        bool matches;
    } rows[] = {
        {"race:^add$;;^free_all$", true},
        {"race:^free_all$;;^add$", true},
        {"race:^add$;;^insert$", false}, /* one stack is not two */
        {"race:list.c;;list.c", true},
        {"race:list.c;;list.c;;list.c", false},
        {"race:^add$;^insert$;;^free_all$;^main$;;^g_list$", true},
        {"race:^add$;;^main$;;^g_other$", false},
        {"race:^g_list$;;^free_all$", true},
        {"race:^g_list$;;^free_all$;;^g_list$", false},
        {"race_top:^add$;;^free_all$;;^g_list$", true},
        {"race_top:^add$;;^main$", false},
        {"deadlock:^add$;;^free_all$", false},
    };
    struct finding finding = race_by_hand();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(is_suppressed(rows[i].line, &finding) == rows[i].matches, "%s", rows[i].line);
}
END_TEST

/* "...;" before `pattern` in a stack of random frames "a" and "b": against trying all ways. */
static bool sequence_oracle(const char *pattern, const char *stack)
{
    if (!*pattern)
        return true;
    if (*pattern == '.')
        return sequence_oracle(pattern + 1, stack) ||
               (*stack && sequence_oracle(pattern, stack + 1));
    return *stack == *pattern && sequence_oracle(pattern + 1, stack + 1);
}

START_TEST(sequences_agree_with_trying_all_ways)
{
    uint32_t state = 1;
    for (int round = 0; round < 20000; round++) {
        char pattern[8] = {0}, stack[10] = {0}, line[80] = "race_top:";
        struct frame random[9] = {0};
        size_t count = 0;
        for (int i = 0; i < 7; i++)
            pattern[i] = ".ab"[((state = state * 1103515245 + 12345) >> 16) % 3];
        pattern[1 + (state >> 16) % 6] = 0;
        size_t size = 1 + (state >> 20) % 9;
        for (; count < size; count++) {
            stack[count] = "ab"[(state = state * 1103515245 + 12345) >> 16 & 1];
            random[count].function = stack[count] == 'a' ? "a" : "b";
        }
        for (const char *p = pattern; *p; p++) {
            strcat(line, p == pattern ? "" : ";");
            strcat(line, *p == '.' ? "..." : *p == 'a' ? "^a$" : "^b$");
        }
        struct finding finding = race_by_hand();
        finding.now.stack = (struct stack){random, count};
        finding.before.stack.count = 0;
        ck_assert_msg(is_suppressed(line, &finding) == sequence_oracle(pattern, stack),
                      "%s against %s", line, stack);
    }
}
END_TEST

/* Of many suppressions each is compared with few names, or a run of many findings would take hours:
 * 10,000 of them against 1000 findings are ten million, and the test's time limit bounds them. */
START_TEST(thousands_are_no_burden)
{
    struct suppressions s = {0};
    char line[64];
    for (int i = 0; i < 10000; i++) {
        snprintf(line, sizeof line, i % 2 ? "race:^function_%d$\n" : "race:module_%d*x\n", i);
        ck_assert_int_eq(suppressions_add_text(&s, line, NULL), 0);
    }
    ck_assert_int_eq(suppressions_add_text(&s, "race:^free_all$;^main$\n", NULL), 0);
    struct finding finding = race_by_hand();
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_eq(suppressions_match(&s, &finding), &s.list[10000]);
    ck_assert_uint_eq(s.list[10000].hits, 1000);
    suppressions_done(&s);
}
END_TEST

START_TEST(signals_and_leaked_threads_have_types)
{
    struct wait wait = {.stack = {frames, 3}, .state = ""};
    struct finding finding = {
        .kind = FINDING_THREAD_LEAK, .title = "thread leak", .waits = &wait, .wait_count = 1};
    ck_assert(is_suppressed("thread:^work$", &finding));
    ck_assert(!is_suppressed("signal:^work$\nmisuse:^work$", &finding));
    finding.kind = FINDING_MISUSE;
    finding.title = "misuse (signal handler)";
    ck_assert(is_suppressed("signal:^add$", &finding));
    ck_assert(!is_suppressed("thread:^add$", &finding));
    ck_assert_str_eq(suppression_type(&finding), "signal");
}
END_TEST

static char *error_of(const char *text, const char *file)
{
    char *error = NULL;
    struct report_config config = {.suppressions_text = text, .suppressions = file};
    ck_assert_ptr_null(report_create(&config, &error));
    ck_assert_ptr_nonnull(error);
    return error;
}

START_TEST(mistakes_are_named_with_their_line)
{
    static const char *const rows[][2] = {
        {"race:a\nrase:b\n",
         "suppressions:2: unknown suppression type 'rase'; did you mean 'race'?"},
        {"race_topp:b", "suppressions:1: unknown suppression type 'race_topp'; did you mean "
                        "'race_top'?"},
        {"\n\nrace\n", "suppressions:3: expected TYPE:PATTERN, for instance race:my_function, not "
                       "'race'"},
        {"race:\n", "suppressions:1: expected TYPE:PATTERN, for instance race:my_function, not "
                    "'race:'"},
        {"race:a\nrace:b;\n", "suppressions:2: between two ';' there must be a frame's pattern or "
                              "'...', in 'b;'"},
        {"race:;;b\n", "suppressions:1: between two ';' there must be a frame's pattern or '...', "
                       "in ';;b'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char *error = error_of(rows[i][0], NULL);
        ck_assert_str_eq(error, rows[i][1]);
        free(error);
    }
    char *error = error_of(NULL, "/nonexistent/file");
    ck_assert_str_eq(error, "cannot read the suppression file /nonexistent/file: No such file or "
                            "directory");
    free(error);
    error = error_of(NULL, "/");
    ck_assert_ptr_nonnull(strstr(error, "cannot read the suppression file /: Is a directory"));
    free(error);
    ck_assert_ptr_null(report_create(&(struct report_config){.suppressions = "/none"}, NULL));
}
END_TEST

static void write_text(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fwrite(text, 1, size, file);
    fclose(file);
}

START_TEST(files_are_a_list_and_must_be_text)
{
    char folder[] = "/tmp/report_suppress.XXXXXX", a[64], b[64], both[130];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(a, sizeof(a), "%s/a", folder);
    snprintf(b, sizeof(b), "%s/b c", folder);
    snprintf(both, sizeof(both), "%s:%s", a, b);
    write_text(a, "race:x\nrace:y", 13);
    write_text(b, "race:z\nra\0ce:x\n", 15);
    char *error = error_of(NULL, both), expected[256];
    snprintf(expected, sizeof(expected), "%s:2: not a text file (it has a zero byte)", b);
    ck_assert_str_eq(error, expected);
    free(error);
    write_text(b, "race:z\n", 7);
    struct report *report = report_create(&(struct report_config){.suppressions = both}, NULL);
    ck_assert_ptr_nonnull(report);
    report_destroy(report);
    unlink(a);
    unlink(b);
    rmdir(folder);
}
END_TEST

START_TEST(use_is_reported_when_asked)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report_config config = {.out_fd = capture.fd,
                                   .verbosity = 1,
                                   .print_suppressions = true,
                                   .suppressions_text = "race:never\nrace_top:^next_id$\nrace:*\n"};
    struct report *report = report_create(&config, NULL);
    report_take(report, record_module(FIXTURE_PID, &context.program, 1));
    struct proto_record *record;
    for (size_t i = 0; i < 4 && (record = case_record(&context, i)); i++)
        ck_assert_int_eq(report_take(report, record), 0);
    report_finish(report);
    report_finish(report);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_str_eq(text, "racerun: 4 findings were suppressed:\n"
                           "racerun:        1 race_top:^next_id$\n"
                           "racerun:        3 race:*\n");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_suppress");
    TCase *tests = tcase_create("suppressions");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, patterns_match_as_tsans_do);
    tcase_add_test(tests, each_type_matches_what_it_says);
    tcase_add_test(tests, sequences_are_frames_of_one_stack_in_order);
    tcase_add_test(tests, parts_are_places_of_their_own);
    tcase_add_test(tests, sequences_agree_with_trying_all_ways);
    tcase_add_test(tests, thousands_are_no_burden);
    tcase_add_test(tests, signals_and_leaked_threads_have_types);
    tcase_add_test(tests, mistakes_are_named_with_their_line);
    tcase_add_test(tests, files_are_a_list_and_must_be_text);
    tcase_add_test(tests, use_is_reported_when_asked);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
