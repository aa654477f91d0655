/*
 * report_golden: what each format makes of the cases, compared letter by letter with
 * tests/golden/report.*. RACERUN_GOLDEN_UPDATE=1 in the environment writes the files anew: then
 * read the difference.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report_cases.h"

/* Replaces `from` by `to` everywhere; frees `text`. */
static char *replace(char *text, const char *from, const char *to)
{
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);
    const char *at = text;
    for (const char *found; (found = strstr(at, from)); at = found + strlen(from)) {
        fwrite(at, 1, (size_t)(found - at), stream);
        fputs(to, stream);
    }
    fputs(at, stream);
    fclose(stream);
    free(text);
    return out;
}

/* Addresses in the fixture's files, and offsets in them, are the linker's business: 0x@. */
static bool is_layout(unsigned long long value)
{
    return (value >= 0x1000 && value < 0x10000) || value >> 16 == FIXTURE_BIAS >> 16 ||
           value >> 16 == 0x7f120000;
}

static char *hide_layout(char *text)
{
    char *to = text;
    for (const char *from = text; *from;) {
        char *end;
        if (strncmp(from, "0x", 2) == 0 && is_layout(strtoull(from, &end, 16))) {
            memcpy(to, "0x@", 3);
            to += 3;
            from = end;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return text;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return strdup("");
    char *text = NULL;
    size_t size = 0;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void compare(const char *name, const char *text)
{
    char path[4096], got[4096];
    snprintf(path, sizeof(path), "%s/%s", GOLDEN_FOLDER, name);
    snprintf(got, sizeof(got), "%s/%s.got", GOLDEN_OUTPUT, name);
    if (getenv("RACERUN_GOLDEN_UPDATE"))
        write_file(path, text);
    char *expected = read_file(path);
    bool same = strcmp(expected, text) == 0;
    if (!same)
        write_file(got, text);
    free(expected);
    ck_assert_msg(same, "differs: diff -u %s %s", path, got);
}

static void check_golden(const char *name, struct report_config config)
{
    struct case_context context = case_context_open();
    struct capture capture = capture_begin();
    config.out_fd = capture.fd;
    ck_assert_int_eq(chdir("/"), 0); /* names below the working folder would be shortened */
    struct report *report = report_create(&config, NULL);
    ck_assert_ptr_nonnull(report);
    cases_report(&context, report);
    report_finish(report);
    ck_assert_uint_eq(report_findings(report), 20);
    report_destroy(report);
    char *text = capture_end(&capture);
    text = replace(text, FIXTURE_FOLDER, "@SOURCE@");
    text = replace(text, FIXTURE_OUTPUT, "@BUILD@");
    compare(name, hide_layout(text));
    free(text);
}

START_TEST(text_is_as_agreed)
{
    check_golden("report.text", (struct report_config){0});
}
END_TEST

START_TEST(text_with_colour_and_stripped_paths_is_as_agreed)
{
    check_golden("report.color",
                 (struct report_config){
                     .color = true, .width = 60, .verbosity = 2, .strip_path_prefix = "/golden/"});
}
END_TEST

START_TEST(json_is_as_agreed)
{
    check_golden("report.json", (struct report_config){.format = "json", .program = "fixture"});
}
END_TEST

START_TEST(tsan_is_as_agreed)
{
    check_golden("report.tsan", (struct report_config){.format = "tsan"});
}
END_TEST

START_TEST(junit_is_as_agreed)
{
    check_golden("report.junit", (struct report_config){.format = "junit", .program = "fixture"});
}
END_TEST

START_TEST(sarif_is_as_agreed)
{
    check_golden("report.sarif", (struct report_config){.format = "sarif", .program = "fixture"});
}
END_TEST

START_TEST(github_is_as_agreed)
{
    unsetenv("GITHUB_WORKSPACE");
    check_golden("report.github", (struct report_config){.format = "github"});
}
END_TEST

START_TEST(supp_is_as_agreed)
{
    check_golden("report.supp", (struct report_config){.format = "supp"});
}
END_TEST

START_TEST(trace_is_as_agreed)
{
    check_golden("report.trace", (struct report_config){.format = "trace"});
}
END_TEST

START_TEST(explain_is_as_agreed)
{
    check_golden("report.explain", (struct report_config){.format = "explain"});
}
END_TEST

START_TEST(mermaid_is_as_agreed)
{
    check_golden("report.mermaid", (struct report_config){.format = "mermaid"});
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_golden");
    TCase *tests = tcase_create("golden");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, text_is_as_agreed);
    tcase_add_test(tests, text_with_colour_and_stripped_paths_is_as_agreed);
    tcase_add_test(tests, json_is_as_agreed);
    tcase_add_test(tests, tsan_is_as_agreed);
    tcase_add_test(tests, junit_is_as_agreed);
    tcase_add_test(tests, sarif_is_as_agreed);
    tcase_add_test(tests, github_is_as_agreed);
    tcase_add_test(tests, supp_is_as_agreed);
    tcase_add_test(tests, trace_is_as_agreed);
    tcase_add_test(tests, mermaid_is_as_agreed);
    tcase_add_test(tests, explain_is_as_agreed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
