#include "base/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static int option_error(char **ret_error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int option_error(char **ret_error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    CHECK_MSG(vasprintf(ret_error, format, arguments) >= 0, "out of memory");
    va_end(arguments);
    return -EINVAL;
}

/* ---- names ---- */

static bool name_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length != b_length)
        return false;
    for (size_t i = 0; i < a_length; i++)
        if ((a[i] == '_' ? '-' : a[i]) != (b[i] == '_' ? '-' : b[i]))
            return false;
    return true;
}

/* Is `name` one of the words of `list`, which '|' separates? Returns its index or -1. */
static int list_index(const char *list, const char *name, size_t length)
{
    for (int i = 0; *list; i++) {
        size_t word = strcspn(list, "|");
        if (name_equal(list, word, name, length))
            return i;
        list += word + (list[word] == '|');
    }
    return -1;
}

const struct option_spec *options_find(struct option_table table, const char *name, size_t length)
{
    for (size_t i = 0; i < table.count; i++)
        if (name_equal(table.specs[i].name, strlen(table.specs[i].name), name, length))
            return &table.specs[i];
    return NULL;
}

static const struct option_spec *options_find_as(struct option_table table, const char *name,
                                                 size_t length, enum options_names names)
{
    if (names == OPTIONS_NAMES_OWN)
        return options_find(table, name, length);
    for (size_t i = 0; i < table.count; i++)
        if (list_index(table.specs[i].aliases[names], name, length) >= 0)
            return &table.specs[i];
    return NULL;
}

static const struct option_spec *options_find_letter(struct option_table table, char letter)
{
    for (size_t i = 0; i < table.count; i++)
        if (letter && table.specs[i].letter == letter)
            return &table.specs[i];
    return NULL;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

#define EDIT_LENGTH_MAX 63u

unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length > EDIT_LENGTH_MAX || b_length > EDIT_LENGTH_MAX)
        return EDIT_LENGTH_MAX;
    unsigned row[3][EDIT_LENGTH_MAX + 1] = {{0}}; /* two before, before, this */
    for (unsigned j = 0; j <= b_length; j++)
        row[2][j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        memcpy(row[0], row[1], sizeof row[0]);
        memcpy(row[1], row[2], sizeof row[1]);
        row[2][0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            bool same = a[i - 1] == b[j - 1];
            row[2][j] = min3(row[1][j] + 1, row[2][j - 1] + 1, row[1][j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                row[0][j - 2] + 1 < row[2][j])
                row[2][j] = row[0][j - 2] + 1;
        }
    }
    return row[2][b_length];
}

const char *options_nearest(struct option_table table, const char *name, size_t length)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)(length / 3 + 2); /* further away is no typing error */
    for (size_t i = 0; i < table.count; i++) {
        const char *candidate = table.specs[i].name;
        unsigned distance = edit_distance(name, length, candidate, strlen(candidate));
        /* A beginning of the name is a good guess too. */
        if (distance >= best_distance && length >= 3 && strncmp(candidate, name, length) == 0)
            distance = best_distance - 1;
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

/* ---- values ---- */

static bool parse_flag(const char *text, bool *ret_value)
{
    static const char *const yes = "yes|1|true|on", *const no = "no|0|false|off";
    bool is_yes = list_index(yes, text, strlen(text)) >= 0;
    if (!is_yes && list_index(no, text, strlen(text)) < 0)
        return false;
    *ret_value = is_yes;
    return true;
}

static bool parse_number(const char *text, uint64_t *ret_value)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    uint64_t value = strtoull(text, &end, 10);
    if (errno || *end)
        return false;
    *ret_value = value;
    return true;
}

static bool parse_size(const char *text, uint64_t *ret_value)
{
    static const char units[] = "KMGT";
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    uint64_t value = strtoull(text, &end, 10);
    unsigned shift = 0;
    if (*end) {
        const char *unit = strchr(units, *end >= 'a' ? *end - 'a' + 'A' : *end);
        if (!unit || (end[1] && strcmp(end + 1, "B") && strcmp(end + 1, "iB")))
            return false;
        shift = 10 * (unsigned)(unit - units + 1);
    }
    if (errno || value > UINT64_MAX >> shift)
        return false;
    *ret_value = value << shift;
    return true;
}

static const char *value_wanted(const struct option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_FLAG:
        return "yes or no";
    case OPTION_NUMBER:
    case OPTION_LEVEL:
        return "a number";
    case OPTION_SIZE:
        return "a size such as 64M";
    case OPTION_CHOICE:
        return spec->argument;
    case OPTION_TEXT:
        break;
    }
    return "a value";
}

static int value_error(const struct option_spec *spec, const char *text, char **ret_error)
{
    bool choice = spec->kind == OPTION_CHOICE;
    return option_error(ret_error, "--%s wants %s%s, not '%s'", spec->name, choice ? "one of " : "",
                        value_wanted(spec), text);
}

int options_set(const struct option_spec *spec, void *values, const char *text, char **ret_error)
{
    void *value = (char *)values + spec->offset;
    uint64_t number;
    int choice;
    switch (spec->kind) {
    case OPTION_FLAG:
        return parse_flag(text, value) ? 0 : value_error(spec, text, ret_error);
    case OPTION_NUMBER:
        return parse_number(text, value) ? 0 : value_error(spec, text, ret_error);
    case OPTION_SIZE:
        return parse_size(text, value) ? 0 : value_error(spec, text, ret_error);
    case OPTION_LEVEL:
        if (!parse_number(text, &number) || number > 9)
            return value_error(spec, text, ret_error);
        *(unsigned *)value = (unsigned)number;
        return 0;
    case OPTION_CHOICE:
        choice = list_index(spec->argument, text, strlen(text));
        if (choice < 0)
            return value_error(spec, text, ret_error);
        *(unsigned *)value = (unsigned)choice;
        return 0;
    case OPTION_TEXT:
        break;
    }
    char *copy = strdup(text);
    CHECK_MSG(copy, "out of memory");
    *(const char **)value = copy;
    return 0;
}

void options_defaults(struct option_table table, void *values)
{
    for (size_t i = 0; i < table.count; i++) {
        char *error = NULL;
        CHECK(options_set(&table.specs[i], values, table.specs[i].initial, &error) == 0);
    }
}

/* ---- the command line ---- */

struct arguments {
    int argc;
    char **argv;
    int *index;
};

static bool takes_no_value(const struct option_spec *spec)
{
    return spec->kind == OPTION_FLAG || spec->kind == OPTION_LEVEL;
}

/* A FLAG or LEVEL named without a value. */
static int options_switch_on(const struct option_spec *spec, void *values)
{
    if (spec->kind == OPTION_FLAG)
        *(bool *)((char *)values + spec->offset) = true;
    else
        ++*(unsigned *)((char *)values + spec->offset);
    return 0;
}

static int options_set_next(const struct option_spec *spec, void *values, struct arguments *rest,
                            char **ret_error)
{
    if (*rest->index >= rest->argc)
        return option_error(ret_error, "--%s needs a value (%s)", spec->name, spec->argument);
    return options_set(spec, values, rest->argv[(*rest->index)++], ret_error);
}

static int unknown_option(struct option_table table, const char *name, size_t length,
                          char **ret_error)
{
    const char *nearest = options_nearest(table, name, length);
    if (nearest)
        return option_error(ret_error, "unknown option --%.*s; did you mean --%s?", (int)length,
                            name, nearest);
    return option_error(ret_error, "unknown option --%.*s; see racerun --help", (int)length, name);
}

static int options_parse_long(struct option_table table, void *values, const char *word,
                              struct arguments *rest, char **ret_error)
{
    size_t length = strcspn(word, "=");
    const struct option_spec *spec = options_find(table, word, length);
    if (!spec && length > 3 && strncmp(word, "no-", 3) == 0 && !word[length]) {
        spec = options_find(table, word + 3, length - 3);
        if (spec && spec->kind == OPTION_FLAG)
            return options_set(spec, values, "no", ret_error);
        spec = NULL;
    }
    if (!spec)
        return unknown_option(table, word, length, ret_error);
    if (word[length] == '=')
        return options_set(spec, values, word + length + 1, ret_error);
    if (takes_no_value(spec))
        return options_switch_on(spec, values);
    return options_set_next(spec, values, rest, ret_error);
}

/* A cluster of letters: -qv, -ofile, -o file. */
static int options_parse_letters(struct option_table table, void *values, const char *letters,
                                 struct arguments *rest, char **ret_error)
{
    for (; *letters; letters++) {
        const struct option_spec *spec = options_find_letter(table, *letters);
        if (!spec)
            return option_error(ret_error, "unknown option -%c; see racerun --help", *letters);
        if (!takes_no_value(spec))
            return letters[1] ? options_set(spec, values, letters + 1, ret_error)
                              : options_set_next(spec, values, rest, ret_error);
        options_switch_on(spec, values);
    }
    return 0;
}

int options_parse_arguments(struct option_table table, void *values, int argc, char **argv,
                            int *index, char **ret_error)
{
    struct arguments rest = {argc, argv, index};
    while (*index < argc) {
        const char *word = argv[*index];
        if (word[0] != '-' || !word[1])
            return 0;
        ++*index;
        if (strcmp(word, "--") == 0)
            return 0;
        int result = word[1] == '-'
                         ? options_parse_long(table, values, word + 2, &rest, ret_error)
                         : options_parse_letters(table, values, word + 1, &rest, ret_error);
        if (result < 0)
            return result;
    }
    return 0;
}

/* ---- pairs ---- */

/* One pair of the text; the value is copied, unquoted, to *ret_value (freed by the caller), NULL
 * when the key stands alone. Returns where the text goes on. */
static const char *pair_read(const char *text, const char *separators, size_t *ret_key_length,
                             char **ret_value)
{
    size_t key = 0;
    while (text[key] && text[key] != '=' && !strchr(separators, text[key]))
        key++;
    *ret_key_length = key;
    *ret_value = NULL;
    if (text[key] != '=')
        return text + key;
    const char *value = text + key + 1;
    size_t length;
    bool quoted = *value == '"' || *value == '\'';
    if (quoted) {
        const char *end = strchr(value + 1, *value);
        value++;
        length = end ? (size_t)(end - value) : strlen(value);
        text = value + length + (end != NULL);
    } else {
        for (length = 0; value[length] && !strchr(separators, value[length]);)
            length++;
        text = value + length;
    }
    *ret_value = strndup(value, length);
    CHECK_MSG(*ret_value, "out of memory");
    return text;
}

static int pair_unknown(struct option_table table, const char *key, size_t length,
                        const char *place, char **ret_error)
{
    const char *nearest = options_nearest(table, key, length);
    if (nearest)
        return option_error(ret_error, "%s: unknown key '%.*s'; did you mean '%s'?", place,
                            (int)length, key, nearest);
    return option_error(ret_error, "%s: unknown key '%.*s'; see racerun --help", place, (int)length,
                        key);
}

/* Sets one pair; an error of a lax source is dropped. */
static int pair_apply(struct option_table table, void *values, const char *key, size_t length,
                      const char *value, const struct options_source *source, char **ret_error)
{
    bool lax = source->strictness == OPTIONS_LAX;
    const struct option_spec *spec = options_find_as(table, key, length, source->names);
    if (!spec)
        return lax ? 0 : pair_unknown(table, key, length, source->place, ret_error);
    char *error = NULL;
    int result;
    if (!value && takes_no_value(spec))
        result = options_switch_on(spec, values);
    else if (!value)
        result = option_error(&error, "--%s needs a value (%s)", spec->name, spec->argument);
    else
        result = options_set(spec, values, value, &error);
    if (result == 0 && source->seen)
        source->seen(spec, source->context);
    if (result < 0 && !lax)
        option_error(ret_error, "%s: %s", source->place, error);
    free(error);
    return lax ? 0 : result;
}

int options_parse_pairs(struct option_table table, void *values, const char *text,
                        const struct options_source *source, char **ret_error)
{
    for (;;) {
        text += strspn(text, source->separators);
        if (!*text)
            return 0;
        size_t key_length;
        char *value;
        const char *key = text;
        text = pair_read(text, source->separators, &key_length, &value);
        int result = pair_apply(table, values, key, key_length, value, source, ret_error);
        free(value);
        if (result < 0)
            return result;
    }
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length && strchr(" \t\r\n", text[length - 1]))
        text[--length] = 0;
    return text;
}

/* `key = value`, in place. */
static int options_parse_line(struct option_table table, void *values, char *line,
                              const struct options_source *source, char **ret_error)
{
    char *key = trim(line);
    if (!*key || *key == '#')
        return 0;
    char *value = strchr(key, '=');
    if (value) {
        *value = 0;
        value = trim(value + 1);
        key = trim(key);
        size_t length = strlen(value);
        if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value) {
            value[length - 1] = 0;
            value++;
        }
    }
    return pair_apply(table, values, key, strlen(key), value, source, ret_error);
}

int options_parse_file(struct option_table table, void *values, const char *path, char **ret_error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : option_error(ret_error, "cannot read %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    int result = 0;
    for (unsigned number = 1; result == 0 && getline(&line, &capacity, file) >= 0; number++) {
        char place[64];
        snprintf(place, sizeof place, "%.40s:%u", path, number);
        struct options_source source = {place, "", OPTIONS_NAMES_OWN, OPTIONS_STRICT, NULL, NULL};
        result = options_parse_line(table, values, line, &source, ret_error);
    }
    if (result == 0 && ferror(file))
        result = option_error(ret_error, "cannot read %s: %s", path, strerror(errno));
    free(line);
    fclose(file);
    return result;
}

/* ---- help ---- */

/* Words of `text`, at most `width` columns, each line after the first indented. */
static void print_wrapped(FILE *out, const char *text, unsigned indent, unsigned width)
{
    unsigned column = indent;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column > indent && column + 1 + word > width) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, word, out);
        column += (unsigned)word;
        text += word + (text[word] == ' ');
    }
    fputc('\n', out);
}

static bool spec_shows_argument(const struct option_spec *spec)
{
    return *spec->argument && spec->kind != OPTION_LEVEL &&
           !(spec->kind == OPTION_FLAG && strcmp(spec->initial, "no") == 0);
}

#define HELP_INDENT 30u
#define HELP_WIDTH 96u

static void print_option(const struct option_spec *spec, FILE *out)
{
    char head[96], text[512];
    char letter[8] = "    ";
    if (spec->letter)
        snprintf(letter, sizeof letter, "-%c, ", spec->letter);
    snprintf(head, sizeof head, "  %s--%s%s%s", letter, spec->name,
             spec_shows_argument(spec) ? "=" : "", spec_shows_argument(spec) ? spec->argument : "");
    bool has_default = *spec->initial && spec->kind != OPTION_LEVEL && spec_shows_argument(spec);
    snprintf(text, sizeof text, "%s%s%s%s", spec->text, has_default ? " (default: " : "",
             has_default ? spec->initial : "", has_default ? ")" : "");
    if (strlen(head) + 2 > HELP_INDENT)
        fprintf(out, "%s\n%*s", head, (int)HELP_INDENT, "");
    else
        fprintf(out, "%-*s", (int)HELP_INDENT, head);
    print_wrapped(out, text, HELP_INDENT, HELP_WIDTH);
}

void options_print(struct option_table table, FILE *out)
{
    const char *group = "";
    for (size_t i = 0; i < table.count; i++) {
        if (strcmp(group, table.specs[i].group)) {
            group = table.specs[i].group;
            fprintf(out, "\n%s:\n", group);
        }
        print_option(&table.specs[i], out);
    }
}

/* troff: a '-' that is meant to be typed is "\-". */
static void print_dashes(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '-')
            fputc('\\', out);
        fputc(*text, out);
    }
}

void options_print_man(struct option_table table, FILE *out)
{
    const char *group = "";
    for (size_t i = 0; i < table.count; i++) {
        const struct option_spec *spec = &table.specs[i];
        if (strcmp(group, spec->group)) {
            group = spec->group;
            fprintf(out, ".SS %s\n", group);
        }
        fprintf(out, ".TP\n.B ");
        if (spec->letter)
            fprintf(out, "\\-%c, ", spec->letter);
        fprintf(out, "\\-\\-");
        print_dashes(spec->name, out);
        if (spec_shows_argument(spec)) {
            fputc('=', out);
            print_dashes(spec->argument, out);
        }
        fputc('\n', out);
        print_dashes(spec->text, out);
        if (*spec->initial && spec_shows_argument(spec))
            fprintf(out, " (default: %s)", spec->initial);
        fprintf(out, ".\n");
    }
}
