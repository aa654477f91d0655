/*
 * supp: suppressions, one for each finding, in ThreadSanitizer's syntax (suppress.h). As narrow as
 * that syntax allows: the variable that is raced on, else the function at the top; for other kinds
 * the function where it is.
 */
#include <string.h>

#include "report/format.h"
#include "report/suppress.h"
#include "report/utf8.h"

/* "race:^counter$"; NULL: nothing would match. */
static const char *line_of(const struct finding *f, const struct format_context *c)
{
    const char *type = suppression_type(f);
    const struct variable *variable = f->has_now ? f->place.variable : NULL;
    const struct stack *stack = finding_stack(f);
    const struct frame *own = stack->count ? stack_own(stack) : NULL;
    if (!type)
        return NULL;
    if (variable && !variable->local && strcmp(type, "race") == 0)
        return arena_printf(c->arena, "%s:^%s$", type, variable->name);
    if (own && own->function) {
        bool top = own == stack->frames && strcmp(type, "race") == 0;
        return arena_printf(c->arena, "%s:^%s$", top ? "race_top" : type, own->function);
    }
    return NULL; /* a whole module would be too much */
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
