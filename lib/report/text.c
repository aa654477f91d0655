#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "report/source.h"
#include "report/utf8.h"

#define FRAMES_FIRST 32 /* shown of a deep stack */
#define FRAMES_LAST 8
#define WIDTH_DEFAULT 100
#define EXCERPT_MAX 500 /* a log keeps lines whole, but not those of generated code */

static const char *const style_codes[] = {
    [PLAIN] = "\033[0m",    [BOLD] = "\033[1m",    [KIND] = "\033[1;31m", [PLACE] = "\033[36m",
    [CARET] = "\033[1;32m", [GUTTER] = "\033[34m", [NOW] = "\033[1;31m",  [BEFORE] = "\033[1;35m",
};

void text_style(struct text *t, enum style style)
{
    if (t->c->color)
        buf_put(t->out, style_codes[style]);
}

/* Whatever a name contains, it cannot end the line or speak to the terminal. */
void text_put(struct text *t, const char *format, ...)
{
    struct buf raw = {0};
    va_list list;
    va_start(list, format);
    buf_vprintf(&raw, format, list);
    va_end(list);
    utf8_add_clean(t->out, raw.bytes, raw.size);
    buf_done(&raw);
}

void text_line_end(struct text *t)
{
    buf_char(t->out, '\n');
}

void text_put_styled(struct text *t, enum style how, const char *format, ...)
{
    struct buf raw = {0};
    va_list list;
    va_start(list, format);
    buf_vprintf(&raw, format, list);
    va_end(list);
    text_style(t, how);
    utf8_add_clean(t->out, raw.bytes, raw.size);
    text_style(t, PLAIN);
    buf_done(&raw);
}

/* Names below the working folder are shown from there on, as a compiler would. */
static const char *shown_path(const struct text *t, const char *file)
{
    const char *path = format_path(t->c, file);
    const char *folder = t->c->folder;
    if (path == file && folder && strncmp(file, folder, strlen(folder)) == 0)
        return file + strlen(folder);
    return path;
}

void text_put_place(struct text *t, const char *file, uint32_t line, uint32_t column)
{
    text_style(t, PLACE);
    text_put(t, "%s", shown_path(t, file));
    if (line)
        text_put(t, ":%u", line);
    if (line && column)
        text_put(t, ":%u", column);
    text_style(t, PLAIN);
}

void text_put_bytes(struct text *t, uint64_t count)
{
    text_put(t, "%" PRIu64 " byte%s", count, count == 1 ? "" : "s");
}

/* ---- stacks ---- */

static void put_function(struct text *t, const struct frame *frame)
{
    if (frame->function)
        text_put_styled(t, BOLD, "%s", frame->function);
    else
        text_put(t, "0x%" PRIx64, frame->pc);
}

static void put_frame(struct text *t, const struct frame *frame, size_t index)
{
    text_put(t, "    #%zu ", index);
    put_function(t, frame);
    text_put(t, "  ");
    if (frame->file)
        text_put_place(t, frame->file, frame->line, frame->column);
    if (!frame->module)
        text_put(t, "(unknown module)");
    else if (!frame->file || t->c->verbosity > 1)
        text_put(t, "%s(%s+0x%" PRIx64 ")", frame->file ? " " : "", frame->module, frame->offset);
    else if (!frame->in_main)
        text_put(t, " (%s)", frame->module); /* a library is worth saying */
    if (frame->inlined)
        text_put(t, " [inlined]");
    text_line_end(t);
}

void text_put_excerpt(struct text *t, const struct frame *frame)
{
    struct source_excerpt excerpt;
    size_t width = t->c->width > 14 ? t->c->width - 14 : EXCERPT_MAX;
    if (!frame->file ||
        !source_read(t->c->arena, frame->file, frame->line, frame->column, width, &excerpt))
        return;
    text_put_styled(t, GUTTER, "    %6u |", frame->line);
    text_put(t, " %s", excerpt.text);
    text_line_end(t);
    if (excerpt.caret == SIZE_MAX)
        return;
    text_put_styled(t, GUTTER, "    %6s |", "");
    text_put(t, " %*s", (int)excerpt.caret, "");
    text_style(t, t->caret ? t->caret : CARET);
    text_put(t, "^");
    for (size_t i = 1; i < excerpt.length; i++)
        text_put(t, "~");
    text_style(t, PLAIN);
    text_line_end(t);
}

/* How many frames from `i` on are left out: the middle of a deep stack, and runs of frames of the
 * C and C++ library, which seldom help. */
static size_t frames_hidden(const struct text *t, const struct stack *stack, size_t i, bool access)
{
    if (i == FRAMES_FIRST && stack->count > FRAMES_FIRST + FRAMES_LAST + 1)
        return stack->count - FRAMES_FIRST - FRAMES_LAST;
    if ((i == 0 && access) || t->c->verbosity)
        return 0;
    size_t run = 0;
    while (i + run < stack->count && stack->frames[i + run].library)
        run++;
    return run > 1 && run < stack->count ? run : 0;
}

void text_put_stack(struct text *t, const struct stack *stack, bool access)
{
    if (stack->count == 0) {
        text_put(t, "    (stack unknown)");
        text_line_end(t);
    }
    for (size_t i = 0; i < stack->count;) {
        size_t hidden = frames_hidden(t, stack, i, access);
        if (hidden) {
            text_put(t, "    ... %zu %s ...", hidden,
                     stack->frames[i].library ? "frames of the library" : "more frames");
            text_line_end(t);
            i += hidden;
            continue;
        }
        put_frame(t, &stack->frames[i], i);
        if (access && &stack->frames[i] == stack_own(stack))
            text_put_excerpt(t, &stack->frames[i]);
        i++;
    }
}

/* "in worker at main.c:19:3" */
void text_put_top(struct text *t, const struct stack *stack)
{
    const struct frame *frame = stack_own(stack);
    text_put(t, " in ");
    put_function(t, frame);
    if (frame->file) {
        text_put(t, " at ");
        text_put_place(t, frame->file, frame->line, frame->column);
    } else if (frame->module) {
        text_put(t, " (%s+0x%" PRIx64 ")", frame->module, frame->offset);
    }
}

/* Words are kept whole; each line begins with `indent` columns, the first one at column `at`. */
void text_put_wrapped(struct text *t, const char *words, size_t indent, size_t at)
{
    size_t width = t->c->width ? t->c->width : WIDTH_DEFAULT;
    while (*words) {
        size_t size = strcspn(words, " ");
        if (at > indent && at + 1 + size > width) {
            text_line_end(t);
            text_put(t, "%*s", (int)indent, "");
            at = indent;
        }
        text_put(t, " %.*s", (int)size, words);
        at += 1 + size;
        words += size;
        words += strspn(words, " ");
    }
    text_line_end(t);
}
