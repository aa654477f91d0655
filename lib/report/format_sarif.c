/*
 * sarif: SARIF 2.1.0 (OASIS), which GitHub, GitLab and editors read: one run, a rule for each kind
 * of finding that occurs, the id as fingerprint, both accesses with their stacks, and the failing
 * schedule as a code flow: a thread flow a task, its steps numbered by executionOrder.
 */
#include <string.h>

#include "report/document.h"
#include "report/format.h"
#include "report/json.h"

#define ROOT "SRCROOT"

/* ---- places ---- */

/* As in a URI: bytes that mean nothing else stay. */
static const char *uri(struct arena *arena, const char *scheme, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/";
    struct buf out = {0};
    buf_put(&out, scheme);
    for (; *path; path++)
        if (strchr(plain, *path))
            buf_char(&out, *path);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*path);
    const char *copy = arena_string(arena, out.bytes);
    buf_done(&out);
    return copy;
}

static void message(struct json *j, const char *key, const char *text)
{
    json_open(j, key, '{');
    json_string(j, "text", text);
    json_close(j, '}');
}

/* Below the working folder, relative to it: so the same in every checkout. */
static void artifact(struct json *j, const char *file, const struct format_context *c)
{
    const char *path = format_path(c, file);
    size_t folder = c->folder ? strlen(c->folder) : 0;
    bool below = folder && strncmp(path, c->folder, folder) == 0;
    json_open(j, "artifactLocation", '{');
    if (*path == '/' && !below) {
        json_string(j, "uri", uri(c->arena, "file://", path));
    } else {
        json_string(j, "uri", uri(c->arena, "", below ? path + folder : path));
        json_string(j, "uriBaseId", ROOT);
    }
    json_close(j, '}');
}

static void location(struct json *j, const char *key, const char *text, const char *function,
                     const char *file, uint32_t line, uint32_t column,
                     const struct format_context *c)
{
    json_open(j, key, '{');
    if (file) {
        json_open(j, "physicalLocation", '{');
        artifact(j, file, c);
        if (line) {
            json_open(j, "region", '{');
            json_number(j, "startLine", line);
            if (column)
                json_number(j, "startColumn", column);
            json_close(j, '}');
        }
        json_close(j, '}');
    }
    if (function) {
        json_open(j, "logicalLocations", '[');
        json_open(j, NULL, '{');
        json_string(j, "name", function);
        json_string(j, "kind", "function");
        json_close(j, '}');
        json_close(j, ']');
    }
    if (text)
        message(j, "message", text);
    json_close(j, '}');
}

static void frame_location(struct json *j, const char *key, const char *text,
                           const struct frame *frame, const struct format_context *c)
{
    location(j, key, text, frame->function, frame->file, frame->line, frame->column, c);
}

/* ---- stacks ---- */

static void stack(struct json *j, const char *text, const struct stack *s,
                  const struct format_context *c)
{
    if (!s->count)
        return;
    json_open(j, NULL, '{');
    message(j, "message", text);
    json_open(j, "frames", '[');
    for (size_t i = 0; i < s->count; i++) {
        json_open(j, NULL, '{');
        frame_location(j, "location", NULL, &s->frames[i], c);
        json_string(j, "module", s->frames[i].module);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

/* "previous write by thread 2" */
static const char *access_text(const struct finding *f, const struct access *access,
                               const struct format_context *c)
{
    return arena_printf(c->arena, "%s%s by %s", access == &f->before ? "previous " : "",
                        access->operation ? access->operation : access_verb(access->kind),
                        task_label_long(c->arena, access->task));
}

static const char *wait_text(const struct wait *wait, const struct format_context *c)
{
    const char *text =
        arena_printf(c->arena, "%s: %s", task_label_long(c->arena, wait->task), wait->state);
    return wait->object
               ? arena_printf(c->arena, "%s, %s", text, object_label(c->arena, wait->object))
               : text;
}

static void stacks(struct json *j, const struct finding *f, const struct format_context *c)
{
    json_open(j, "stacks", '[');
    if (f->has_now)
        stack(j, access_text(f, &f->now, c), &f->now.stack, c);
    if (f->has_before)
        stack(j, access_text(f, &f->before, c), &f->before.stack, c);
    for (size_t i = 0; i < f->wait_count; i++)
        stack(j, wait_text(&f->waits[i], c), &f->waits[i].stack, c);
    for (size_t i = 0; i < f->task_count; i++)
        if (task_mentioned(f, &f->tasks[i]))
            stack(j, arena_printf(c->arena, "%s was created", task_label(c->arena, &f->tasks[i])),
                  &f->tasks[i].created, c);
    stack(j, "the block was allocated", &f->place.allocated, c);
    stack(j, "the block was freed", &f->place.freed, c);
    json_close(j, ']');
}

/* The other places that belong to it. */
static void related(struct json *j, const struct finding *f, const struct format_context *c)
{
    json_open(j, "relatedLocations", '[');
    if (f->has_before && f->before.stack.count)
        frame_location(j, NULL, access_text(f, &f->before, c), stack_own(&f->before.stack), c);
    for (size_t i = 0; i < f->wait_count; i++)
        if (f->waits[i].stack.count)
            frame_location(j, NULL, wait_text(&f->waits[i], c), stack_own(&f->waits[i].stack), c);
    json_close(j, ']');
}

/* ---- the schedule ---- */

static bool first_of_task(const struct report_schedule *s, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (s->steps[k].task == s->steps[i].task)
            return false;
    return true;
}

static void thread_flow(struct json *j, const struct report_schedule *s, size_t first,
                        const struct format_context *c)
{
    json_open(j, NULL, '{');
    json_string(j, "id", s->steps[first].who);
    json_open(j, "locations", '[');
    for (size_t i = first; i < s->count; i++) {
        const struct report_step *step = &s->steps[i];
        if (step->task != s->steps[first].task)
            continue;
        json_open(j, NULL, '{');
        json_number(j, "executionOrder", i + 1);
        location(j, "location", step->action, step->function, step->file, step->line, 0, c);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void code_flow(struct json *j, const struct report_schedule *s,
                      const struct format_context *c)
{
    if (!s || !s->count)
        return;
    json_open(j, "codeFlows", '[');
    json_open(j, NULL, '{');
    message(j, "message",
            s->path ? arena_printf(c->arena, "the schedule: racerun replay %s", s->path)
                    : "the schedule");
    json_open(j, "threadFlows", '[');
    for (size_t i = 0; i < s->count; i++)
        if (first_of_task(s, i))
            thread_flow(j, s, i, c);
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, ']');
}

/* ---- results ---- */

/* "data-race" */
static const char *rule_id(struct arena *arena, const char *title)
{
    char *id = arena_string(arena, title);
    char *to = id;
    for (const char *from = title; *from; from++)
        if (*from == ' ')
            *to++ = '-';
        else if (*from != '(' && *from != ')')
            *to++ = *from;
    *to = 0;
    return id;
}

/* The titles that occur, each once. */
struct rules {
    const char **titles;
    size_t count;
};

static size_t rule_index(const struct rules *rules, const char *title)
{
    size_t index = 0;
    while (index < rules->count && strcmp(rules->titles[index], title) != 0)
        index++;
    return index;
}

static struct rules rules_collect(const struct document *d, struct arena *arena)
{
    struct rules rules = {.titles = arena_array(arena, d->finding_count, sizeof(char *))};
    for (size_t i = 0; i < d->finding_count; i++)
        if (rule_index(&rules, d->findings[i].title) == rules.count)
            rules.titles[rules.count++] = d->findings[i].title;
    return rules;
}

static void rules_put(struct json *j, const struct rules *rules, const struct format_context *c)
{
    json_open(j, "rules", '[');
    for (size_t i = 0; i < rules->count; i++) {
        json_open(j, NULL, '{');
        json_string(j, "id", rule_id(c->arena, rules->titles[i]));
        message(j, "shortDescription", rules->titles[i]);
        json_open(j, "defaultConfiguration", '{');
        json_string(j, "level", "error");
        json_close(j, '}');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static const char *result_text(const struct finding *f, const struct format_context *c)
{
    const char *text = finding_headline(c->arena, f);
    for (size_t i = 0; i < f->why_count; i++)
        text = arena_printf(c->arena, "%s%s%s", text, i ? "; " : ": ", f->why[i]);
    return f->advice ? arena_printf(c->arena, "%s. %s", text, f->advice) : text;
}

static void properties(struct json *j, const struct finding *f)
{
    json_open(j, "properties", '{');
    json_string(j, "test", f->test);
    if (f->schedule) {
        json_string(j, "schedule", f->schedule->path);
        json_string(j, "token", f->schedule->token);
    }
    json_close(j, '}');
}

static void result(struct json *j, const struct rules *rules, const struct finding *f,
                   const struct format_context *c)
{
    const struct stack *where = finding_stack(f);
    json_open(j, NULL, '{');
    json_string(j, "ruleId", rule_id(c->arena, f->title));
    json_number(j, "ruleIndex", rule_index(rules, f->title));
    json_string(j, "level", "error");
    message(j, "message", result_text(f, c));
    json_open(j, "locations", '[');
    if (where->count)
        frame_location(j, NULL, NULL, stack_own(where), c);
    json_close(j, ']');
    related(j, f, c);
    json_open(j, "partialFingerprints", '{');
    json_string(j, "racerunFindingId/v1", f->id);
    json_close(j, '}');
    stacks(j, f, c);
    code_flow(j, f->schedule, c);
    properties(j, f);
    json_close(j, '}');
}

/* ---- the whole ---- */

static void notification(struct json *j, const char *level, const char *text)
{
    json_open(j, NULL, '{');
    json_string(j, "level", level);
    message(j, "message", text);
    json_close(j, '}');
}

/* Notices, and tests that failed without a finding. */
static void invocation(struct json *j, const struct document *d, const struct format_summary *s,
                       const struct format_context *c)
{
    json_open(j, "invocations", '[');
    json_open(j, NULL, '{');
    json_bool(j, "executionSuccessful", true);
    json_open(j, "toolExecutionNotifications", '[');
    for (size_t i = 0; i < d->notice_count; i++)
        notification(j, "note", d->notices[i]);
    for (size_t i = 0; i < d->test_count; i++) {
        const struct report_test *test = &d->tests[i];
        if (test->status != REPORT_CLEAN && test->status != REPORT_FOUND)
            notification(j, test->status == REPORT_FLAKY ? "warning" : "error",
                         arena_printf(c->arena, "%s: %s: %s", test->name,
                                      report_status_word(test->status), test->words));
    }
    if (s->printed < s->findings)
        notification(j, "warning",
                     arena_printf(c->arena, "%u findings were counted but are not in here",
                                  s->findings - s->printed));
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, ']');
}

static void tool(struct json *j, const struct rules *rules, const struct format_context *c)
{
    json_open(j, "tool", '{');
    json_open(j, "driver", '{');
    json_string(j, "name", "racerun");
    json_string(j, "semanticVersion", RACERUN_VERSION);
    rules_put(j, rules, c);
    json_close(j, '}');
    json_close(j, '}');
}

static void root(struct json *j, const struct format_context *c)
{
    if (!c->folder)
        return;
    json_open(j, "originalUriBaseIds", '{');
    json_open(j, ROOT, '{');
    json_string(j, "uri", uri(c->arena, "file://", c->folder));
    json_close(j, '}');
    json_close(j, '}');
}

static void sarif_document(struct buf *out, const struct document *d,
                           const struct format_summary *s, const struct format_context *c)
{
    struct json j = {.out = out};
    struct rules rules = rules_collect(d, c->arena);
    json_open(&j, NULL, '{');
    json_string(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_string(&j, "version", "2.1.0");
    json_open(&j, "runs", '[');
    json_open(&j, NULL, '{');
    tool(&j, &rules, c);
    root(&j, c);
    invocation(&j, d, s, c);
    json_open(&j, "results", '[');
    for (size_t i = 0; i < d->finding_count; i++)
        result(&j, &rules, &d->findings[i], c);
    json_close(&j, ']');
    json_close(&j, '}');
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}

const struct report_format format_sarif = {
    .name = "sarif",
    .help = "SARIF 2.1.0, for code scanning and editors",
    .document = sarif_document,
};
