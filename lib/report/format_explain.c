/*
 * explain: for who meets a finding for the first time: what it means, what was seen, why nothing
 * orders it, what to do, how to see it happen. `racerun explain ID` is this format of one finding.
 */
#include <string.h>

#include "report/fixes.h"
#include "report/meaning.h"
#include "report/text.h"

static void put_head(struct text *t, const char *head)
{
    text_line_end(t);
    text_put_styled(t, BOLD, "%s", head);
    text_line_end(t);
}

static void put_sentence(struct text *t, const char *sentence)
{
    text_put(t, " ");
    text_put_wrapped(t, sentence, 1, 1);
}

/* After "  1." or "  -"; what does not fit goes on below its beginning. */
static void put_item(struct text *t, const char *mark, const char *sentence)
{
    size_t indent = strlen(mark);
    text_put(t, "%s", mark);
    text_put_wrapped(t, sentence, indent, indent);
}

static void put_list(struct text *t, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_item(t, arena_printf(t->c->arena, "  %zu.", i + 1), list[i]);
}

/* ---- what was seen ---- */

static const char *holding(struct arena *arena, const struct access *access)
{
    const char *text = "holding no lock";
    for (size_t i = 0; i < access->lock_count; i++)
        text = arena_printf(arena, i ? "%s and %s%s" : "%.0sholding %s%s", text,
                            lock_label(arena, &access->locks[i]),
                            access->locks[i].shared ? " for reading" : "");
    return text;
}

static void put_seen(struct text *t, const char *what, const struct stack *stack)
{
    text_put(t, "  ");
    text_put_styled(t, t->caret ? t->caret : BOLD, "%s", what);
    if (stack->count)
        text_put_top(t, stack);
    text_line_end(t);
    if (stack->count)
        text_put_excerpt(t, stack_own(stack));
}

static void put_access(struct text *t, const struct finding *f, const struct access *access)
{
    const char *verb = access->operation ? access->operation : access_verb(access->kind);
    t->caret = access == &f->before ? BEFORE : NOW;
    put_seen(t,
             arena_printf(t->c->arena, "%s%s by %s", access == &f->before ? "earlier: " : "", verb,
                          task_label_long(t->c->arena, access->task)),
             &access->stack);
    t->caret = PLAIN;
    text_put(t, "    %s", holding(t->c->arena, access));
    text_line_end(t);
}

static void put_waits(struct text *t, const struct finding *f)
{
    for (size_t i = 0; i < f->wait_count; i++) {
        const struct wait *wait = &f->waits[i];
        const char *object = wait->object ? object_label(t->c->arena, wait->object) : NULL;
        put_seen(t,
                 arena_printf(t->c->arena, "%s: %s%s%s%s", task_label_long(t->c->arena, wait->task),
                              wait->state, object ? " (" : "", object ? object : "",
                              object ? ")" : ""),
                 &wait->stack);
    }
    if (f->more) {
        text_put(t, "  and %u more", f->more);
        text_line_end(t);
    }
}

static void put_what_was_seen(struct text *t, const struct finding *f)
{
    if (!f->words && !f->has_now && !f->wait_count)
        return;
    put_head(t, "What was seen");
    if (f->words)
        put_sentence(t, f->words);
    if (f->has_now)
        put_access(t, f, &f->now);
    if (f->has_before)
        put_access(t, f, &f->before);
    if (!f->has_now)
        put_waits(t, f);
}

/* ---- the whole ---- */

static void explain_finding(struct buf *out, const struct finding *f,
                            const struct format_context *c)
{
    struct text t = {.out = out, .c = c};
    const struct meaning *meaning = meaning_find(f->title);
    struct fixes fixes = fixes_find(f, c->arena);
    text_put(&t, "racerun: ");
    text_put_styled(&t, KIND, "%s", f->title);
    text_put(&t, " #%u [%s]%s", f->number, f->id, finding_headline(c->arena, f) + strlen(f->title));
    text_line_end(&t);
    if (meaning) {
        put_head(&t, "What it means");
        put_sentence(&t, meaning->means);
    }
    put_what_was_seen(&t, f);
    if (f->why_count) {
        put_head(&t, f->has_before && !f->ordered ? "Why nothing orders them" : "Why");
        for (size_t i = 0; i < f->why_count; i++)
            put_item(&t, "  -", f->why[i]);
    }
    put_head(&t, fixes.count > 1 ? "What to do: one of these" : "What to do");
    put_list(&t, fixes.list, fixes.count);
    text_line_end(&t);
}

static void explain_schedule(struct buf *out, const struct report_schedule *s,
                             const struct format_context *c)
{
    struct text t = {.out = out, .c = c};
    text_put_styled(&t, BOLD, "See it happen");
    text_put(&t, " (findings #%u to #%u: %zu steps, %u switches between tasks)", s->first, s->last,
             s->count + s->more, s->switches);
    text_line_end(&t);
    if (s->path)
        text_put(&t, "  racerun replay %s", s->path);
    else if (s->token)
        text_put(&t, "  racerun replay %s PROGRAM", s->token);
    text_line_end(&t);
    text_line_end(&t);
}

static void explain_notice(struct buf *out, const char *text, const struct format_context *c)
{
    format_text.notice(out, text, c);
}

static void explain_summary(struct buf *out, const struct format_summary *s,
                            const struct format_context *c)
{
    format_text.summary(out, s, c);
}

const struct report_format format_explain = {
    .name = "explain",
    .help = "what each finding means, why nothing orders it, and what to do",
    .finding = explain_finding,
    .notice = explain_notice,
    .summary = explain_summary,
    .schedule = explain_schedule,
};

bool report_explain_kind(const char *word, unsigned width, bool color, FILE *out,
                         const char **ret_nearest)
{
    int exact;
    const struct meaning *meaning = meaning_nearest(word, &exact);
    *ret_nearest = meaning->title;
    if (!exact)
        return false;
    struct buf text = {0};
    struct arena arena = {0};
    struct format_context context = {.width = width, .color = color, .arena = &arena};
    struct text t = {.out = &text, .c = &context};
    text_put(&t, "racerun: ");
    text_put_styled(&t, KIND, "%s", meaning->title);
    text_line_end(&t);
    put_head(&t, "What it means");
    put_sentence(&t, meaning->means);
    put_head(&t, "How it comes about");
    put_sentence(&t, meaning->comes);
    put_head(&t, "What is usually done");
    size_t count = 0;
    while (count < MEANING_FIXES && meaning->fixes[count])
        count++;
    put_list(&t, meaning->fixes, count);
    fwrite(text.bytes, 1, text.size, out);
    buf_done(&text);
    arena_done(&arena);
    return true;
}

const char *report_kind_name(size_t i)
{
    const struct meaning *meaning = meaning_at(i);
    return meaning ? meaning->title : NULL;
}
