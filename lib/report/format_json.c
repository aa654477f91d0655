/*
 * json: JSON Lines, one object a line, each with its schema; README.md describes them. Facts that
 * are not known are left out. Version rule: new keys may come at any time, a key that changes its
 * meaning or goes raises the number after the slash.
 */
#include <string.h>

#include "report/format.h"
#include "report/json.h"
#include "report/outcome.h"

static void frames(struct json *j, const char *key, const struct stack *stack,
                   const struct format_context *c)
{
    json_open(j, key, '[');
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frames[i];
        json_open(j, NULL, '{');
        json_string(j, "function", frame->function);
        if (frame->file) {
            json_string(j, "file", format_path(c, frame->file));
            json_number(j, "line", frame->line);
            if (frame->column)
                json_number(j, "column", frame->column);
        }
        if (frame->module) {
            json_string(j, "module", frame->module);
            json_string(j, "module_path", frame->module_path);
            json_address(j, "offset", frame->offset);
        }
        json_address(j, "pc", frame->pc);
        if (frame->inlined)
            json_bool(j, "inlined", true);
        if (frame->library)
            json_bool(j, "library", true);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void task_number(struct json *j, const char *key, const struct task *task)
{
    if (task)
        json_number(j, key, task->number);
}

static void variable(struct json *j, const char *key, const struct variable *v,
                     const struct format_context *c)
{
    if (!v)
        return;
    json_open(j, key, '{');
    json_string(j, "name", v->name);
    json_string(j, "path", v->path);
    json_string(j, "type", v->type);
    json_string(j, "function", v->function);
    if (v->file) {
        json_string(j, "file", format_path(c, v->file));
        json_number(j, "line", v->line);
    }
    json_number(j, "size", v->size);
    json_number(j, "object_offset", v->object_offset);
    json_number(j, "object_size", v->object_size);
    json_bool(j, "thread_local", v->tls);
    if (v->local)
        json_bool(j, "local", true);
    if (v->bits)
        json_bool(j, "bits", true);
    json_close(j, '}');
}

static void block(struct json *j, const struct place *p, const struct format_context *c)
{
    json_open(j, "block", '{');
    json_address(j, "address", p->base);
    json_number(j, "size", p->size);
    if (p->addr >= p->base)
        json_number(j, "offset", p->addr - p->base);
    task_number(j, "allocated_by", p->task);
    frames(j, "allocated", &p->allocated, c);
    if (p->freed.count) {
        task_number(j, "freed_by", p->freed_task);
        frames(j, "freed", &p->freed, c);
    }
    json_close(j, '}');
}

static void location(struct json *j, const struct finding *f, const struct format_context *c)
{
    static const char *const kinds[] = {"unknown", "static", "heap", "stack", "tls"};
    const struct place *p = &f->place;
    json_open(j, "location", '{');
    json_string(j, "kind", kinds[f->has_now ? p->kind : PLACE_UNKNOWN]);
    if (!f->has_now) {
        json_close(j, '}');
        return;
    }
    json_address(j, "address", p->addr);
    json_number(j, "size", p->bytes);
    if (p->module && p->kind == PLACE_STATIC) {
        json_string(j, "module", p->module->image->name);
        json_address(j, "offset", p->addr - p->module->bias);
    }
    variable(j, "variable", p->variable, c);
    if (p->variable)
        json_address(j, "variable_address", p->origin + p->variable->addr);
    if (p->kind == PLACE_HEAP)
        block(j, p, c);
    else
        task_number(j, "task", p->task);
    json_close(j, '}');
}

static void locks(struct json *j, const struct access *access, const struct format_context *c)
{
    json_open(j, "locks", '[');
    for (size_t i = 0; i < access->lock_count; i++) {
        const struct lock *lock = &access->locks[i];
        json_open(j, NULL, '{');
        json_string(j, "kind", lock->kind);
        json_number(j, "uid", lock->uid);
        json_address(j, "address", lock->addr);
        json_string(j, "mode", lock->shared ? "shared" : "exclusive");
        variable(j, "variable", lock->variable, c);
        frames(j, "acquired", &lock->acquired, c);
        frames(j, "created", &lock->created, c);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void access_object(struct json *j, const char *role, const struct access *access,
                          const struct format_context *c)
{
    bool atomic = access->kind == ACCESS_ATOMIC_READ || access->kind == ACCESS_ATOMIC_WRITE;
    json_open(j, NULL, '{');
    json_string(j, "role", role);
    json_string(j, "operation", access->operation);
    json_string(j, "kind", access_verb(access->kind) + (atomic ? strlen("atomic ") : 0));
    json_bool(j, "atomic", atomic);
    json_address(j, "address", access->addr);
    json_number(j, "size", access->size);
    task_number(j, "task", access->task);
    variable(j, "variable", access->variable, c);
    frames(j, "stack", &access->stack, c);
    locks(j, access, c);
    json_close(j, '}');
}

static void object(struct json *j, const char *key, const struct object *o,
                   const struct format_context *c)
{
    if (!o)
        return;
    json_open(j, key, '{');
    json_string(j, "kind", object_noun(o->kind));
    json_address(j, "address", o->addr);
    variable(j, "variable", o->variable, c);
    json_string(j, "module", o->module ? o->module->image->name : NULL);
    json_string(j, "written", o->written);
    if (o->made.count) {
        json_string(j, "element", o->element);
        json_number(j, "element_size", o->element_size);
        json_number(j, "capacity", o->capacity);
        task_number(j, "made_by", o->maker);
        frames(j, "made", &o->made, c);
    }
    json_close(j, '}');
}

static void waits(struct json *j, const struct finding *f, const struct format_context *c)
{
    json_open(j, "waits", '[');
    for (size_t i = 0; i < f->wait_count; i++) {
        const struct wait *wait = &f->waits[i];
        json_open(j, NULL, '{');
        task_number(j, "task", wait->task);
        json_string(j, "state", wait->state);
        object(j, "object", wait->object, c);
        frames(j, "stack", &wait->stack, c);
        json_number(j, "like", wait->like);
        task_number(j, "held_by", wait->holder);
        object(j, "held", wait->held, c);
        if (wait->held_at.count)
            frames(j, "held_at", &wait->held_at, c);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_number(j, "more", f->more);
}

static void accesses(struct json *j, const struct finding *f, const struct format_context *c)
{
    location(j, f, c);
    json_open(j, "accesses", '[');
    if (f->has_now)
        access_object(j, "now", &f->now, c);
    if (f->has_before)
        access_object(j, "before", &f->before, c);
    json_close(j, ']');
}

static void tasks(struct json *j, const struct finding *f, const struct format_context *c)
{
    json_open(j, "tasks", '[');
    for (size_t i = 0; i < f->task_count; i++) {
        const struct task *task = &f->tasks[i];
        if (!task_mentioned(f, task))
            continue;
        json_open(j, NULL, '{');
        json_number(j, "number", task->number);
        json_string(j, "kind", task->goroutine ? "goroutine" : "thread");
        if (task->goroutine)
            json_number(j, "goroutine", task->goroutine);
        json_string(j, "label", task_label(c->arena, task));
        json_string(j, "name", task->name);
        if (task->os_id)
            json_number(j, "tid", task->os_id);
        json_bool(j, "ended", task->ended);
        task_number(j, "parent", task->parent);
        frames(j, "created", &task->created, c);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_finding(struct buf *out, const struct finding *f, const struct format_context *c)
{
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "schema", "racerun-finding/1");
    json_string(&j, "kind", f->title);
    json_number(&j, "number", f->number);
    json_string(&j, "id", f->id);
    json_number(&j, "pid", f->pid);
    json_string(&j, "executable", f->process ? f->process->path : NULL);
    json_string(&j, "program", c->program);
    json_string(&j, "test", f->test);
    if (f->kind == FINDING_CRASH)
        json_number(&j, "signal", f->signal);
    else if (f->has_before)
        json_bool(&j, "ordered", f->ordered);
    json_string(&j, "words", f->words);
    object(&j, "object", f->about, c);
    accesses(&j, f, c);
    if (!f->has_now)
        waits(&j, f, c);
    tasks(&j, f, c);
    json_open(&j, "why", '[');
    for (size_t i = 0; i < f->why_count; i++)
        json_string(&j, NULL, f->why[i]);
    json_close(&j, ']');
    json_string(&j, "advice", f->advice);
    json_string(&j, "hint", f->hint);
    json_close(&j, '}');
    buf_char(out, '\n');
}

static void json_notice(struct buf *out, const char *text, const struct format_context *c)
{
    (void)c;
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "schema", "racerun-notice/1");
    json_string(&j, "text", text);
    json_close(&j, '}');
    buf_char(out, '\n');
}

static void place(struct json *j, const char *function, const char *file, unsigned line,
                  const struct format_context *c)
{
    json_string(j, "function", function);
    if (file) {
        json_string(j, "file", format_path(c, file));
        json_number(j, "line", line);
    }
}

static void known_number(struct json *j, const char *key, uint64_t number)
{
    if (number)
        json_number(j, key, number);
}

static void schedule_step(struct json *j, const struct report_step *step,
                          const struct format_context *c)
{
    json_open(j, NULL, '{');
    json_number(j, "task", step->task);
    json_string(j, "who", step->who);
    json_string(j, "action", step->action);
    place(j, step->function, step->file, step->line, c);
    json_string(j, "operation", step->operation);
    json_string(j, "object", step->object);
    known_number(j, "object_id", step->object_id);
    if (step->plain)
        json_bool(j, "plain", true);
    if (step->after[0]) {
        json_open(j, "after", '[');
        for (unsigned i = 0; i < REPORT_CAUSES && step->after[i]; i++)
            json_number(j, NULL, step->after[i]);
        json_close(j, ']');
    }
    known_number(j, "ready", step->ready);
    known_number(j, "clock_ns", step->clock_ns);
    json_close(j, '}');
}

static void schedule_lane(struct json *j, const struct report_lane *lane,
                          const struct format_context *c)
{
    json_open(j, NULL, '{');
    json_number(j, "number", lane->task);
    json_string(j, "who", lane->who);
    known_number(j, "parent", lane->parent);
    json_bool(j, "goroutine", lane->goroutine);
    json_bool(j, "ended", lane->ended);
    known_number(j, "born", lane->born);
    json_string(j, "waits", lane->waits);
    json_string(j, "object", lane->object);
    known_number(j, "object_id", lane->object_id);
    known_number(j, "held_by", lane->holder);
    place(j, lane->function, lane->file, lane->line, c);
    json_close(j, '}');
}

static void schedule_sight(struct json *j, const struct report_sight *sight)
{
    json_open(j, NULL, '{');
    json_string(j, "id", sight->id);
    json_number(j, "step", sight->step);
    known_number(j, "task", sight->task);
    known_number(j, "before", sight->before);
    json_close(j, '}');
}

static void json_schedule(struct buf *out, const struct report_schedule *s,
                          const struct format_context *c)
{
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "schema", "racerun-schedule/1");
    json_number(&j, "first", s->first);
    json_number(&j, "last", s->last);
    json_string(&j, "file", s->path);
    json_string(&j, "token", s->token);
    json_number(&j, "switches", s->switches);
    json_open(&j, "steps", '[');
    for (size_t i = 0; i < s->count; i++)
        schedule_step(&j, &s->steps[i], c);
    json_close(&j, ']');
    json_number(&j, "more", s->more);
    json_open(&j, "tasks", '[');
    for (size_t i = 0; i < s->lane_count; i++)
        schedule_lane(&j, &s->lanes[i], c);
    json_close(&j, ']');
    json_open(&j, "seen", '[');
    for (size_t i = 0; i < s->sight_count; i++)
        schedule_sight(&j, &s->sights[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    buf_char(out, '\n');
}

static void json_test(struct buf *out, const struct report_test *t, const struct format_context *c)
{
    (void)c;
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "schema", "racerun-test/1");
    json_string(&j, "name", t->name);
    json_string(&j, "status", report_status_word(t->status));
    json_string(&j, "words", t->words);
    json_number(&j, "duration_ms", t->duration_ms);
    json_number(&j, "findings", t->findings);
    json_number(&j, "known", t->known);
    json_string(&j, "output", t->output);
    json_close(&j, '}');
    buf_char(out, '\n');
}

static void suppressions(struct json *j, const struct format_summary *s)
{
    json_open(j, "suppressions", '[');
    for (size_t i = 0; i < s->suppression_count; i++) {
        const struct suppression_use *use = &s->suppressions[i];
        json_open(j, NULL, '{');
        json_string(j, "type", use->type);
        json_string(j, "pattern", use->pattern);
        json_string(j, "file", use->file);
        json_number(j, "line", use->line);
        json_number(j, "hits", use->hits);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void outcome(struct json *j)
{
    const struct report_outcome *o = report_outcome_get();
    if (!o)
        return;
    if (o->explored) {
        json_open(j, "exploration", '{');
        json_number(j, "schedules", o->schedules);
        json_number(j, "distinct", o->distinct);
        json_string(j, "stopped", o->stopped);
        json_close(j, '}');
    } else if (o->signal)
        json_number(j, "signal", (uint64_t)o->signal);
    else
        json_number(j, "exit_status", (uint64_t)o->exit_status);
    json_number(j, "lost", o->lost);
    json_bool(j, "observed", o->observed);
}

static void json_summary(struct buf *out, const struct format_summary *s,
                         const struct format_context *c)
{
    (void)c;
    struct json j = {.out = out};
    json_open(&j, NULL, '{');
    json_string(&j, "schema", "racerun-summary/1");
    json_number(&j, "findings", s->findings);
    json_number(&j, "printed", s->printed);
    json_number(&j, "suppressed", s->suppressed);
    json_number(&j, "duplicates", s->duplicates);
    json_number(&j, "known", s->known);
    json_open(&j, "repeated", '[');
    for (size_t i = 0; i < s->repeat_count; i++) {
        json_open(&j, NULL, '{');
        json_number(&j, "number", s->repeats[i].number);
        json_string(&j, "id", s->repeats[i].id);
        json_number(&j, "seen", s->repeats[i].seen);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    suppressions(&j, s);
    outcome(&j);
    json_close(&j, '}');
    buf_char(out, '\n');
}

const struct report_format format_json = {
    .name = "json",
    .help = "JSON Lines, one object a finding (schema racerun-finding/1)",
    .finding = json_finding,
    .notice = json_notice,
    .summary = json_summary,
    .schedule = json_schedule,
    .test = json_test,
};
