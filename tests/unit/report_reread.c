/*
 * report_reread: reports that were written in JSON and are read back. The oracle is the report
 * itself: told from what was read back it is the same, letter by letter.
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report_cases.h"

static struct report *open_report(const struct capture *capture, const char *format,
                                  const char *baseline)
{
    struct report *report = report_create(
        &(struct report_config){.out_fd = capture->fd, .format = format, .baseline = baseline},
        NULL);
    ck_assert_ptr_nonnull(report);
    return report;
}

/* What a format makes of the cases. */
static char *cases_in(const char *format)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, format, NULL);
    cases_report(&context, report);
    report_finish(report);
    report_destroy(report);
    return capture_end(&capture);
}

/* Adds each line; how many were refused. */
static unsigned add_lines(struct report *report, const char *text, struct report_totals *totals)
{
    unsigned refused = 0;
    while (*text) {
        size_t size = strcspn(text, "\n");
        size += text[size] == '\n';
        refused += report_add_line(report, text, size, totals, NULL) < 0;
        text += size;
    }
    return refused;
}

static char *reread_in(const char *format, const char *lines)
{
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, format, NULL);
    ck_assert_uint_eq(add_lines(report, lines, NULL), 0);
    report_finish(report);
    report_destroy(report);
    return capture_end(&capture);
}

/* A test and a program are known only to what is read back: cut from both. */
static char *without_test(char *text)
{
    static const char key[] = ",\"test\":\"fixture\"";
    for (char *at; (at = strstr(text, key));)
        memmove(at, at + sizeof key - 1, strlen(at + sizeof key - 1) + 1);
    return text;
}

/* Names the first line that differs. */
static void check_same(const char *format, const char *want, const char *got)
{
    while (*want || *got) {
        size_t size = strcspn(want, "\n"), other = strcspn(got, "\n"), same = 0;
        while (same < size && want[same] == got[same])
            same++;
        size_t from = same > 60 ? same - 60 : 0;
        ck_assert_msg(size == other && same == size, "%s: \"%.160s\" became \"%.160s\"", format,
                      want + from, got + from);
        want += size + (want[size] == '\n');
        got += other + (got[other] == '\n');
    }
}

START_TEST(a_report_read_back_is_told_as_at_first)
{
    static const char *const formats[] = {"text",   "explain", "tsan", "json",  "junit",  "sarif",
                                          "github", "html",    "supp", "trace", "mermaid"};
    char *lines = cases_in("json");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char *direct = without_test(cases_in(formats[i]));
        char *again = without_test(reread_in(formats[i], lines));
        check_same(formats[i], direct, again);
        free(direct);
        free(again);
    }
    free(lines);
}
END_TEST

START_TEST(the_summary_says_what_the_report_held)
{
    char *lines = cases_in("json");
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "json", NULL);
    struct report_totals totals = {0};
    ck_assert_uint_eq(add_lines(report, lines, &totals), 0);
    ck_assert(totals.complete);
    ck_assert_uint_eq(totals.findings, report_findings(report));
    report_destroy(report);
    free(capture_end(&capture));
    free(lines);
}
END_TEST

START_TEST(a_report_cut_off_before_its_summary_counts_its_findings)
{
    char *lines = cases_in("json");
    *strstr(lines, "{\"schema\":\"racerun-summary/1\"") = 0;
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "json", NULL);
    struct report_totals totals = {0};
    add_lines(report, lines, &totals);
    ck_assert(!totals.complete);
    ck_assert_uint_eq(totals.findings, 20);
    report_destroy(report);
    free(capture_end(&capture));
    free(lines);
}
END_TEST

START_TEST(merging_tells_once_what_both_reports_hold)
{
    char *lines = cases_in("json");
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "json", NULL);
    add_lines(report, lines, NULL);
    unsigned findings = report_findings(report), before = report_duplicates(report);
    add_lines(report, lines, NULL);
    ck_assert_uint_eq(report_findings(report), findings);
    ck_assert_uint_eq(report_duplicates(report), before + findings);
    report_destroy(report);
    free(capture_end(&capture));
    free(lines);
}
END_TEST

START_TEST(lines_that_are_no_report_of_this_version_are_refused)
{
    static const struct {
        const char *line, *error;
    } rows[] = {
        {"hello", "not a report"},
        {"", "not a report"},
        {"[]", "not a report"},
        {"{}", "not a report"},
        {"{\"schema\":7}", "not a report"},
        {"{\"schema\":\"other/1\"}", "not a report"},
        {"{\"schema\":\"racerun-finding\"}", "not a report"},
        {"{\"schema\":\"racerun-finding/2\",\"kind\":\"x\",\"id\":\"00000000\"}",
         "another version of racerun: racerun-finding/2, this one reads racerun-finding/1"},
        {"{\"schema\":\"racerun-finding/1\"}", "without a kind"},
        {"{\"schema\":\"racerun-finding/1\",\"kind\":\"data race\",\"id\":\"0000000\"}",
         "without a kind, or without an id"},
        {"{\"schema\":\"racerun-future/9\"}", NULL},
        {"{\"schema\":\"racerun-finding/1\",\"kind\":\"data race\",\"id\":\"0000000f\"}", NULL},
    };
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "text", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *error = NULL;
        int result = report_add_line(report, rows[i].line, strlen(rows[i].line), NULL, &error);
        ck_assert_msg((result < 0) == (rows[i].error != NULL), "%s", rows[i].line);
        if (rows[i].error)
            ck_assert_msg(strstr(error, rows[i].error), "%s", error);
        free(error);
    }
    report_destroy(report);
    free(capture_end(&capture));
}
END_TEST

/* ---- damaged reports ---- */

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Every number, string, object and list is replaced by something else somewhere. */
static void damage(json_t *value, uint64_t *random)
{
    const char *key;
    json_t *member;
    size_t i;
    json_t *other = random_next(random) % 2 ? json_integer((json_int_t)random_next(random) - 9)
                                            : json_pack("s", "0xffffffffffffffff");
    if (json_is_object(value) && json_object_size(value)) {
        size_t chosen = random_next(random) % json_object_size(value), at = 0;
        json_object_foreach(value, key, member)
        {
            if (at++ != chosen)
                continue;
            if (random_next(random) % 3 && (json_is_object(member) || json_is_array(member)))
                damage(member, random);
            else if (strcmp(key, "schema") != 0)
                json_object_set(value, key, other);
            break;
        }
    } else if (json_is_array(value) && json_array_size(value)) {
        i = random_next(random) % json_array_size(value);
        if (random_next(random) % 3)
            damage(json_array_get(value, i), random);
        else
            json_array_set(value, i, other);
    }
    json_decref(other);
}

START_TEST(damaged_reports_are_told_as_far_as_they_go)
{
    static const char *const formats[] = {"text",   "tsan", "json",  "junit",  "sarif",
                                          "github", "supp", "trace", "mermaid"};
    char *lines = cases_in("json");
    uint64_t random = 1;
    for (size_t i = 0; i < 60; i++) {
        struct capture capture = capture_begin();
        struct report *report = open_report(&capture, formats[i % 9], NULL);
        char *copy = strdup(lines), *rest = copy;
        for (char *line; (line = strsep(&rest, "\n")) && *line;) {
            json_t *object = json_loads(line, 0, NULL);
            for (unsigned times = 0; times <= i / 12; times++)
                damage(object, &random);
            char *text = json_dumps(object, 0);
            report_add_line(report, text, strlen(text), NULL, NULL);
            free(text);
            json_decref(object);
        }
        report_finish(report);
        report_destroy(report);
        free(capture_end(&capture));
        free(copy);
    }
    free(lines);
}
END_TEST

START_TEST(tasks_that_create_each_other_are_no_endless_story)
{
    static const char line[] =
        "{\"schema\":\"racerun-finding/1\",\"kind\":\"data race\",\"id\":\"0000000f\","
        "\"accesses\":[{\"role\":\"now\",\"task\":2},{\"role\":\"before\",\"task\":3}],\"tasks\":["
        "{\"number\":2,\"parent\":3},{\"number\":3,\"parent\":2},{\"number\":4,\"parent\":4}]}";
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "text", NULL);
    ck_assert_int_eq(report_add_line(report, line, strlen(line), NULL, NULL), 1);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "thread 2 was created by thread 3"));
    free(text);
}
END_TEST

/* ---- what stands beside findings ---- */

static char *finding_line(unsigned number, const char *function)
{
    char *line = NULL;
    ck_assert_int_gt(
        asprintf(&line,
                 "{\"schema\":\"racerun-finding/1\",\"kind\":\"deadlock\",\"number\":%u,"
                 "\"id\":\"%08x\",\"waits\":[{\"state\":\"lock\",\"stack\":[{\"function\":"
                 "\"%s%u\",\"file\":\"/a.c\",\"line\":%u}]}]}\n",
                 number, number, function, number, number),
        0);
    return line;
}

static void add_finding(struct report *report, unsigned number, const char *function)
{
    char *line = finding_line(number, function);
    ck_assert_int_ge(report_add_line(report, line, strlen(line), NULL, NULL), 0);
    free(line);
}

static void add_text(struct report *report, const char *line)
{
    ck_assert_int_eq(report_add_line(report, line, strlen(line), NULL, NULL), 0);
}

#define SCHEDULE(first, last, path)                                                                \
    "{\"schema\":\"racerun-schedule/1\",\"first\":" #first ",\"last\":" #last ",\"file\":\"" path  \
    "\",\"steps\":[{\"task\":1,\"who\":\"main\",\"action\":\"lock x\"}]}"

START_TEST(schedules_find_their_findings_under_new_numbers)
{
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "json", NULL);
    add_finding(report, 1, "a");
    add_text(report, SCHEDULE(1, 1, "a.rrs"));
    add_finding(report, 1, "a"); /* a second report: this one is known, */
    add_finding(report, 2, "b"); /* this one is 2 here, */
    add_finding(report, 3, "c"); /* and this one 3 */
    add_text(report, SCHEDULE(1, 2, "b.rrs"));
    add_text(report, SCHEDULE(3, 3, "c.rrs"));
    add_finding(report, 1, "a"); /* a third one, without anything new */
    add_text(report, SCHEDULE(1, 1, "again.rrs"));
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "\"first\":1,\"last\":1,\"file\":\"a.rrs\""));
    ck_assert_ptr_nonnull(strstr(text, "\"first\":2,\"last\":2,\"file\":\"b.rrs\""));
    ck_assert_ptr_nonnull(strstr(text, "\"first\":3,\"last\":3,\"file\":\"c.rrs\""));
    ck_assert_ptr_null(strstr(text, "again.rrs"));
    free(text);
}
END_TEST

START_TEST(tests_of_a_merged_report_keep_their_findings)
{
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "junit", NULL);
    report_test_begin(report, "./a <&\">");
    add_finding(report, 1, "a");
    report_test_end(report, &(struct report_test){.name = "./a <&\">",
                                                  .status = REPORT_FOUND,
                                                  .words = "1 finding",
                                                  .duration_ms = 1002,
                                                  .output = "\x01]]>\xff\n"});
    add_text(report, "{\"schema\":\"racerun-test/1\",\"name\":\"./b\",\"status\":\"not run\","
                     "\"words\":\"no time\",\"duration_ms\":3}");
    add_text(report, "{\"schema\":\"racerun-test/1\",\"name\":\"./c\",\"status\":\"clean\"}");
    report_finish(report);
    report_destroy(report);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "tests=\"3\" failures=\"1\" errors=\"1\" time=\"1.005\""));
    ck_assert_ptr_nonnull(strstr(text, "name=\"./a &lt;&amp;&quot;&gt;\" time=\"1.002\""));
    ck_assert_ptr_nonnull(strstr(text, "<failure type=\"deadlock\" message=\"deadlock in a1 ["));
    ck_assert_ptr_nonnull(strstr(text, "<system-out>?]]&gt;\xef\xbf\xbd\n</system-out>"));
    ck_assert_ptr_nonnull(strstr(text, "<error type=\"not run\" message=\"no time\"></error>"));
    free(text);
}
END_TEST

START_TEST(documents_are_bounded_and_say_so)
{
    static const char *const formats[] = {"junit", "sarif", "github"};
    for (size_t i = 0; i < 3; i++) {
        struct capture capture = capture_begin();
        struct report *report = open_report(&capture, formats[i], NULL);
        for (unsigned number = 1; number <= 5100; number++)
            add_finding(report, number, "f");
        report_finish(report);
        ck_assert_uint_eq(report_findings(report), 5100);
        report_destroy(report);
        char *text = capture_end(&capture);
        ck_assert_ptr_nonnull(strstr(text, i == 2 ? "::5090 more findings"
                                                  : "100 findings were counted but are not in"));
        ck_assert_ptr_nonnull(strstr(text, i == 2 ? "f10 " : "f5000"));
        ck_assert_ptr_null(strstr(text, i == 2 ? "f11 " : "f5001"));
        free(text);
    }
}
END_TEST

/* ---- the baseline ---- */

static const char *write_baseline(const char *text)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/report-baseline.%d", getpid());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return path;
}

START_TEST(what_the_baseline_holds_is_counted_and_not_told)
{
    char *one = finding_line(1, "f");
    const char *path = write_baseline(one);
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "text", path);
    add_finding(report, 1, "f");
    add_finding(report, 1, "f");
    add_finding(report, 2, "f");
    report_finish(report);
    ck_assert_uint_eq(report_findings(report), 1);
    ck_assert_uint_eq(report_known(report), 1);
    report_destroy(report);
    unlink(path);
    char *text = capture_end(&capture);
    ck_assert_ptr_nonnull(strstr(text, "deadlock #1 [00000002]"));
    ck_assert_ptr_null(strstr(text, "[00000001]"));
    ck_assert_ptr_nonnull(strstr(text, "racerun: 1 known findings"));
    free(text);
    free(one);
}
END_TEST

START_TEST(a_baseline_that_is_none_is_refused)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"{\"schema\":\"racerun-summary/1\"}\nrace:f\n", ":2: not a report of racerun"},
        {"{\"schema\":\"racerun-finding/3\"}\n", ":1: it was written by another version"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *error = NULL;
        const char *path = write_baseline(rows[i].text);
        ck_assert_ptr_null(report_create(&(struct report_config){.baseline = path}, &error));
        unlink(path);
        ck_assert_msg(error && strstr(error, rows[i].error), "%s", error);
        free(error);
    }
    char *error = NULL;
    ck_assert_ptr_null(report_create(&(struct report_config){.baseline = "/no/such"}, &error));
    ck_assert_str_eq(error, "cannot read the baseline /no/such: No such file or directory");
    free(error);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_reread");
    TCase *tests = tcase_create("reread");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, a_report_read_back_is_told_as_at_first);
    tcase_add_test(tests, the_summary_says_what_the_report_held);
    tcase_add_test(tests, a_report_cut_off_before_its_summary_counts_its_findings);
    tcase_add_test(tests, merging_tells_once_what_both_reports_hold);
    tcase_add_test(tests, lines_that_are_no_report_of_this_version_are_refused);
    tcase_add_test(tests, damaged_reports_are_told_as_far_as_they_go);
    tcase_add_test(tests, tasks_that_create_each_other_are_no_endless_story);
    tcase_add_test(tests, schedules_find_their_findings_under_new_numbers);
    tcase_add_test(tests, tests_of_a_merged_report_keep_their_findings);
    tcase_add_test(tests, documents_are_bounded_and_say_so);
    tcase_add_test(tests, what_the_baseline_holds_is_counted_and_not_told);
    tcase_add_test(tests, a_baseline_that_is_none_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
