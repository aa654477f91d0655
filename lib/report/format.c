#include "report/format.h"

#include <string.h>

#include "report/report.h"

static const struct report_format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "report/formats.def"
#undef FORMAT
};
#define FORMATS (sizeof(formats) / sizeof(*formats))

const struct report_format *format_find(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const char *report_format_name(size_t i)
{
    return i < FORMATS ? formats[i]->name : NULL;
}

const char *report_format_help(size_t i)
{
    return i < FORMATS ? formats[i]->help : NULL;
}

const char *format_nearest(const char *name)
{
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++)
        names[i] = formats[i]->name;
    return nearest_word(name, names, FORMATS);
}

const char *format_path(const struct format_context *c, const char *file)
{
    const char *prefix = c->strip_path_prefix;
    const char *found = prefix && *prefix ? strstr(file, prefix) : NULL;
    if (!found)
        return file;
    const char *rest = found + strlen(prefix);
    while (*rest == '/')
        rest++;
    return *rest ? rest : file;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edits from one word to the other (Levenshtein); words are cut at 31 letters. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32];
    size_t rows = strnlen(a, 31), columns = strnlen(b, 31);
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[columns];
}

const char *nearest_word(const char *word, const char *const *names, size_t count)
{
    const char *nearest = names[0];
    for (size_t i = 1; i < count; i++)
        if (distance(word, names[i]) < distance(word, nearest))
            nearest = names[i];
    return nearest;
}
