/*
 * trace: schedules as a Chrome trace, which Perfetto and chrome://tracing show: a process a
 * schedule, a thread a task, and a microsecond a step.
 */
#include "report/document.h"
#include "report/format.h"
#include "report/json.h"

static void begin(struct json *j, const char *name, const char *phase, size_t process,
                  uint32_t task)
{
    json_open(j, NULL, '{');
    json_string(j, "name", name);
    json_string(j, "ph", phase);
    json_number(j, "pid", process);
    json_number(j, "tid", task);
}

/* What a process or a thread is called. */
static void name_put(struct json *j, const char *what, size_t process, uint32_t task,
                     const char *name)
{
    begin(j, what, "M", process, task);
    json_open(j, "args", '{');
    json_string(j, "name", name);
    json_close(j, '}');
    json_close(j, '}');
}

static void step_put(struct json *j, const struct report_step *step, size_t process, size_t number,
                     const struct format_context *c)
{
    begin(j, step->action, "X", process, step->task);
    json_number(j, "ts", number);
    json_number(j, "dur", 1);
    json_open(j, "args", '{');
    json_number(j, "step", number + 1);
    json_string(j, "function", step->function);
    if (step->file) {
        json_string(j, "file", format_path(c, step->file));
        json_number(j, "line", step->line);
    }
    json_close(j, '}');
    json_close(j, '}');
}

static bool first_of_task(const struct report_schedule *s, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (s->steps[k].task == s->steps[i].task)
            return false;
    return true;
}

static void schedule_put(struct json *j, const struct finding *f, const struct format_context *c)
{
    const struct report_schedule *s = f->schedule;
    name_put(j, "process_name", f->number, 0,
             arena_printf(c->arena, "%s [%s]", finding_headline(c->arena, f), f->id));
    for (size_t i = 0; i < s->count; i++)
        if (first_of_task(s, i))
            name_put(j, "thread_name", f->number, s->steps[i].task, s->steps[i].who);
    for (size_t i = 0; i < s->count; i++)
        step_put(j, &s->steps[i], f->number, i, c);
}

/* A schedule that shows several findings is there once, with the first. */
static void trace_document(struct buf *out, const struct document *d,
                           const struct format_summary *s, const struct format_context *c)
{
    (void)s;
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_open(&j, "traceEvents", '[');
    for (size_t i = 0; i < d->finding_count; i++) {
        const struct finding *f = &d->findings[i];
        if (f->schedule && (i == 0 || f->schedule != d->findings[i - 1].schedule))
            schedule_put(&j, f, c);
    }
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}

const struct report_format format_trace = {
    .name = "trace",
    .help = "schedules as a Chrome trace, for Perfetto",
    .document = trace_document,
};
