#include "report/suppress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((size_t)64 << 20)

static const char *const types[] = {"race",     "race_top",        "mutex", "thread", "signal",
                                    "deadlock", "called_from_lib", "leak",  "panic",  "misuse"};
#define TYPES (sizeof(types) / sizeof(*types))

/* ---- reading ---- */

static const char *type_find(const char *name, size_t size)
{
    for (size_t i = 0; i < TYPES; i++)
        if (strlen(types[i]) == size && strncmp(types[i], name, size) == 0)
            return types[i];
    return NULL;
}

__attribute__((format(printf, 2, 3))) static int fail(char **ret_error, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (ret_error && vasprintf(ret_error, format, list) < 0)
        *ret_error = NULL;
    va_end(list);
    return -EINVAL;
}

static const char *shown(const char *file)
{
    return file ? file : "suppressions";
}

/* One line without its end. */
static int line_add(struct suppressions *s, const char *file, unsigned number, const char *line,
                    size_t size, char **ret_error)
{
    while (size && (line[0] == ' ' || line[0] == '\t'))
        line++, size--;
    while (size && strchr(" \t\r", line[size - 1]))
        size--;
    if (size == 0 || *line == '#')
        return 0;
    if (memchr(line, '\0', size))
        return fail(ret_error, "%s:%u: not a text file (it has a zero byte)", shown(file), number);
    const char *colon = memchr(line, ':', size);
    if (!colon || colon + 1 == line + size)
        return fail(ret_error,
                    "%s:%u: expected TYPE:PATTERN, for instance race:my_function, not '%.*s'",
                    shown(file), number, (int)(size < 60 ? size : 60), line);
    const char *type = type_find(line, (size_t)(colon - line));
    if (!type) {
        const char *word = arena_copy(&s->arena, line, (size_t)(colon - line));
        return fail(ret_error, "%s:%u: unknown suppression type '%.60s'; did you mean '%s'?",
                    shown(file), number, word, nearest_word(word, types, TYPES));
    }
    const char *pattern = arena_copy(&s->arena, colon + 1, (size_t)(line + size - colon - 1));
    const struct suppression *compiled = suppression_compile(&s->arena, type, pattern);
    if (!compiled)
        return fail(ret_error,
                    "%s:%u: between two ';' there must be a frame's pattern or '...', in '%.60s'",
                    shown(file), number, pattern);
    s->list = memory_grow(s->list, s->count, sizeof(*s->list));
    s->compiled = memory_grow(s->compiled, s->count, sizeof(*s->compiled));
    s->compiled[s->count] = compiled;
    s->list[s->count++] = (struct suppression_use){
        .type = type,
        .pattern = pattern,
        .file = file ? arena_string(&s->arena, file) : NULL,
        .line = number,
    };
    return 0;
}

static int lines_add(struct suppressions *s, const char *file, const char *text, size_t size,
                     char **ret_error)
{
    unsigned number = 1;
    while (size) {
        const char *end = memchr(text, '\n', size);
        size_t length = end ? (size_t)(end - text) : size;
        int result = line_add(s, file, number++, text, length, ret_error);
        if (result < 0)
            return result;
        length += end != NULL;
        text += length;
        size -= length;
    }
    return 0;
}

int suppressions_add_text(struct suppressions *s, const char *text, char **ret_error)
{
    return text ? lines_add(s, NULL, text, strlen(text), ret_error) : 0;
}

/* Reads a whole file; 0 or -errno. */
static int file_read(const char *path, struct buf *ret_text)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    char part[16384];
    ssize_t size;
    while ((size = read(fd, part, sizeof(part))) > 0 && ret_text->size < FILE_SIZE_MAX)
        buf_add(ret_text, part, (size_t)size);
    int error = size < 0 ? errno : size > 0 ? EFBIG : 0;
    close(fd);
    return -error;
}

static int file_add(struct suppressions *s, const char *path, char **ret_error)
{
    struct buf text = {0};
    int result = file_read(path, &text);
    if (result < 0)
        result =
            fail(ret_error, "cannot read the suppression file %s: %s", path, strerror(-result));
    else
        result = lines_add(s, path, text.bytes, text.size, ret_error);
    buf_done(&text);
    return result;
}

int suppressions_add_files(struct suppressions *s, const char *paths, char **ret_error)
{
    while (paths && *paths) {
        size_t size = strcspn(paths, ":");
        const char *path = arena_copy(&s->arena, paths, size);
        int result = size ? file_add(s, path, ret_error) : 0;
        if (result < 0)
            return result;
        paths += size;
        paths += *paths == ':';
    }
    return 0;
}

void suppressions_done(struct suppressions *s)
{
    free(s->list);
    free(s->compiled);
    arena_done(&s->arena);
    *s = (struct suppressions){0};
}
