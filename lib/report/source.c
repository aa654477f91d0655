#include "report/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/utf8.h"

#define TAB 4

FILE *source_open(const char *file)
{
    int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return NULL;
    }
    FILE *stream = fdopen(fd, "r");
    if (!stream)
        close(fd);
    return stream;
}

/* The line without its end; NULL when there is none. The caller frees. */
static char *line_read(const char *file, uint32_t line, size_t *ret_size)
{
    FILE *stream = source_open(file);
    if (!stream)
        return NULL;
    char *text = NULL;
    size_t capacity = 0;
    ssize_t size = -1;
    for (uint32_t i = 0; i < line; i++)
        if ((size = getline(&text, &capacity, stream)) < 0)
            break;
    fclose(stream);
    if (size < 0) {
        free(text);
        return NULL;
    }
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    *ret_size = (size_t)size;
    return text;
}

static void expand(struct buf *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t run = 0;
        while (i + run < size && text[i + run] != '\t')
            run++;
        utf8_add_clean(out, text + i, run);
        i += run;
        if (i < size) {
            buf_printf(out, "%*s", TAB, "");
            i++;
        }
    }
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* What the place is, as compilers mean it: `name`, `.member`, `->member`, `++`. Bytes. */
static size_t token_length(const char *at, size_t size)
{
    static const char signs[] = "+-*/%&|^<>=!";
    size_t length = 0, sign = 0;
    if (size && at[0] == '.')
        sign = 1;
    else
        while (sign < size && sign < 3 && at[sign] && strchr(signs, at[sign]))
            sign++;
    bool member = (sign == 1 && at[0] == '.') || (sign == 2 && at[0] == '-' && at[1] == '>');
    if (!sign || member)
        for (length = sign; length < size && is_word(at[length]);)
            length++;
    if (!member && sign)
        length = sign;
    return length ? length : 1;
}

/* Cuts a long line to `width` columns so that the caret stays inside. */
static void window(struct arena *arena, size_t width, struct source_excerpt *excerpt)
{
    const char *text = excerpt->text;
    size_t size = strlen(text), columns = utf8_columns(text, size);
    if (width < 20 || columns <= width)
        return;
    size_t caret = excerpt->caret == SIZE_MAX ? 0 : excerpt->caret;
    size_t first = caret + 10 > width ? caret + 10 - width : 0;
    if (first + width > columns)
        first = columns - width;
    size_t from = utf8_at_column(text, size, first);
    size_t to = utf8_at_column(text, size, first + width);
    if (utf8_columns(text, to) > first + width) /* a wide character at the edge */
        to = utf8_at_column(text, size, first + width - 1);
    first = utf8_columns(text, from);
    excerpt->text = arena_copy(arena, text + from, to - from);
    if (excerpt->caret == SIZE_MAX)
        return;
    excerpt->caret -= first;
    size_t rest = utf8_columns(excerpt->text, to - from) - excerpt->caret;
    if (excerpt->length > rest)
        excerpt->length = rest;
}

bool source_read(struct arena *arena, const char *file, uint32_t line, uint32_t column,
                 size_t width, struct source_excerpt *ret_excerpt)
{
    size_t size = 0;
    char *raw = line ? line_read(file, line, &size) : NULL;
    if (!raw)
        return false;
    struct buf text = {0};
    struct source_excerpt excerpt = {.caret = SIZE_MAX};
    size_t before = column ? column - 1 : 0;
    if (before > size)
        before = size;
    expand(&text, raw, before);
    if (column && before < size) {
        size_t token = token_length(raw + before, size - before), start = text.size;
        excerpt.caret = utf8_columns(text.bytes ? text.bytes : "", text.size);
        expand(&text, raw + before, token);
        excerpt.length = utf8_columns(text.bytes + start, text.size - start);
        before += token;
    }
    expand(&text, raw + before, size - before);
    free(raw);
    excerpt.text = arena_copy(arena, text.bytes ? text.bytes : "", text.size);
    buf_done(&text);
    window(arena, width, &excerpt);
    *ret_excerpt = excerpt;
    return true;
}
