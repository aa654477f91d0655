/*
 * excerpts: see excerpts.h. Places are collected, sorted by file and line, and merged where their
 * surroundings meet.
 */
#include "report/excerpts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "report/source.h"

struct wanted {
    const char *file;
    uint32_t line;
};

struct excerpts {
    struct wanted *places;
    size_t count;
};

/* ---- collecting ---- */

static void want(struct excerpts *e, const char *file, uint32_t line)
{
    if (!file || !line)
        return;
    e->places = memory_grow(e->places, e->count, sizeof *e->places);
    e->places[e->count++] = (struct wanted){file, line};
}

static void want_stack(struct excerpts *e, const struct stack *stack)
{
    enum { FRAMES_MAX = 32 };
    for (size_t i = 0; i < stack->count && i < FRAMES_MAX; i++)
        if (!stack->frames[i].library)
            want(e, stack->frames[i].file, stack->frames[i].line);
}

static void want_access(struct excerpts *e, const struct access *access)
{
    want_stack(e, &access->stack);
    for (size_t i = 0; i < access->lock_count; i++)
        want_stack(e, &access->locks[i].acquired);
}

static void want_finding(struct excerpts *e, const struct finding *f)
{
    if (f->has_now)
        want_access(e, &f->now);
    if (f->has_before)
        want_access(e, &f->before);
    for (size_t i = 0; i < f->wait_count; i++) {
        want_stack(e, &f->waits[i].stack);
        want_stack(e, &f->waits[i].held_at);
        if (f->waits[i].object)
            want_stack(e, &f->waits[i].object->made);
    }
    for (size_t i = 0; i < f->task_count; i++)
        want_stack(e, &f->tasks[i].created);
    want_stack(e, &f->place.allocated);
    want_stack(e, &f->place.freed);
    if (f->about)
        want_stack(e, &f->about->made);
}

static void want_schedule(struct excerpts *e, const struct report_schedule *s)
{
    for (size_t i = 0; i < s->count; i++)
        want(e, s->steps[i].file, s->steps[i].line);
    for (size_t i = 0; i < s->lane_count; i++)
        want(e, s->lanes[i].file, s->lanes[i].line);
}

static int wanted_order(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    int files = strcmp(x->file, y->file);
    return files ? files : x->line < y->line ? -1 : x->line > y->line;
}

/* ---- writing ---- */

struct writer {
    struct buf *out;
    const struct format_context *c;
    struct json json;
    bool open;
    uint32_t last; /* line that the open range goes to */
};

static void range_close(struct writer *w)
{
    if (!w->open)
        return;
    json_close(&w->json, ']');
    json_close(&w->json, '}');
    buf_char(w->out, '\n');
    w->open = false;
}

static void line_put(struct writer *w, const char *file, uint32_t number, char *text, size_t size)
{
    if (w->open && number != w->last + 1)
        range_close(w);
    if (!w->open) {
        w->json = (struct json){.out = w->out};
        json_open(&w->json, NULL, '{');
        json_string(&w->json, "schema", "racerun-source/1");
        json_string(&w->json, "file", format_path(w->c, file));
        json_number(&w->json, "from", number);
        json_open(&w->json, "lines", '[');
        w->open = true;
    }
    while (size && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    text[size < EXCERPTS_LINE_MAX ? size : EXCERPTS_LINE_MAX] = 0;
    json_string(&w->json, NULL, text);
    w->last = number;
}

/* All places of one file: `count` of them, ascending. */
static void file_put(struct writer *w, const struct wanted *places, size_t count)
{
    const char *file = places[0].file;
    FILE *stream = source_open(file);
    char *text = NULL;
    size_t room = 0, at = 0;
    ssize_t size;
    if (!stream)
        return;
    for (uint32_t number = 1; at < count && w->out->size < EXCERPTS_BYTES_MAX &&
                              (size = getline(&text, &room, stream)) >= 0;
         number++) {
        while (at < count && places[at].line + EXCERPTS_AROUND < number)
            at++;
        if (at < count && number + EXCERPTS_AROUND >= places[at].line)
            line_put(w, file, number, text, (size_t)size);
    }
    range_close(w);
    free(text);
    fclose(stream);
}

void excerpts_put(struct buf *out, const struct document *document, const struct format_context *c)
{
    struct excerpts e = {0};
    struct buf lines = {0};
    struct writer w = {.out = &lines, .c = c};
    for (size_t i = 0; i < document->finding_count; i++) {
        const struct finding *f = &document->findings[i];
        want_finding(&e, f);
        if (f->schedule && (i == 0 || f->schedule != document->findings[i - 1].schedule))
            want_schedule(&e, f->schedule);
    }
    if (e.count)
        qsort(e.places, e.count, sizeof *e.places, wanted_order);
    for (size_t i = 0, next; i < e.count && lines.size < EXCERPTS_BYTES_MAX; i = next) {
        for (next = i; next < e.count && strcmp(e.places[next].file, e.places[i].file) == 0;)
            next++;
        file_put(&w, &e.places[i], next - i);
    }
    if (lines.size)
        buf_add(out, lines.bytes, lines.size);
    buf_done(&lines);
    free(e.places);
}
