/* The program that runs tests: its arguments, its rounds, its last words. */
#include "testing.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct case_list {
    char **names;
    void (*const *tests)(rgo_test *t);
    size_t count;
};

/* ---- arguments ---- */

static bool number_read(const char *value, void *ret_number)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno || number < 1 || number > INT_MAX)
        return false;
    *(unsigned *)ret_number = (unsigned)number;
    return true;
}

static bool flag_read(const char *value, void *ret_flag)
{
    bool on = !strcmp(value, "on") || !strcmp(value, "true") || !strcmp(value, "1");
    if (!on && strcmp(value, "off") && strcmp(value, "false") && strcmp(value, "0"))
        return false;
    *(bool *)ret_flag = on;
    return true;
}

static bool duration_read(const char *value, void *ret_ns)
{
    return duration_parse(value, ret_ns);
}

static bool pattern_read(const char *value, void *ret_pattern)
{
    char wrong[200];
    if (!test_pattern_check(value, wrong, sizeof wrong)) {
        fprintf(stderr, "testing: %s: %s\n", value, wrong);
        return false;
    }
    *(const char **)ret_pattern = value;
    return true;
}

static const struct option {
    const char *name, *words;
    bool (*read)(const char *value, void *result);
    void *result;
    bool alone; /* needs no value */
} options[] = {
    {"run", "P", pattern_read, &testing.run, false},
    {"skip", "P", pattern_read, &testing.skip, false},
    {"list", "P", pattern_read, &testing.list, false},
    {"v", "", flag_read, &testing.verbose, true},
    {"count", "N", number_read, &testing.count, false},
    {"failfast", "", flag_read, &testing.failfast, true},
    {"short", "", flag_read, &testing.brief, true},
    {"parallel", "N", number_read, &testing.parallel, false},
    {"timeout", "D", duration_read, &testing.timeout, false},
    {"leaks", "on|off", flag_read, &testing.leaks, false},
    {"patience", "D", duration_read, &testing.patience, false},
};
#define OPTIONS (sizeof options / sizeof *options)

static const struct option *option_find(const char *name, size_t length)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0)
            return &options[i];
    return NULL;
}

static bool usage(const char *program)
{
    fprintf(stderr, "usage: %s", program);
    for (size_t i = 0; i < OPTIONS; i++)
        fprintf(stderr, " [-%s%s%s]", options[i].name, *options[i].words ? " " : "",
                options[i].words);
    fprintf(stderr, "\n");
    return false;
}

/* The argument at *at, and perhaps the one behind it. */
static bool argument_read(char **argv, int *at)
{
    const char *name = argv[*at] + 1;
    name += *name == '-';
    size_t length = strcspn(name, "=");
    const struct option *option = option_find(name, length);
    if (!option) {
        fprintf(stderr, "flag provided but not defined: -%s\n", name);
        return false;
    }
    const char *value = name[length] ? name + length + 1 : option->alone ? "true" : argv[++*at];
    if (!value) {
        fprintf(stderr, "flag needs an argument: -%s\n", option->name);
        return false;
    }
    if (option->read(value, option->result))
        return true;
    fprintf(stderr, "invalid value \"%s\" for flag -%s\n", value, option->name);
    return false;
}

static bool arguments_read(int argc, char **argv)
{
    for (int i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (!argument_read(argv, &i))
            return usage(argv[0]);
    }
    return true;
}

/* ---- the tests ---- */

/* `names` as the preprocessor wrote them: "a, b". */
static struct case_list cases_split(const char *names, void (*const *tests)(rgo_test *t),
                                    size_t count)
{
    struct case_list cases = {test_memory(count * sizeof(char *) + 1), tests, count};
    for (size_t i = 0; i < count; i++) {
        names += strspn(names, " \t,&");
        size_t length = strcspn(names, " \t,");
        cases.names[i] = test_memory(length + 1);
        memcpy(cases.names[i], names, length);
        names += length;
    }
    return cases;
}

static void cases_list(const struct case_list *cases)
{
    bool whole;
    for (size_t i = 0; i < cases->count; i++)
        if (test_matches(testing.list, cases->names[i], &whole))
            printf("%s\n", cases->names[i]);
}

/* All once. */
static void round_run(const struct case_list *cases, const void *pc)
{
    test_root.barrier = rgo_chan_new(0, 0);
    leaks_begin();
    for (size_t i = 0; i < cases->count; i++) {
        struct test_function function = {.plain = cases->tests[i]};
        test_start(&test_root, &function, cases->names[i], pc);
        if (testing.failfast && rgo_test_failed(&test_root))
            break;
    }
    bool some = test_root.paused_subs;
    test_subs_finish(&test_root);
    if (some)
        leaks_check(&test_root, true);
}

static int outcome_tell(int64_t begun)
{
    bool failed = rgo_test_failed(&test_root);
    double spent = (double)(time_now() - begun) / 1e9;
    if (!test_any_ran())
        fprintf(stderr, "testing: warning: no tests to run\n");
    printf(failed ? "FAIL\n" : "PASS\n");
    printf("%s\t%s\t%.3fs\n", failed ? "FAIL" : "ok  ", program_invocation_short_name, spent);
    fflush(stdout);
    return failed;
}

int rgo_testing_main(int argc, char **argv, const char *names, void (*const *tests)(rgo_test *t),
                     size_t count)
{
    runtime_start();
    testing.leaks = true;
    testing.parallel = rgo_procs();
    testing.timeout = INT64_C(600000000000);
    testing.patience = INT64_C(1000000000);
    test_root.name = "";
    if (!arguments_read(argc, argv))
        return 2;
    static struct case_list cases; /* reachable to the end: no leak */
    cases = cases_split(names, tests, count);
    if (testing.list) {
        cases_list(&cases);
        return 0;
    }
    int64_t begun = time_now();
    testing.deadline = testing.timeout ? begun + testing.timeout : TIME_NEVER;
    test_watch_start();
    for (unsigned i = 0; i < testing.count && !(testing.failfast && test_root.failed); i++)
        round_run(&cases, __builtin_return_address(0));
    return outcome_tell(begun);
}
