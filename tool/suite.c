/*
 * suite: see suite.h.
 */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tool.h"
#include "words.h"

static char *name_make(char **words)
{
    char *name = text_format("%s", words[0]);
    for (char **word = words + 1; *word; word++) {
        char *longer = text_format("%s %s", name, *word);
        free(name);
        name = longer;
    }
    for (char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return name;
}

static bool folder_taken(const struct suite *suite, const char *folder)
{
    for (size_t i = 0; i < suite->count; i++)
        if (strcmp(suite->programs[i].folder, folder) == 0)
            return true;
    return false;
}

static char *folder_make(const struct suite *suite, const char *program)
{
    enum { LENGTH_MAX = 100 };
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+";
    const char *slash = strrchr(program, '/');
    char *base = text_format("%.*s", LENGTH_MAX, slash ? slash + 1 : program);
    for (char *c = base; *c; c++)
        if (!strchr(plain, *c) || (c == base && *c == '.'))
            *c = '_';
    char *folder = text_format("%s", *base ? base : "_");
    for (unsigned number = 2; folder_taken(suite, folder); number++) {
        free(folder);
        folder = text_format("%s-%u", base, number);
    }
    free(base);
    return folder;
}

static void program_add(struct suite *suite, char **words)
{
    struct suite_program program = {
        .words = words,
        .name = name_make(words),
        .folder = folder_make(suite, words[0]),
    };
    suite->programs = realloc(suite->programs, (suite->count + 1) * sizeof *suite->programs);
    CHECK_MSG(suite->programs, "out of memory");
    suite->programs[suite->count++] = program;
}

static int list_add(struct suite *suite, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return tool_fail("cannot read the list of programs %s: %s", path, strerror(errno));
    while (getline(&line, &room, file) > 0) {
        struct words words = {0};
        if (line[strspn(line, " \t")] != '#')
            words_split(&words, line);
        if (words.count)
            program_add(suite, words.items);
    }
    int error = ferror(file) ? errno : 0;
    fclose(file);
    free(line);
    return error ? tool_fail("cannot read the list of programs %s: %s", path, strerror(error)) : 0;
}

static int word_add(struct suite *suite, const char *word)
{
    if (*word == '@')
        return list_add(suite, word + 1);
    struct words words = {0};
    words_add(&words, word);
    program_add(suite, words.items);
    return 0;
}

/* From argv[0] up to the next `--`; how many words that were. */
static int group_add(struct suite *suite, int argc, char **argv)
{
    struct words words = {0};
    int count = 0;
    while (count < argc && strcmp(argv[count], "--") != 0)
        words_add(&words, argv[count++]);
    if (words.count)
        program_add(suite, words.items);
    return count;
}

int suite_parse(struct suite *ret_suite, int argc, char **argv, bool dashed)
{
    int at = 0;
    *ret_suite = (struct suite){0};
    for (; !dashed && at < argc && strcmp(argv[at], "--") != 0; at++)
        if (word_add(ret_suite, argv[at]))
            return EXIT_TOOL;
    at += !dashed;
    for (; at < argc; at++)
        at += group_add(ret_suite, argc - at, argv + at);
    if (ret_suite->count)
        return 0;
    return tool_fail("which programs? `racerun test ./a ./b`, @FILE with one a line, or -- before "
                     "each that has arguments");
}
