/*
 * report_symbol: addresses to functions, lines, variables and types, over the ways in which debug
 * information comes.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "report/image.h"
#include "report/symbol.h"
#include "report/variable.h"
#include "report_fixture.h"

static const char *const variants[] = {
    "fixture", "dwarf4", "split", "compressed", "fixed", "linked",
#ifdef FIXTURE_CLANG
    "clang",
#endif
};
#define VARIANTS ((int)(sizeof(variants) / sizeof(*variants)))

static struct fixture variant_open(const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", FIXTURE_OUTPUT, name);
    return fixture_open(path, 0);
}

/* ELF address of a symbol of `name`; that of a stripped one is looked up in its origin. */
static uint64_t elf_at(const char *name, const char *symbol)
{
    struct fixture fixture = variant_open(strcmp(name, "linked") == 0 ? "fixture" : name);
    return fixture_at(&fixture, symbol);
}

static struct image *open_image(const char *name)
{
    return image_create(variant_open(name).path, (const uint8_t *)"", 0, "");
}

/* The line of fixture.c that begins, after blanks, with `text`. */
static uint32_t line_of(const char *text)
{
    char line[256];
    uint32_t number = 0, found = 0;
    FILE *file = fopen(FIXTURE_FOLDER "/fixture.c", "r");
    ck_assert_ptr_nonnull(file);
    while (!found && fgets(line, sizeof(line), file)) {
        number++;
        if (strncmp(line + strspn(line, " \t"), text, strlen(text)) == 0)
            found = number;
    }
    fclose(file);
    ck_assert_msg(found, "no line begins with %s", text);
    return found;
}

static void check_level(const struct symbol_level *level, const char *function, const char *text)
{
    ck_assert_str_eq(level->function, function);
    ck_assert_ptr_nonnull(level->file);
    ck_assert_str_eq(level->file, FIXTURE_FOLDER "/fixture.c");
    ck_assert_uint_eq(level->line, line_of(text));
    ck_assert_uint_gt(level->column, 0);
}

START_TEST(inlined_calls_are_levels)
{
    const char *name = variants[_i];
    struct image *image = open_image(name);
    size_t count;
    const struct symbol_level *levels =
        symbol_lookup(image, elf_at(name, "place_bump") - 1, &count);
    ck_assert_uint_eq(count, 2);
    check_level(&levels[0], "entry_bump", "entry->count++");
    check_level(&levels[1], "table_update", "entry_bump(&g_table[index]);");
    levels = symbol_lookup(image, elf_at(name, "place_main_create") - 1, &count);
    ck_assert_uint_eq(count, 1);
    check_level(&levels[0], "main", "pthread_create(");
    image_destroy(image);
}
END_TEST

static void check_variable(struct image *image, uint64_t addr, uint64_t size, const char *path,
                           const char *type)
{
    struct arena arena = {0};
    struct variable variable;
    ck_assert(variable_find(image, &arena, addr, size, false, &variable));
    ck_assert_str_eq(variable.path, path);
    if (type)
        ck_assert_str_eq(variable.type, type);
    arena_done(&arena);
}

START_TEST(variables_have_paths_and_types)
{
    const char *name = variants[_i];
    struct image *image = open_image(name);
    bool clang = strcmp(name, "clang") == 0;
    uint64_t table = elf_at(name, "g_table");
    check_variable(image, table, 4, "g_table[0].id", "int");
    check_variable(image, table + 7 * 40 + 24, 8, "g_table[7].count", clang ? "long" : "long int");
    check_variable(image, table + 40 + 12, 4, "g_table[1].at[1].x", "int");
    check_variable(image, table + 40 + 12, 8, "g_table[1].at[1]", "struct point");
    check_variable(image, table + 40 + 8, 8, "g_table[1].at", "struct point [2]");
    check_variable(image, table + 40 + 32, 4, "g_table[1].{ready,done}", "bit-fields");
    check_variable(image, table + 40 + 36, 4, "g_table[1].value", "union {...}");
    check_variable(image, table + 80, 320, "g_table", "struct entry [8]");
    check_variable(image, elf_at(name, "g_grid") + 44, 4, "g_grid[2][3]", "int");
    check_variable(image, elf_at(name, "g_pool"), 40, "g_pool.lock", "pthread_mutex_t");
    check_variable(image, elf_at(name, "g_pool") + 40, 8, "g_pool.free_list", "struct entry *");
    check_variable(image, elf_at(name, "g_callback"), 8, "g_callback",
                   clang ? "char *(*)(const char *, unsigned long)"
                         : "char *(*)(const char *, long unsigned int)");
    check_variable(image, elf_at(name, "g_names") + 8, 8, "g_names[1]", "const char *const");
    image_destroy(image);
}
END_TEST

START_TEST(a_static_local_belongs_to_its_function)
{
    const char *name = variants[_i];
    struct image *image = open_image(name);
    struct arena arena = {0};
    struct variable variable;
    const char *symbol = strcmp(name, "clang") == 0 ? "next_id.last_id" : "last_id.0";
    ck_assert(variable_find(image, &arena, elf_at(name, symbol), 4, false, &variable));
    ck_assert_str_eq(variable.path, "last_id");
    ck_assert_str_eq(variable.function, "next_id");
    ck_assert_uint_eq(variable.line, line_of("static int last_id"));
    ck_assert(variable_find(image, &arena, 0, 4, true, &variable));
    ck_assert_str_eq(variable.path, "t_errors");
    ck_assert(variable.tls);
    ck_assert(!variable_find(image, &arena, 4, 4, true, &variable));
    arena_done(&arena);
    image_destroy(image);
}
END_TEST

START_TEST(a_symbol_table_still_names_functions_and_variables)
{
    struct image *image = open_image("symbols");
    size_t count;
    const struct symbol_level *levels =
        symbol_lookup(image, elf_at("symbols", "place_bump") - 1, &count);
    ck_assert_int_eq(image_load(image), IMAGE_SYMBOLS);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(levels[0].function, "table_update");
    ck_assert_ptr_null(levels[0].file);
    check_variable(image, elf_at("symbols", "g_table") + 40, 4, "g_table", NULL);
    image_destroy(image);
}
END_TEST

START_TEST(unreadable_files_answer_nothing)
{
    static const char *const paths[] = {"/nonexistent", "/dev/null", "/etc/passwd",  "/",
                                        "[vdso]",       "",          "relative/path"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct image *image = image_create(paths[i], (const uint8_t *)"\1\2\3\4", 4, "");
        size_t count;
        const struct symbol_level *levels = symbol_lookup(image, 0x1000, &count);
        ck_assert_uint_eq(count, 1);
        ck_assert_ptr_null(levels[0].function);
        struct variable variable;
        ck_assert(!variable_find(image, NULL, 0x1000, 4, false, &variable));
        ck_assert_int_eq(image_load(image), IMAGE_MISSING);
        image_destroy(image);
    }
}
END_TEST

START_TEST(a_file_of_another_build_is_not_believed)
{
    struct fixture fixture = variant_open("fixture");
    struct image *image = image_create(fixture.path, (const uint8_t *)"\1\2\3\4", 4, "");
    size_t count;
    ck_assert_ptr_null(symbol_lookup(image, elf_at("fixture", "main"), &count)[0].function);
    ck_assert_int_eq(image_load(image), IMAGE_REPLACED);
    image_destroy(image);
}
END_TEST

START_TEST(c_plus_plus_is_spelled_as_its_users_do)
{
    struct image *image = open_image("classes");
    size_t count;
    const struct symbol_level *levels =
        symbol_lookup(image, elf_at("classes", "place_put") - 1, &count);
    ck_assert_str_eq(levels[0].function, "shop::Box<int>::put(int const&)");
    levels = symbol_lookup(image, elf_at("classes", "place_lambda") - 1, &count);
    ck_assert_str_eq(levels[0].function, "main::{lambda()#1}::operator()() const");
    check_variable(image, elf_at("classes", "_ZN4shopL6hiddenE") + 8, 8, "shop::hidden[1].serial",
                   "long int");
    uint64_t box = elf_at("classes", "_ZN4shop5g_boxE");
    check_variable(image, box + 8, 4, "shop::g_box.item", "int");
    check_variable(image, box, 8, "shop::g_box.serial", "long int");
    check_variable(image, box + 16, 40, "shop::g_box.lock._M_mutex", NULL);
    check_variable(image, elf_at("classes", "_ZN4shop3BoxIiE4madeE"), 4, "shop::Box<int>::made",
                   "int");
    check_variable(image, elf_at("classes", "_ZN4shop11g_referenceE"), 8, "shop::g_reference",
                   "int &");
    check_variable(image, elf_at("classes", "_ZZL5countvE5calls"), 4, "calls", "int");
    image_destroy(image);
}
END_TEST

/* The load address of this very program. */
extern const char __executable_start[];

struct local {
    char text[3];
    int numbers[4];
};

static void expect_local(uint64_t pc, uint64_t cfa, const void *addr, uint64_t size,
                         const char *path)
{
    struct image *image = image_create("/proc/self/exe", (const uint8_t *)"", 0, "");
    struct arena arena = {0};
    struct variable variable;
    uint64_t bias = (uint64_t)__executable_start;
    bool found =
        variable_find_local(image, &arena, pc - bias, cfa, (uint64_t)addr, size, &variable);
    ck_assert_msg(found == (path != NULL), "%s is%s found", path ? path : "nothing",
                  found ? "" : " not");
    if (found) {
        ck_assert_str_eq(variable.path, path);
        ck_assert_str_eq(variable.function, "local_owner");
        ck_assert(variable.local);
    }
    arena_done(&arena);
    image_destroy(image);
}

/* A real frame: what it says of itself must lead to the names. */
#ifdef __clang__
#define KEEP __attribute__((noinline, unused))
#else
#define KEEP __attribute__((noipa, unused))
#endif
KEEP static uint64_t return_address(void)
{
    return (uint64_t)__builtin_return_address(0);
}

KEEP static void local_owner(void)
{
    struct local thing;
    int counter;
    uint64_t cfa = (uint64_t)__builtin_dwarf_cfa();
    __asm__ volatile("" : : "r"(&thing), "r"(&counter) : "memory");
    uint64_t pc = return_address() - 1;
    expect_local(pc, cfa, &thing.numbers[2], 4, "thing.numbers[2]");
    expect_local(pc, cfa, &thing.text[1], 1, "thing.text[1]");
    expect_local(pc, cfa, &thing, sizeof(thing), "thing");
    expect_local(pc, cfa, &counter, 4, "counter");
    expect_local(pc, cfa, (void *)(cfa - 8), 8, NULL); /* the return address */
    expect_local(pc, cfa, (void *)(cfa + 8), 8, NULL); /* of the caller */
    expect_local(1, cfa, &counter, 4, NULL);
    __asm__ volatile("" : : "r"(&thing), "r"(&counter) : "memory");
}

START_TEST(variables_of_a_frame_have_names)
{
#ifndef __SANITIZE_ADDRESS__ /* keeps variables elsewhere */
    local_owner();
#endif
}
END_TEST

START_TEST(paths_are_tidied)
{
    static const char *const pairs[][2] = {{"/a/./b//c/../d", "/a/b/d"},
                                           {"a/..", "."},
                                           {"../a", "../a"},
                                           {"/..", "/"},
                                           {"/a/../../b", "/b"},
                                           {"../../x", "../../x"},
                                           {"./x", "x"},
                                           {"a/b/../../c", "c"},
                                           {"/", "/"},
                                           {"", "."},
                                           {"a/...", "a/..."}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        ck_assert_str_eq(path_tidy(&arena, pairs[i][0]), pairs[i][1]);
    arena_done(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_symbol");
    TCase *tests = tcase_create("symbols");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, inlined_calls_are_levels, 0, VARIANTS);
    tcase_add_loop_test(tests, variables_have_paths_and_types, 0, VARIANTS);
    tcase_add_loop_test(tests, a_static_local_belongs_to_its_function, 0, VARIANTS);
    tcase_add_test(tests, a_symbol_table_still_names_functions_and_variables);
    tcase_add_test(tests, unreadable_files_answer_nothing);
    tcase_add_test(tests, a_file_of_another_build_is_not_believed);
    tcase_add_test(tests, c_plus_plus_is_spelled_as_its_users_do);
    tcase_add_test(tests, variables_of_a_frame_have_names);
    tcase_add_test(tests, paths_are_tidied);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
