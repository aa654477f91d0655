/*
 * chronicle: see chronicle.h.
 */
#include "chronicle.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "causes.h"
#include "sched/sched.h"
#include "step_words.h"
#include "tool.h"

enum { STEPS_MAX = 20000 };

struct chronicle {
    struct step_words words;
    const struct failure *failure;
    struct causes causes;
    struct report_schedule schedule;
    struct report_step *steps;
    struct report_lane *lanes;
};

static void *array_make(size_t count, size_t size)
{
    void *array = calloc(count + 1, size);
    CHECK_MSG(array, "out of memory");
    return array;
}

/* The table lives in ops.def; here in small letters, as a program reads it. */
static const char *operation_name(uint32_t kind)
{
    static const char *const names[SCHED_KINDS] = {
#define OP(name, semantics, role, words) #name,
#include "trace/ops.def"
#undef OP
    };
    static char small[SCHED_KINDS][16];
    if (kind >= SCHED_KINDS)
        return NULL;
    for (size_t i = 0; names[kind][i] && i + 1 < sizeof small[kind]; i++) {
        char c = names[kind][i];
        small[kind][i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return small[kind];
}

/* ---- objects ---- */

static const char *copy(const char *text)
{
    return *text ? text_format("%s", text) : NULL;
}

/* The task that ends with the object of step `i`, or waits_for says; TRACE_NONE unknown. */
static uint32_t joined(const struct chronicle *c, uint32_t object)
{
    for (uint32_t i = 0; object && i < c->failure->count; i++)
        if (c->failure->steps[i].kind == SCHED_END && c->causes.objects[i] == object)
            return c->failure->steps[i].task;
    return TRACE_NONE;
}

static const char *object_of(const struct chronicle *c, uint32_t kind, uint64_t address,
                             uint32_t other)
{
    char name[STEP_WORDS];
    if (kind == SCHED_JOIN && other != TRACE_NONE) {
        step_words_task(&c->words, other, name);
        return copy(name);
    }
    step_words_object(&c->words, kind, address, name);
    return copy(*name ? name + 1 : name);
}

/* "join" says less than "join thread 2 (worker)". */
static const char *action_of(const struct chronicle *c, uint32_t kind, uint64_t address,
                             uint32_t outcome, const char *object)
{
    char words[STEP_WORDS];
    step_words_operation(&c->words, kind, address, outcome, words);
    if (kind == SCHED_JOIN && object && strcmp(words, "join") == 0)
        return text_format("join %s", object);
    return copy(words);
}

/* ---- parts ---- */

static void step_fill(const struct chronicle *c, uint32_t i)
{
    const struct trace_event *step = &c->failure->steps[i];
    const struct explore_moment *moments = c->failure->moments;
    bool access = step->kind == SCHED_READ || step->kind == SCHED_WRITE;
    uint32_t object = c->causes.objects[i];
    uint32_t other = step->kind == SCHED_JOIN ? joined(c, object) : TRACE_NONE;
    char who[STEP_WORDS];
    step_words_task(&c->words, step->task, who);
    const char *name = object_of(c, step->kind, step->address, other);
    c->steps[i] = (struct report_step){
        .task = step->task + 1,
        .who = text_format("%s", who),
        .action = action_of(c, step->kind, step->address, step->outcome, name),
        .operation = operation_name(step->kind),
        .object = name,
        .object_id = name ? object : 0,
        .plain = access && !(step->flags & SCHED_ATOMIC),
        .after = {c->causes.after[i][0], c->causes.after[i][1]},
        .ready = moments ? moments[i].ready : 0,
        .clock_ns = moments ? moments[i].clock_ns : 0,
    };
    report_source(c->words.report, c->words.pid, step->pc ? step->pc - 1 : 0, &c->steps[i].function,
                  &c->steps[i].file, &c->steps[i].line);
}

/* Of what stands at that address, if a step was about it, too. */
static uint32_t object_at(const struct chronicle *c, uint64_t address)
{
    for (uint32_t i = c->failure->count; address && i--;)
        if (c->failure->steps[i].address == address)
            return c->causes.objects[i];
    return 0;
}

static void lane_fill(const struct chronicle *c, uint32_t i)
{
    const struct explore_task *task = &c->words.worker->block->tasks[i];
    bool waits = !task->ended && task->pending != TRACE_NONE && task->pending < SCHED_KINDS;
    char who[STEP_WORDS];
    step_words_task(&c->words, i, who);
    struct report_lane *lane = &c->lanes[i];
    *lane = (struct report_lane){
        .task = i + 1,
        .parent = task->creator < i ? task->creator + 1 : 0,
        .who = text_format("%s", who),
        .goroutine = task->goroutine,
        .ended = task->ended,
        .born = task->born,
    };
    if (!waits || c->failure->outcome != OUTCOME_DEADLOCK ||
        !failure_holds(c->words.worker, c->failure, i))
        return;
    lane->object = object_of(c, task->pending, task->address, task->waits_for);
    lane->object_id = object_at(c, task->address);
    lane->waits = action_of(c, task->pending, task->address, 0, lane->object);
    lane->holder = task->waits_for != TRACE_NONE ? task->waits_for + 1 : 0;
    report_source(c->words.report, c->words.pid, task->pc ? task->pc - 1 : 0, &lane->function,
                  &lane->file, &lane->line);
}

static void text_free(const char *text)
{
    free((char *)(uintptr_t)text);
}

static void chronicle_done(struct chronicle *c)
{
    for (size_t i = 0; i < c->schedule.count; i++) {
        text_free(c->steps[i].who);
        text_free(c->steps[i].action);
        text_free(c->steps[i].object);
    }
    for (size_t i = 0; i < c->schedule.lane_count; i++) {
        text_free(c->lanes[i].who);
        text_free(c->lanes[i].waits);
        text_free(c->lanes[i].object);
    }
    free(c->steps);
    free(c->lanes);
    causes_done(&c->causes);
}

void chronicle_report(const struct worker *worker, const struct failure *failure, unsigned first,
                      const char *path, const char *token)
{
    uint32_t count = failure->count < STEPS_MAX ? failure->count : STEPS_MAX;
    uint32_t tasks = worker->block->answer.tasks_count;
    struct chronicle c = {
        .words = step_words_of(worker),
        .failure = failure,
        .causes = causes_find(failure, worker->block->tasks),
        .steps = array_make(count, sizeof *c.steps),
        .lanes = array_make(tasks, sizeof *c.lanes),
    };
    for (uint32_t i = 0; i < count; i++)
        step_fill(&c, i);
    for (uint32_t i = 0; i < tasks; i++)
        lane_fill(&c, i);
    c.schedule = (struct report_schedule){
        .first = first,
        .last = report_findings(c.words.report),
        .path = path,
        .token = token,
        .switches = failure_switches(failure),
        .steps = c.steps,
        .count = count,
        .more = failure->count - count,
        .lanes = c.lanes,
        .lane_count = tasks,
        .sights = failure->sights,
        .sight_count = failure->sights_count,
    };
    report_schedule_add(c.words.report, &c.schedule);
    chronicle_done(&c);
}
