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
    s->list = memory_grow(s->list, s->count, sizeof(*s->list));
    s->list[s->count++] = (struct suppression_use){
        .type = type,
        .pattern = arena_copy(&s->arena, colon + 1, (size_t)(line + size - colon - 1)),
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
    arena_done(&s->arena);
    *s = (struct suppressions){0};
}

/* ---- matching ---- */

/* `*` is the only wildcard; the pattern ends at `end`. Greedy with one point of return. */
static bool glob(const char *pattern, const char *end, const char *name)
{
    const char *star = NULL, *retry = NULL;
    while (*name) {
        if (pattern < end && *pattern == '*') {
            star = pattern++;
            retry = name;
        } else if (pattern < end && *pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*')
        pattern++;
    return pattern == end;
}

bool suppression_pattern_matches(const char *pattern, const char *name)
{
    if (!name || !*name)
        return false;
    bool start = *pattern == '^';
    pattern += start;
    const char *end = pattern + strlen(pattern);
    bool finish = end > pattern && end[-1] == '$';
    end -= finish;
    struct buf whole = {0};
    buf_put(&whole, start ? "" : "*");
    buf_add(&whole, pattern, (size_t)(end - pattern));
    buf_put(&whole, finish ? "" : "*");
    bool matches = glob(whole.bytes, whole.bytes + whole.size, name);
    buf_done(&whole);
    return matches;
}

static bool frame_matches(const char *pattern, const struct frame *frame)
{
    return suppression_pattern_matches(pattern, frame->function) ||
           suppression_pattern_matches(pattern, frame->file) ||
           suppression_pattern_matches(pattern, frame->module_path);
}

static bool stack_matches(const char *pattern, const struct stack *stack, size_t frames_max)
{
    for (size_t i = 0; i < stack->count && i < frames_max; i++)
        if (frame_matches(pattern, &stack->frames[i]))
            return true;
    return false;
}

static bool object_matches(const char *pattern, const struct object *object)
{
    return object &&
           (stack_matches(pattern, &object->made, SIZE_MAX) ||
            (object->variable && (suppression_pattern_matches(pattern, object->variable->name) ||
                                  suppression_pattern_matches(pattern, object->variable->path))));
}

/* Any place of a goroutine that the finding is about. */
static bool waits_match(const char *pattern, const struct finding *f)
{
    for (size_t i = 0; i < f->wait_count; i++)
        if (stack_matches(pattern, &f->waits[i].stack, SIZE_MAX) ||
            stack_matches(pattern, &f->waits[i].held_at, SIZE_MAX) ||
            object_matches(pattern, f->waits[i].object) ||
            object_matches(pattern, f->waits[i].held))
            return true;
    return false;
}

static bool race_matches(const char *pattern, const struct finding *f)
{
    const struct variable *v = f->place.variable;
    if (stack_matches(pattern, &f->now.stack, SIZE_MAX) ||
        stack_matches(pattern, &f->before.stack, SIZE_MAX) ||
        stack_matches(pattern, &f->place.allocated, SIZE_MAX) ||
        stack_matches(pattern, &f->place.freed, SIZE_MAX) ||
        (v && (suppression_pattern_matches(pattern, v->name) ||
               suppression_pattern_matches(pattern, v->path))) ||
        object_matches(pattern, f->about) || waits_match(pattern, f))
        return true;
    for (size_t i = 0; i < f->task_count; i++)
        if (task_mentioned(f, &f->tasks[i]) &&
            stack_matches(pattern, &f->tasks[i].created, SIZE_MAX))
            return true;
    return false;
}

static bool library_matches(const char *pattern, const struct stack *stack)
{
    return stack->count && suppression_pattern_matches(pattern, stack->frames[0].module_path);
}

static bool is_race(const struct finding *f)
{
    return f->kind == FINDING_DATA_RACE || f->kind == FINDING_USE_AFTER_FREE ||
           f->kind == FINDING_DOUBLE_FREE || (f->kind == FINDING_MISUSE && f->has_before);
}

/* Findings of this title may be suppressed by that type. Those of races are apart. */
static const char *const types_of_titles[][2] = {
    {"deadlock", "deadlock"}, {"lost wake-up", "deadlock"}, {"goroutine leak", "leak"},
    {"panic", "panic"},       {"misuse (signal", "signal"}, {"misuse", "misuse"},
    {"misuse", "mutex"},      {"lock-order", "deadlock"},   {"thread leak", "thread"},
};
#define TITLES (sizeof(types_of_titles) / sizeof(*types_of_titles))

static bool title_is(const struct finding *f, size_t i)
{
    return strncmp(f->title, types_of_titles[i][0], strlen(types_of_titles[i][0])) == 0;
}

static bool type_is_for(const char *type, const struct finding *f)
{
    for (size_t i = 0; i < TITLES; i++)
        if (title_is(f, i) && strcmp(type, types_of_titles[i][1]) == 0)
            return true;
    return false;
}

const char *suppression_type(const struct finding *f)
{
    for (size_t i = 0; i < TITLES; i++)
        if (title_is(f, i))
            return types_of_titles[i][1];
    return is_race(f) ? "race" : NULL;
}

static bool use_matches(const struct suppression_use *use, const struct finding *f)
{
    if (type_is_for(use->type, f) && race_matches(use->pattern, f))
        return true;
    if (!is_race(f))
        return false;
    if (strcmp(use->type, "race") == 0)
        return race_matches(use->pattern, f);
    if (strcmp(use->type, "race_top") == 0)
        return stack_matches(use->pattern, &f->now.stack, 1) ||
               stack_matches(use->pattern, &f->before.stack, 1);
    if (strcmp(use->type, "called_from_lib") == 0)
        return library_matches(use->pattern, &f->now.stack) ||
               library_matches(use->pattern, &f->before.stack);
    return false;
}

const struct suppression_use *suppressions_match(struct suppressions *s,
                                                 const struct finding *finding)
{
    for (size_t i = 0; i < s->count; i++)
        if (use_matches(&s->list[i], finding)) {
            s->list[i].hits++;
            return &s->list[i];
        }
    return NULL;
}
