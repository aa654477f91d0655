/*
 * html: one page for people to look at, self-contained: the lines of the JSON format and the source
 * around what they speak of, and a viewer (html/, ours and plain) that shows them. So the page
 * knows no more and no less than the JSON. It reads nothing from anywhere, and says so to the
 * browser (Content-Security-Policy).
 *
 * What strangers named (programs, variables, lines of source) is in the page as JSON strings with
 * '<' written \u003c, which nothing in HTML can take for an end, and the viewer only ever makes
 * text of it. Where no script may run the text format is to be seen.
 */
#include <string.h>

#include "report/document.h"
#include "report/excerpts.h"
#include "report/format.h"

enum { PLAIN_MAX = 200 }; /* findings where no script may run */

extern const char report_html_page[], report_html_style[], report_html_model[], report_html_chart[],
    report_html_finding[], report_html_view[];

struct page {
    const struct document *document;
    const struct format_summary *summary;
    const struct format_context *c;
};

/* ---- escaping ---- */

/* Between tags. The text formats that it gets are clean UTF-8 without control characters. */
static void put_text(struct buf *out, const char *text)
{
    for (; *text; text++)
        if (*text == '<')
            buf_put(out, "&lt;");
        else if (*text == '>')
            buf_put(out, "&gt;");
        else if (*text == '&')
            buf_put(out, "&amp;");
        else
            buf_char(out, *text);
}

/* In JSON a '<' can only be within a string. */
static void put_json(struct buf *out, const struct buf *json)
{
    const char *at = json->bytes, *end = at + json->size;
    while (at < end) {
        const char *less = memchr(at, '<', (size_t)(end - at));
        buf_add(out, at, (size_t)((less ? less : end) - at));
        if (less)
            buf_put(out, "\\u003c");
        at = less ? less + 1 : end;
    }
}

/* ---- parts ---- */

static void put_title(struct buf *out, const struct page *page)
{
    struct buf title = {0};
    const struct document *d = page->document;
    if (d->finding_count) {
        const char *line = finding_headline(page->c->arena, &d->findings[0]);
        buf_printf(&title, "racerun: %s [%s]", line, d->findings[0].id);
    } else {
        buf_put(&title, "racerun: no findings");
    }
    struct buf clean = {0};
    format_json.notice(&clean, title.bytes, page->c); /* makes it valid UTF-8 */
    buf_done(&title);
    const char *text = strstr(clean.bytes, "\"text\":\"") + strlen("\"text\":\"");
    put_text(out, arena_copy(page->c->arena, text, strlen(text) - strlen("\"}\n")));
    buf_done(&clean);
}

static void put_data(struct buf *out, const struct page *page)
{
    const struct document *d = page->document;
    struct buf lines = {0};
    for (size_t i = 0; i < d->notice_count; i++)
        format_json.notice(&lines, d->notices[i], page->c);
    for (size_t i = 0; i < d->finding_count; i++) {
        const struct finding *f = &d->findings[i];
        bool last = i + 1 == d->finding_count || d->findings[i + 1].schedule != f->schedule;
        format_json.finding(&lines, f, page->c);
        if (f->schedule && last)
            format_json.schedule(&lines, f->schedule, page->c);
    }
    for (size_t i = 0; i < d->test_count; i++)
        format_json.test(&lines, &d->tests[i], page->c);
    excerpts_put(&lines, d, page->c);
    format_json.summary(&lines, page->summary, page->c);
    put_json(out, &lines);
    buf_done(&lines);
}

static void put_plain(struct buf *out, const struct page *page)
{
    struct format_context plain = *page->c;
    struct buf text = {0};
    plain.color = false;
    plain.width = 0;
    for (size_t i = 0; i < page->document->finding_count && i < PLAIN_MAX; i++)
        format_text.finding(&text, &page->document->findings[i], &plain);
    format_text.summary(&text, page->summary, &plain);
    put_text(out, text.bytes ? text.bytes : "");
    buf_done(&text);
}

static void put_script(struct buf *out, const struct page *page)
{
    (void)page;
    buf_put(out, report_html_model);
    buf_put(out, report_html_chart);
    buf_put(out, report_html_finding);
    buf_put(out, report_html_view);
}

static void put_style(struct buf *out, const struct page *page)
{
    (void)page;
    buf_put(out, report_html_style);
}

static void html_document(struct buf *out, const struct document *d, const struct format_summary *s,
                          const struct format_context *c)
{
    static const struct {
        const char *mark;
        void (*put)(struct buf *out, const struct page *page);
    } parts[] = {
        {"@TITLE@", put_title}, {"@STYLE@", put_style},   {"@TEXT@", put_plain},
        {"@DATA@", put_data},   {"@SCRIPT@", put_script},
    };
    const struct page page = {d, s, c};
    const char *at = report_html_page;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *mark = strstr(at, parts[i].mark);
        buf_add(out, at, (size_t)(mark - at));
        parts[i].put(out, &page);
        at = mark + strlen(parts[i].mark);
    }
    buf_put(out, at);
}

const struct report_format format_html = {
    .name = "html",
    .help = "a page to look at: sources, stacks, schedules step by step",
    .document = html_document,
};
