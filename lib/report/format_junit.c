/*
 * junit: the XML that CI servers read. JUnit has no standard; this is what Jenkins', GitLab's and
 * Azure's readers agree on: a test case a program, with one <failure> (all its findings in words)
 * or, where it did not run, one <error>.
 *
 * XML 1.0 has no way to write most control characters; '?' stands for them.
 */
#include <inttypes.h>
#include <string.h>

#include "report/document.h"
#include "report/format.h"
#include "report/utf8.h"

/* Not a character in XML 1.0, though valid UTF-8: U+FFFE and U+FFFF. */
static bool forbidden(const char *bytes, size_t length)
{
    return length == 3 && memcmp(bytes, "\xef\xbf", 2) == 0 && (unsigned char)bytes[2] >= 0xbe;
}

static const char *entity(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\n':
        return "&#10;";
    case '\t':
        return "&#9;";
    default:
        return NULL;
    }
}

static void put_escaped(struct buf *out, const char *text)
{
    for (size_t size = strlen(text); size;) {
        size_t length = utf8_length(text, size);
        unsigned char c = (unsigned char)*text;
        if (length == 0 || forbidden(text, length))
            buf_put(out, UTF8_REPLACEMENT);
        else if (entity(c))
            buf_put(out, entity(c));
        else if (c < 0x20 || c == 0x7f)
            buf_char(out, '?');
        else
            buf_add(out, text, length);
        size_t step = length ? length : 1;
        text += step;
        size -= step;
    }
}

/* Between tags lines stay lines. */
static void put_lines(struct buf *out, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        struct buf line = {0};
        buf_add(&line, text, size);
        put_escaped(out, line.bytes ? line.bytes : "");
        buf_done(&line);
        text += size;
        if (*text == '\n')
            buf_char(out, *text++);
    }
}

static void put_attribute(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, " %s=\"", name);
    put_escaped(out, value);
    buf_char(out, '"');
}

static void put_seconds(struct buf *out, uint64_t ms)
{
    buf_printf(out, " time=\"%" PRIu64 ".%03" PRIu64 "\"", ms / 1000, ms % 1000);
}

static bool is_failure(const struct report_test *test)
{
    return test->status == REPORT_FOUND || test->status == REPORT_FAILED;
}

static void put_findings(struct buf *out, const struct document *d, const struct report_test *test,
                         const struct format_context *c)
{
    struct format_context plain = *c;
    plain.color = false;
    plain.width = 0;
    for (size_t i = 0; i < d->finding_count; i++) {
        const struct finding *finding = &d->findings[i];
        if (!document_belongs(finding, test))
            continue;
        struct buf text = {0};
        format_text.finding(&text, finding, &plain);
        put_lines(out, text.bytes);
        buf_done(&text);
        if (finding->schedule && finding->schedule->path) {
            put_lines(out, "replay it: racerun replay ");
            put_lines(out, finding->schedule->path);
            buf_put(out, "\n\n");
        }
    }
}

/* "data race on `x` in f [1a2b3c4d] and 2 more" */
static const char *message(const struct document *d, const struct report_test *test,
                           const struct format_context *c)
{
    const char *text = NULL;
    unsigned count = 0;
    for (size_t i = 0; i < d->finding_count; i++) {
        const struct finding *finding = &d->findings[i];
        if (document_belongs(finding, test) && count++ == 0)
            text =
                arena_printf(c->arena, "%s [%s]", finding_headline(c->arena, finding), finding->id);
    }
    if (!text)
        return *test->words ? test->words : report_status_word(test->status);
    return count == 1 ? text : arena_printf(c->arena, "%s and %u more", text, count - 1);
}

static const char *type(const struct document *d, const struct report_test *test)
{
    for (size_t i = 0; i < d->finding_count; i++)
        if (document_belongs(&d->findings[i], test))
            return d->findings[i].title;
    return report_status_word(test->status);
}

static void put_test(struct buf *out, const struct document *d, const struct report_test *test,
                     const struct format_context *c)
{
    buf_put(out, "    <testcase classname=\"racerun\"");
    put_attribute(out, "name", test->name);
    put_seconds(out, test->duration_ms);
    buf_put(out, ">\n");
    if (is_failure(test) || test->status == REPORT_NOT_RUN) {
        const char *tag = is_failure(test) ? "failure" : "error";
        buf_printf(out, "      <%s", tag);
        put_attribute(out, "type", type(d, test));
        put_attribute(out, "message", message(d, test, c));
        buf_char(out, '>');
        put_findings(out, d, test, c);
        buf_printf(out, "</%s>\n", tag);
    }
    if (test->status == REPORT_FLAKY || (test->output && *test->output)) {
        buf_put(out, "      <system-out>");
        if (test->status == REPORT_FLAKY) {
            put_lines(out, "flaky: ");
            put_lines(out, test->words);
            buf_char(out, '\n');
        }
        put_lines(out, test->output ? test->output : "");
        buf_put(out, "</system-out>\n");
    }
    buf_put(out, "    </testcase>\n");
}

static void put_counts(struct buf *out, const struct document *d)
{
    unsigned failures = 0, errors = 0;
    uint64_t ms = 0;
    for (size_t i = 0; i < d->test_count; i++) {
        failures += is_failure(&d->tests[i]);
        errors += d->tests[i].status == REPORT_NOT_RUN;
        ms += d->tests[i].duration_ms;
    }
    buf_printf(out, " name=\"racerun\" tests=\"%zu\" failures=\"%u\" errors=\"%u\"", d->test_count,
               failures, errors);
    put_seconds(out, ms);
}

static void junit_document(struct buf *out, const struct document *d,
                           const struct format_summary *s, const struct format_context *c)
{
    buf_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    put_counts(out, d);
    buf_put(out, ">\n  <testsuite");
    put_counts(out, d);
    buf_put(out, ">\n");
    for (size_t i = 0; i < d->test_count; i++)
        put_test(out, d, &d->tests[i], c);
    buf_put(out, "    <system-err>");
    for (size_t i = 0; i < d->notice_count; i++) {
        put_lines(out, d->notices[i]);
        buf_char(out, '\n');
    }
    if (s->printed < s->findings)
        buf_printf(out, "%u findings were counted but are not in here\n", s->findings - s->printed);
    if (s->known)
        buf_printf(out, "%u known findings (they are in the baseline)\n", s->known);
    buf_put(out, "</system-err>\n  </testsuite>\n</testsuites>\n");
}

const struct report_format format_junit = {
    .name = "junit",
    .help = "JUnit's XML, for CI servers: a test case a program",
    .document = junit_document,
};
