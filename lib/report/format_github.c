/*
 * github: annotations, which GitHub Actions takes from a step's output and shows at the line. Of
 * one step it shows ANNOTATIONS_MAX, so what is beyond that is counted.
 */
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/utf8.h"

enum { ANNOTATIONS_MAX = 10 };

/* Values of properties end at ':' and ',', messages do not. */
static void put_escaped(struct buf *out, const char *text, bool property)
{
    while (*text) {
        size_t plain = strcspn(text, property ? "%\r\n:," : "%\r\n");
        utf8_add_clean(out, text, plain);
        text += plain;
        if (*text)
            buf_printf(out, "%%%02X", (unsigned char)*text++);
    }
}

/* GitHub knows files by their names in the checkout. */
static const char *in_workspace(const struct format_context *c, const char *file)
{
    const char *path = format_path(c, file), *workspace = getenv("GITHUB_WORKSPACE");
    size_t size = workspace ? strlen(workspace) : 0;
    if (size && strncmp(path, workspace, size) == 0 && path[size] == '/')
        return path + size + 1;
    size = c->folder ? strlen(c->folder) : 0;
    return size && strncmp(path, c->folder, size) == 0 ? path + size : path;
}

static void put_place(struct buf *out, const struct finding *f, const struct format_context *c)
{
    const struct stack *stack = finding_stack(f);
    const struct frame *frame = stack->count ? stack_own(stack) : NULL;
    if (!frame || !frame->file)
        return;
    buf_put(out, "file=");
    put_escaped(out, in_workspace(c, frame->file), true);
    if (frame->line)
        buf_printf(out, ",line=%u", frame->line);
    if (frame->line && frame->column)
        buf_printf(out, ",col=%u", frame->column);
    buf_char(out, ',');
}

static void put_stack_line(struct buf *out, const char *what, const struct stack *stack)
{
    const struct frame *frame = stack->count ? stack_own(stack) : NULL;
    if (!frame)
        return;
    buf_put(out, "%0A");
    put_escaped(out, what, false);
    put_escaped(out, frame->function ? frame->function : "?", false);
    if (!frame->file)
        return;
    buf_put(out, " at ");
    put_escaped(out, frame->file, false);
    buf_printf(out, ":%u", frame->line);
}

static void github_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    if (f->number > ANNOTATIONS_MAX)
        return;
    buf_put(out, "::error ");
    put_place(out, f, c);
    buf_put(out, "title=");
    put_escaped(out, arena_printf(c->arena, "racerun: %s [%s]", f->title, f->id), true);
    buf_put(out, "::");
    put_escaped(out, finding_headline(c->arena, f), false);
    if (f->has_before) {
        const char *verb = access_verb(f->before.kind);
        put_stack_line(out, arena_printf(c->arena, "previous %s in ", verb), &f->before.stack);
    }
    for (size_t i = 0; i < f->wait_count; i++)
        put_stack_line(out,
                       arena_printf(c->arena, "%s: %s in ", task_label(c->arena, f->waits[i].task),
                                    f->waits[i].state),
                       &f->waits[i].stack);
    for (size_t i = 0; i < f->why_count; i++) {
        buf_put(out, "%0A");
        put_escaped(out, f->why[i], false);
    }
    buf_char(out, '\n');
}

static void put_message(struct buf *out, const char *level, const char *title, const char *text)
{
    buf_printf(out, "::%s title=", level);
    put_escaped(out, title, true);
    buf_put(out, "::");
    put_escaped(out, text, false);
    buf_char(out, '\n');
}

static void github_notice(struct buf *out, const char *text, const struct format_context *c)
{
    (void)c;
    put_message(out, "notice", "racerun", text);
}

static void github_test(struct buf *out, const struct report_test *test,
                        const struct format_context *c)
{
    if (test->status == REPORT_CLEAN || test->status == REPORT_FOUND)
        return;
    put_message(out, test->status == REPORT_FLAKY ? "warning" : "error",
                arena_printf(c->arena, "racerun: %s", test->name),
                arena_printf(c->arena, "%s: %s", report_status_word(test->status), test->words));
}

static void github_summary(struct buf *out, const struct format_summary *s,
                           const struct format_context *c)
{
    unsigned shown = s->printed < ANNOTATIONS_MAX ? s->printed : ANNOTATIONS_MAX;
    if (s->findings > shown)
        put_message(out, "notice", "racerun",
                    arena_printf(c->arena, "%u more findings: see the log", s->findings - shown));
}

const struct report_format format_github = {
    .name = "github",
    .help = "annotations of GitHub Actions",
    .finding = github_finding,
    .notice = github_notice,
    .summary = github_summary,
    .test = github_test,
};
