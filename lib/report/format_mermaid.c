/*
 * mermaid: each schedule as a sequence diagram, for documents and issue trackers that draw it. For
 * short schedules: what is beyond STEPS_MAX is counted.
 */
#include <string.h>

#include "report/format.h"
#include "report/utf8.h"

enum { STEPS_MAX = 200 };

/* ';' ends a statement and '#' begins an entity. */
static void put_escaped(struct buf *out, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, ";#<>");
        utf8_add_clean(out, text, plain);
        text += plain;
        if (*text)
            buf_printf(out, "#%u;", (unsigned char)*text++);
    }
}

static void put_comment(struct buf *out, const char *text)
{
    buf_put(out, "%% ");
    utf8_add_clean(out, text, strlen(text));
    buf_char(out, '\n');
}

static void put_participants(struct buf *out, const struct report_schedule *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool told = false;
        for (size_t k = 0; k < i && !told; k++)
            told = s->steps[k].task == s->steps[i].task;
        if (told)
            continue;
        buf_printf(out, "    participant T%u as ", s->steps[i].task);
        put_escaped(out, s->steps[i].who);
        buf_char(out, '\n');
    }
}

static void put_step(struct buf *out, const struct report_step *step, size_t number)
{
    buf_printf(out, "    Note over T%u: %zu. ", step->task, number);
    put_escaped(out, step->action);
    if (step->file) {
        const char *slash = strrchr(step->file, '/');
        buf_put(out, " (");
        put_escaped(out, slash ? slash + 1 : step->file);
        buf_printf(out, ":%u)", step->line);
    }
    buf_char(out, '\n');
}

static void mermaid_schedule(struct buf *out, const struct report_schedule *s,
                             const struct format_context *c)
{
    (void)c;
    size_t count = s->count < STEPS_MAX ? s->count : STEPS_MAX;
    buf_put(out, "sequenceDiagram\n");
    put_participants(out, s, count);
    for (size_t i = 0; i < count; i++)
        put_step(out, &s->steps[i], i + 1);
    if (count && count < s->count + s->more)
        buf_printf(out, "    Note over T%u: and %zu more steps\n", s->steps[count - 1].task,
                   s->count + s->more - count);
    buf_char(out, '\n');
}

static void mermaid_finding(struct buf *out, const struct finding *f,
                            const struct format_context *c)
{
    put_comment(out, arena_printf(c->arena, "%s [%s]", finding_headline(c->arena, f), f->id));
}

static void mermaid_notice(struct buf *out, const char *text, const struct format_context *c)
{
    (void)c;
    put_comment(out, text);
}

static void mermaid_summary(struct buf *out, const struct format_summary *s,
                            const struct format_context *c)
{
    put_comment(out, arena_printf(c->arena, "%u findings", s->findings));
}

const struct report_format format_mermaid = {
    .name = "mermaid",
    .help = "schedules as sequence diagrams",
    .finding = mermaid_finding,
    .notice = mermaid_notice,
    .summary = mermaid_summary,
    .schedule = mermaid_schedule,
};
