#include "report/written.h"

#include <string.h>

#include "report/source.h"

#define NAME_MAX_SHOWN 60

static const struct {
    const char *name;
    unsigned argument; /* the channel is */
} operations[] = {
    {"chan_send", 0}, {"chan_try_send", 0}, {"chan_recv", 0},  {"chan_try_recv", 0},
    {"chan_get", 0},  {"chan_range", 1},    {"chan_close", 0}, {"chan_free", 0},
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Where `name(` begins in the line from `from` on, as a word of its own or after "rgo_". */
static const char *call_find(const char *line, const char *from, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = from; (at = strstr(at, name)); at++) {
        const char *start = at - line >= 4 && strncmp(at - 4, "rgo_", 4) == 0 ? at - 4 : at;
        if (at[size] == '(' && (start == line || !is_word(start[-1])))
            return start;
    }
    return NULL;
}

/* From inside the parentheses: the end of the argument that begins at `at`; NULL: not in this line.
 */
static const char *argument_end(const char *at)
{
    for (unsigned depth = 0; *at; at++) {
        if (depth == 0 && (*at == ',' || *at == ')'))
            return at;
        if (*at == '(' || *at == '[')
            depth++;
        else if (*at == ')' || *at == ']')
            depth--;
        else if (*at == '"' || *at == '\'')
            return NULL;
    }
    return NULL;
}

/* A variable, member or element, not a call. */
static bool is_place(const char *text, size_t size)
{
    if (size == 0 || size > NAME_MAX_SHOWN)
        return false;
    for (size_t i = 0; i < size; i++) {
        bool arrow = (text[i] == '-' && i + 1 < size && text[i + 1] == '>') ||
                     (text[i] == '>' && i > 0 && text[i - 1] == '-');
        bool call = text[i] == '(' && i > 0 && is_word(text[i - 1]);
        if (call || (!arrow && !is_word(text[i]) && !strchr(".[]()*&", text[i])))
            return false;
    }
    return true;
}

static const char *argument_of(struct arena *arena, const char *call, unsigned index)
{
    const char *at = strchr(call, '(') + 1, *end = argument_end(at);
    for (; index && end && *end == ','; index--) {
        at = end + 1;
        end = argument_end(at);
    }
    if (!end || index)
        return NULL;
    while (*at == ' ')
        at++;
    size_t size = (size_t)(end - at);
    while (size && at[size - 1] == ' ')
        size--;
    return is_place(at, size) ? arena_copy(arena, at, size) : NULL;
}

const char *written_channel_in(struct arena *arena, const char *line, size_t caret)
{
    const char *only = NULL, *exact = NULL;
    unsigned count = 0, only_argument = 0, exact_argument = 0;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        const char *call = line;
        for (; (call = call_find(line, call, operations[i].name)); call += 4) {
            count++;
            only = call;
            only_argument = operations[i].argument;
            if (caret != SIZE_MAX && call == line + caret) {
                exact = call;
                exact_argument = operations[i].argument;
            }
            call = strchr(call, '(');
        }
    }
    if (exact)
        return argument_of(arena, exact, exact_argument);
    return count == 1 ? argument_of(arena, only, only_argument) : NULL;
}

static bool line_read(struct arena *arena, const struct frame *frame, struct source_excerpt *ret)
{
    return frame->file && source_read(arena, frame->file, frame->line, frame->column, 0, ret);
}

const char *written_channel(struct arena *arena, const struct frame *frame)
{
    struct source_excerpt excerpt;
    if (!line_read(arena, frame, &excerpt))
        return NULL;
    return written_channel_in(arena, excerpt.text, excerpt.caret);
}

bool written_select(struct arena *arena, const struct frame *frame)
{
    struct source_excerpt excerpt;
    return line_read(arena, frame, &excerpt) && strstr(excerpt.text, "chan_select");
}
