/*
 * The option table's machinery: values, names, pairs, the command line. Pure, in one process.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"

struct values {
    bool flag, on;
    uint64_t number, size;
    const char *text;
    unsigned choice, level;
};

#define SPEC(field, letter, kind, initial, argument, alias)                                        \
    {                                                                                              \
#field, letter, kind, initial, argument,                                                   \
            {alias, "" }, "group", "text", offsetof(struct values, field)                          \
    }
static const struct option_spec specs[] = {
    SPEC(flag, 'f', OPTION_FLAG, "no", "yes|no", "flag|old_flag"),
    SPEC(on, 0, OPTION_FLAG, "yes", "yes|no", ""),
    SPEC(number, 'n', OPTION_NUMBER, "7", "N", "count"),
    SPEC(size, 0, OPTION_SIZE, "64M", "BYTES", ""),
    SPEC(text, 't', OPTION_TEXT, "", "WORD", "text"),
    SPEC(choice, 0, OPTION_CHOICE, "b", "a|b|c++", ""),
    SPEC(level, 'v', OPTION_LEVEL, "0", "N", ""),
};
static const struct option_table table = {specs, sizeof specs / sizeof specs[0]};

static struct values fresh(void)
{
    struct values values = {0};
    options_defaults(table, &values);
    return values;
}

/* Sets `name` to `text`; 0 or -EINVAL. */
static int set(struct values *values, const char *name, const char *text)
{
    char *error = NULL;
    int result = options_set(options_find(table, name, strlen(name)), values, text, &error);
    ck_assert((error != NULL) == (result != 0));
    free(error);
    return result;
}

START_TEST(defaults_are_those_of_the_table)
{
    struct values values = fresh();
    ck_assert(!values.flag && values.on);
    ck_assert_uint_eq(values.number, 7);
    ck_assert_uint_eq(values.size, 64u << 20);
    ck_assert_str_eq(values.text, "");
    ck_assert_uint_eq(values.choice, 1);
}
END_TEST

START_TEST(values_are_checked_and_a_bad_one_changes_nothing)
{
    static const char *const bad[][2] = {
        {"flag", "maybe"},
        {"flag", ""},
        {"number", "-1"},
        {"number", "1x"},
        {"number", ""},
        {"number", " 1"},
        {"size", "1Q"},
        {"size", "1KK"},
        {"size", "K"},
        {"choice", "d"},
        {"choice", ""},
        {"level", "x"},
        {"number", "99999999999999999999"},
        {"size", "99999999999T"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct values values = fresh(), before = fresh();
        ck_assert_msg(set(&values, bad[i][0], bad[i][1]) == -EINVAL, "%s=%s", bad[i][0], bad[i][1]);
        ck_assert(values.number == before.number && values.size == before.size &&
                  values.choice == before.choice && values.flag == before.flag);
    }
}
END_TEST

START_TEST(sizes_have_units)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } sizes[] = {{"0", 0}, {"3", 3}, {"2k", 2048}, {"1MiB", 1u << 20}, {"4GB", UINT64_C(4) << 30}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct values values = fresh();
        ck_assert_int_eq(set(&values, "size", sizes[i].text), 0);
        ck_assert_uint_eq(values.size, sizes[i].bytes);
    }
}
END_TEST

START_TEST(distance_counts_edits_and_swaps)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } pairs[] = {{"", "", 0},      {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "acb", 1},
                 {"abc", "ab", 1}, {"", "abc", 3},    {"ab", "xaby", 2}, {"kitten", "sitting", 3}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t a = strlen(pairs[i].a), b = strlen(pairs[i].b);
        ck_assert_uint_eq(edit_distance(pairs[i].a, a, pairs[i].b, b), pairs[i].distance);
        ck_assert_uint_eq(edit_distance(pairs[i].b, b, pairs[i].a, a), pairs[i].distance);
    }
}
END_TEST

START_TEST(nearest_is_offered_only_when_near)
{
    ck_assert_str_eq(options_nearest(table, "nubmer", 6), "number");
    ck_assert_str_eq(options_nearest(table, "choices", 7), "choice");
    ck_assert_ptr_null(options_nearest(table, "zzzzzz", 6));
}
END_TEST

/* Parses; returns the index of the first argument that is no option, or -1. */
static int parse(struct values *values, int argc, const char *const *argv)
{
    int index = 0;
    char *error = NULL;
    *values = fresh();
    int result = options_parse_arguments(table, values, argc, (char **)argv, &index, &error);
    free(error);
    return result < 0 ? -1 : index;
}
#define PARSE(values, ...)                                                                         \
    parse(values, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                   \
          (const char *[]){__VA_ARGS__})

START_TEST(command_line_forms)
{
    struct values v;
    ck_assert_int_eq(PARSE(&v, "--number=3", "--text", "a b", "-vv", "program", "--flag"), 4);
    ck_assert(v.number == 3 && v.level == 2 && !v.flag);
    ck_assert_str_eq(v.text, "a b");
    ck_assert_int_eq(PARSE(&v, "-fn5", "-t", "x", "--no-on", "--", "-v"), 5);
    ck_assert(v.flag && v.number == 5 && !v.on && v.level == 0);
    ck_assert_int_eq(PARSE(&v, "-"), 0);
    ck_assert_int_eq(PARSE(&v, "--choice=c++"), 1);
    ck_assert_uint_eq(v.choice, 2);
    ck_assert_int_eq(PARSE(&v, "--nope"), -1);
    ck_assert_int_eq(PARSE(&v, "--no-number"), -1);
    ck_assert_int_eq(PARSE(&v, "--number"), -1);
    ck_assert_int_eq(PARSE(&v, "-x"), -1);
    ck_assert_int_eq(PARSE(&v, "--flag=", "p"), -1);
}
END_TEST

static int pairs(struct values *values, const char *text, enum options_names names,
                 enum options_strictness strictness)
{
    struct options_source source = {"HERE", " :", names, strictness, NULL, NULL};
    char *error = NULL;
    *values = fresh();
    int result = options_parse_pairs(table, values, text, &source, &error);
    ck_assert((error != NULL) == (result != 0));
    ck_assert(!error || strncmp(error, "HERE: ", 6) == 0);
    free(error);
    return result;
}

START_TEST(pairs_are_split_and_unquoted)
{
    struct values v;
    ck_assert_int_eq(pairs(&v, ":: number=4:flag text='a:b c' ", OPTIONS_NAMES_OWN, OPTIONS_STRICT),
                     0);
    ck_assert(v.number == 4 && v.flag);
    ck_assert_str_eq(v.text, "a:b c");
    ck_assert_int_eq(pairs(&v, "text=\"open", OPTIONS_NAMES_OWN, OPTIONS_STRICT), 0);
    ck_assert_str_eq(v.text, "open");
    ck_assert_int_eq(pairs(&v, "=", OPTIONS_NAMES_OWN, OPTIONS_STRICT), -EINVAL);
    ck_assert_int_eq(pairs(&v, "number", OPTIONS_NAMES_OWN, OPTIONS_STRICT), -EINVAL);
    ck_assert_int_eq(pairs(&v, "numbr=3", OPTIONS_NAMES_OWN, OPTIONS_STRICT), -EINVAL);
}
END_TEST

START_TEST(foreign_pairs_use_aliases_and_forgive)
{
    struct values v;
    ck_assert_int_eq(pairs(&v, "count=9 old-flag=1 number=1 what=x count=y size=1",
                           OPTIONS_NAMES_ALIAS0, OPTIONS_LAX),
                     0);
    ck_assert(v.number == 9 && v.flag && v.size == 64u << 20);
}
END_TEST

/* Any bytes: no crash, and the sanitizers see no bad access. */
START_TEST(noise_is_survived)
{
    unsigned state = 12345;
    for (int round = 0; round < 20000; round++) {
        static const char letters[] = "numberflagtextsize=:' \"-_\\1K|#\n\t\x01\xff";
        char text[40];
        size_t length = 0;
        for (; length < sizeof text - 1; length++) {
            state = state * 1664525u + 1013904223u;
            if (state >> 27 == 0)
                break;
            text[length] = letters[(state >> 8) % (sizeof letters - 1)];
        }
        text[length] = 0;
        struct values v;
        pairs(&v, text, OPTIONS_NAMES_OWN, round & 1 ? OPTIONS_LAX : OPTIONS_STRICT);
        PARSE(&v, text, "--number", text);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("options");
    tcase_add_test(cases, defaults_are_those_of_the_table);
    tcase_add_test(cases, values_are_checked_and_a_bad_one_changes_nothing);
    tcase_add_test(cases, sizes_have_units);
    tcase_add_test(cases, distance_counts_edits_and_swaps);
    tcase_add_test(cases, nearest_is_offered_only_when_near);
    tcase_add_test(cases, command_line_forms);
    tcase_add_test(cases, pairs_are_split_and_unquoted);
    tcase_add_test(cases, foreign_pairs_use_aliases_and_forgive);
    tcase_add_test(cases, noise_is_survived);
    Suite *suite = suite_create("options");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
