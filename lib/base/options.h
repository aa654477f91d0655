/*
 * options: named settings described by a table of struct option_spec, whatever they are for.
 *
 * One spec says the name, type, default and help of an option and where in the caller's struct its
 * value lives. From the table work the command line parser, lists of KEY=VALUE pairs (environment
 * variables, configuration files), help, and the nearest name of a mistyped one. Nothing here
 * prints but options_print*; errors are sentences for the caller to show.
 *
 * Values: FLAG bool; NUMBER, SIZE uint64_t; CHOICE, LEVEL unsigned; TEXT const char * (never NULL;
 * strings that are set are copied and live as long as the process).
 */
#ifndef RACERUN_BASE_OPTIONS_H
#define RACERUN_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_kind {
    OPTION_FLAG,
    OPTION_NUMBER,
    OPTION_SIZE,
    OPTION_TEXT,
    OPTION_CHOICE,
    OPTION_LEVEL,
};

struct option_spec {
    const char *name; /* as on the command line: words-with-dashes */
    char letter;      /* 0 = none */
    enum option_kind kind;
    const char *initial;
    const char *argument;   /* "yes|no", "N", for CHOICE the values */
    const char *aliases[2]; /* names in foreign variables, '|' between, "" = none */
    const char *group;      /* heading in --help */
    const char *text;
    size_t offset; /* of the value in the caller's struct */
};

struct option_table {
    const struct option_spec *specs;
    size_t count;
};

enum options_strictness {
    OPTIONS_STRICT, /* an unknown key or a bad value is an error */
    OPTIONS_LAX,    /* it is skipped */
};

/* Which names a list of pairs uses: the table's own or a set of aliases. */
enum options_names { OPTIONS_NAMES_OWN = -1, OPTIONS_NAMES_ALIAS0 = 0, OPTIONS_NAMES_ALIAS1 = 1 };

/* Every default, into `values`. */
void options_defaults(struct option_table table, void *values);

/* NULL when there is none. '-' and '_' are the same. */
const struct option_spec *options_find(struct option_table table, const char *name, size_t length);

/* The name nearest to a mistyped one, NULL when nothing is near. */
const char *options_nearest(struct option_table table, const char *name, size_t length);

/* 0, or -EINVAL with a sentence in *ret_error (freed by the caller) and `values` unchanged. */
int options_set(const struct option_spec *spec, void *values, const char *text, char **ret_error);

/*
 * Options at argv[*index] onwards, up to the first argument that is none or past a `--`; *index
 * then names that argument. Forms: --name, --name=value, --name value, --no-name, -x, -xvalue,
 * -x value. Returns 0 or -EINVAL with *ret_error.
 */
int options_parse_arguments(struct option_table table, void *values, int argc, char **argv,
                            int *index, char **ret_error);

/* `key=value` pairs between any of `separators`; values may be quoted; a key alone is a yes.
 * `place` begins each error. Calls `seen` (may be NULL) for every option that was set. */
struct options_source {
    const char *place;
    const char *separators;
    enum options_names names;
    enum options_strictness strictness;
    void (*seen)(const struct option_spec *spec, void *context);
    void *context;
};
int options_parse_pairs(struct option_table table, void *values, const char *text,
                        const struct options_source *source, char **ret_error);

/* A file of `key = value` lines and `#` comments. A missing file is fine (0). */
int options_parse_file(struct option_table table, void *values, const char *path, char **ret_error);

/* The list for --help, by group; the same as the body of a man page (troff). */
void options_print(struct option_table table, FILE *out);
void options_print_man(struct option_table table, FILE *out);

/* How many single-letter edits (insert, delete, replace, swap neighbours) lead from a to b. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
