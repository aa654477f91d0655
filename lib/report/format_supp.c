/*
 * supp: suppressions, one for each finding, that match what it is about and no other place
 * (suppress.h): the innermost functions of both accesses, and the variable that is raced on; for
 * other kinds the functions of where the tasks are. Lines are left out, so it survives edits.
 */
#include <string.h>

#include "report/format.h"
#include "report/suppress.h"
#include "report/utf8.h"

enum { FRAMES_MAX = 4, PLACES_MAX = 4 };

/* "^list_add$;^worker$": from the innermost frame on; false: nothing of it has a name. */
static bool put_frames(struct buf *out, const struct stack *stack)
{
    bool named = false;
    size_t before = out->size;
    for (size_t i = 0; i < stack->count && i < FRAMES_MAX; i++) {
        const struct frame *frame = &stack->frames[i];
        bool known = frame->function && !strchr(frame->function, ';');
        buf_put(out, out->size == before ? "" : ";");
        if (known)
            buf_printf(out, "^%s$", frame->function);
        else
            buf_put(out, "...");
        named |= known;
    }
    return named;
}

/* Another place of the finding; what says nothing is left out. */
static void put_place(struct buf *out, size_t begin, const struct stack *stack)
{
    size_t before = out->size;
    buf_put(out, before == begin ? "" : ";;");
    if (!put_frames(out, stack)) {
        out->size = before;
        out->bytes[before] = 0;
    }
}

/* "^table[*].count$": which element is chance. */
static void put_variable(struct buf *out, size_t begin, const struct variable *variable)
{
    if (!variable || variable->local || strchr(variable->path, ';'))
        return;
    buf_put(out, out->size == begin ? "^" : ";;^");
    for (const char *at = variable->path; *at; at++) {
        buf_char(out, *at);
        if (*at != '[')
            continue;
        buf_char(out, '*');
        at += strcspn(at, "]") - 1;
    }
    buf_put(out, "$");
}

/* "race_top:^worker$;^start$;;^worker$;^start$;;^counter$"; NULL: nothing would match. */
static const char *line_of(const struct finding *f, const struct format_context *c)
{
    const char *type = suppression_type(f), *line = NULL;
    struct buf out = {0};
    if (!type)
        return NULL;
    bool race = strcmp(type, "race") == 0;
    buf_printf(&out, "%s:", race && f->now.stack.count ? "race_top" : type);
    size_t begin = out.size;
    if (f->has_now) {
        put_place(&out, begin, &f->now.stack);
        put_place(&out, begin, &f->before.stack);
        put_variable(&out, begin, f->place.variable);
    }
    for (size_t i = 0; !f->has_now && i < f->wait_count && i < PLACES_MAX; i++)
        put_place(&out, begin, &f->waits[i].stack);
    if (out.size > begin)
        line = arena_string(c->arena, out.bytes);
    buf_done(&out);
    return line;
}

static void put_line(struct buf *out, const char *start, const char *text)
{
    buf_put(out, start);
    utf8_add_clean(out, text, strlen(text));
    buf_char(out, '\n');
}

static void supp_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    const char *line = line_of(f, c);
    put_line(out, "# ",
             arena_printf(c->arena, "%s [%s]%s", finding_headline(c->arena, f), f->id,
                          line ? "" : ": no suppression can name it"));
    if (line)
        put_line(out, "", line);
}

static void supp_notice(struct buf *out, const char *text, const struct format_context *c)
{
    (void)c;
    put_line(out, "# ", text);
}

static void supp_summary(struct buf *out, const struct format_summary *s,
                         const struct format_context *c)
{
    if (s->printed < s->findings)
        put_line(out, "# ",
                 arena_printf(c->arena, "%u findings were counted but are not in here",
                              s->findings - s->printed));
}

const struct report_format format_supp = {
    .name = "supp",
    .help = "suppressions for what was found",
    .finding = supp_finding,
    .notice = supp_notice,
    .summary = supp_summary,
};
