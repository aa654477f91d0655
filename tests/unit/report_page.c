/*
 * report_page: --format=html. What the page holds is checked against the JSON format, which is the
 * oracle; that no name can end the script it stands in, by hostile names; how it looks and works,
 * in a browser (tests/e2e/page.sh).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"
#include "report_cases.h"

static const char data_begin[] = "<script type=\"application/json\" id=\"report\">\n";

static struct report *open_report(const struct capture *capture, const char *format)
{
    struct report *report = report_create(
        &(struct report_config){.out_fd = capture->fd, .format = format, .program = "fixture"},
        NULL);
    ck_assert_ptr_nonnull(report);
    return report;
}

static char *close_report(struct report *report, struct capture *capture)
{
    report_finish(report);
    report_destroy(report);
    return capture_end(capture);
}

static char *cases_in(const char *format)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, format);
    cases_report(&context, report);
    return close_report(report, &capture);
}

/* The lines that the page's script reads, as they were before they were escaped. */
static char *data_of(const char *page)
{
    const char *begin = strstr(page, data_begin);
    ck_assert_ptr_nonnull(begin);
    begin += sizeof data_begin - 1;
    const char *end = strstr(begin, "\n</script>");
    ck_assert_ptr_nonnull(end);
    char *data = calloc(1, (size_t)(end - begin) + 1), *to = data;
    for (const char *at = begin; at < end; at++)
        if (strncmp(at, "\\u003c", 6) == 0) {
            *to++ = '<';
            at += 5;
        } else {
            *to++ = *at;
        }
    return data;
}

static size_t count(const char *text, const char *what)
{
    size_t found = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        found++;
    return found;
}

/* Is each line of `lines` whose schema is that in `data`, as it is? Summaries differ in nothing
 * else than their place. */
static void check_lines(const char *lines, const char *data, const char *schema)
{
    size_t found = 0;
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        char *line = strndup(lines, size);
        if (strncmp(line + strlen("{\"schema\":\""), schema, strlen(schema)) == 0) {
            found++;
            ck_assert_msg(strstr(data, line), "not in the page: %.200s", line);
        }
        free(line);
        lines += size + (lines[size] == '\n');
    }
    ck_assert_uint_gt(found, 0);
}

/* The name of the test, which a document adds to its findings. */
static char *without_test(char *text)
{
    static const char key[] = ",\"test\":\"fixture\"";
    for (char *at; (at = strstr(text, key));)
        memmove(at, at + sizeof key - 1, strlen(at + sizeof key - 1) + 1);
    return text;
}

START_TEST(page_holds_what_the_json_format_says)
{
    char *lines = cases_in("json"), *page = cases_in("html");
    char *data = without_test(data_of(page));
    static const char *const schemas[] = {"racerun-finding/1", "racerun-schedule/1",
                                          "racerun-notice/1", "racerun-summary/1"};
    for (size_t i = 0; i < 4; i++)
        check_lines(lines, data, schemas[i]);
    ck_assert_uint_eq(count(data, "{\"schema\":\"racerun-finding/1\""),
                      count(lines, "{\"schema\":\"racerun-finding/1\""));
    free(lines);
    free(page);
    free(data);
}
END_TEST

/* "NUMBER: text" of the fixture's own file. */
static void check_source(const char *data, unsigned number, const char *wanted)
{
    char key[64];
    const char *at = data;
    unsigned from = 0;
    while ((at = strstr(at, "/fixture.c\",\"from\":"))) {
        from = (unsigned)strtoul(strstr(at, "\"from\":") + 7, NULL, 10);
        const char *lines = strstr(at, "\"lines\":["), *end = strchr(lines, '\n');
        unsigned line = from;
        for (const char *c = lines + 10; c < end && line < number; c++)
            line += strncmp(c, "\",\"", 3) == 0;
        snprintf(key, sizeof key, "%s", wanted);
        if (from <= number && line == number && strstr(lines, key) && strstr(lines, key) < end)
            return;
        at = lines;
    }
    ck_abort_msg("line %u, \"%s\", is not in the page", number, wanted);
}

START_TEST(page_has_the_source_around_what_it_speaks_of)
{
    char *page = cases_in("html"), *data = data_of(page);
    check_source(data, 59, "g_table[index].at[1].y = index;");
    free(data);
    free(page);
}
END_TEST

START_TEST(page_asks_nobody_for_anything)
{
    static const char *const ways[] = {" src=",     "@import",   "fetch(", "XMLHttpRequest",
                                       "import(",   " href=\"h", "url(h",  "eval(",
                                       "innerHTML", "WebSocket"};
    char *page = cases_in("html");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        ck_assert_msg(!strstr(page, ways[i]), "the page contains %s", ways[i]);
    ck_assert_ptr_nonnull(strstr(page, "Content-Security-Policy\" content=\"default-src 'none'"));
    free(page);
}
END_TEST

/* A finding whose names are all `name`, as a line of JSON; `name` is written as JSON already. */
static char *hostile_line(const char *name, unsigned number)
{
    static const char form[] =
        "{\"schema\":\"racerun-finding/1\",\"kind\":\"data race\",\"number\":%u,\"id\":\"%08x\","
        "\"program\":\"%s\",\"test\":\"%s\",\"location\":{\"kind\":\"static\",\"address\":\"0x%x\","
        "\"size\":4,\"module\":\"%s\",\"offset\":\"0x10\",\"variable\":{\"name\":\"%s\",\"path\":"
        "\"%s\",\"type\":\"%s\",\"size\":4}},\"accesses\":[{\"role\":\"now\",\"kind\":\"write\","
        "\"address\":\"0x%x\",\"size\":4,\"stack\":[{\"function\":\"%s\",\"file\":\"/"
        "%s\",\"line\":1,"
        "\"pc\":\"0x%x\"}]}],\"why\":[\"%s\"],\"advice\":\"%s\",\"tasks\":[]}\n";
    unsigned at = 0x1000 + number;
    char *line;
    ck_assert_int_gt(asprintf(&line, form, number, number, name, name, at, name, name, name, name,
                              at, name, name, at, name, name),
                     0);
    return line;
}

static char *hostile_page(const char *name)
{
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "html");
    char *line = hostile_line(name, 1), *error = NULL;
    ck_assert_msg(report_add_line(report, line, strlen(line), NULL, &error) == 1, "%s",
                  error ? error : "not printed");
    free(line);
    return close_report(report, &capture);
}

START_TEST(no_name_can_end_what_it_stands_in)
{
    static const char *const names[] = {
        "</script><script>window.pwned = 1</script>",
        "<!--<script>",
        "<img src=x onerror=alert(1)>",
        "</title><b>",
        "</noscript><b>",
        "]]>&lt;&amp;'\\\\\\\"`${1}@DATA@",
        "\\u003c/script\\u003e",
        "\\u2028\\u0001\\u0007",
    };
    char *plain = hostile_page("x");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *page = hostile_page(names[i]);
        ck_assert_uint_eq(count(page, "<script"), count(plain, "<script"));
        ck_assert_uint_eq(count(page, "</"), count(plain, "</"));
        ck_assert_uint_eq(count(page, "<!--"), 0);
        ck_assert_uint_eq(count(page, "<"), count(plain, "<"));
        free(page);
    }
    free(plain);
}
END_TEST

START_TEST(page_is_utf8_whatever_names_are)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "html");
    report_test_begin(report, "caf\xe9 \xff\xc0\x80");
    cases_report(&context, report);
    report_test_end(report, &(struct report_test){.name = "caf\xe9 \xff\xc0\x80",
                                                  .status = REPORT_FOUND,
                                                  .words = "\xf0\x28",
                                                  .output = "\xc3\n\x1b[31m"});
    char *page = close_report(report, &capture);
    for (size_t left = strlen(page), at = 0, size; left; at += size, left -= size) {
        size = utf8_length(page + at, left);
        ck_assert_uint_gt(size, 0);
    }
    ck_assert_uint_gt(count(page, "caf" UTF8_REPLACEMENT), 0);
    free(page);
}
END_TEST

START_TEST(thousands_of_findings_are_bounded_and_the_rest_is_counted)
{
    enum { FINDINGS = 6000, KEPT = 5000 };
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "html");
    for (unsigned i = 1; i <= FINDINGS; i++) {
        char name[32];
        snprintf(name, sizeof name, "v%u", i);
        char *line = hostile_line(name, i);
        report_add_line(report, line, strlen(line), NULL, NULL);
        free(line);
    }
    ck_assert_uint_eq(report_findings(report), FINDINGS);
    char *page = close_report(report, &capture);
    char *data = data_of(page);
    ck_assert_uint_eq(count(data, "{\"schema\":\"racerun-finding/1\""), KEPT);
    ck_assert_ptr_nonnull(strstr(data, "\"racerun-summary/1\",\"findings\":6000,"));
    free(data);
    free(page);
}
END_TEST

START_TEST(page_without_findings_says_so)
{
    struct capture capture = capture_begin();
    struct report *report = open_report(&capture, "html");
    char *page = close_report(report, &capture);
    ck_assert_ptr_nonnull(strstr(page, "<title>racerun: no findings</title>"));
    ck_assert_ptr_null(strstr(page, "racerun-finding/1\",\"kind"));
    free(page);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_page");
    TCase *tests = tcase_create("page");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, page_holds_what_the_json_format_says);
    tcase_add_test(tests, page_has_the_source_around_what_it_speaks_of);
    tcase_add_test(tests, page_asks_nobody_for_anything);
    tcase_add_test(tests, no_name_can_end_what_it_stands_in);
    tcase_add_test(tests, page_is_utf8_whatever_names_are);
    tcase_add_test(tests, thousands_of_findings_are_bounded_and_the_rest_is_counted);
    tcase_add_test(tests, page_without_findings_says_so);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
