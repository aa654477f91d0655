/*
 * model: the interpreter.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the scheduler asks ---- */

/* EXTERNAL: something came; a compare-exchange: the cell is 0. */
static bool model_ready(void *context, uint32_t task, const struct sched_op *op)
{
    const struct model *model = context;
    const struct model_task *self = &model->tasks[task];
    const struct instruction *now = &model->program->codes[self->code].instructions[self->at];
    return op->kind == SCHED_EXTERNAL ? model->cells[now->cell] > 0 : model->cells[now->cell] == 0;
}

struct model *model_new(const struct program *program, struct model_options options)
{
    struct model *model = calloc(1, sizeof *model);
    uint32_t steps_max = options.steps_max ? options.steps_max : MODEL_STEPS;
    model->program = program;
    model->failing_cell = -1;
    model->events = calloc(steps_max, sizeof *model->events);
    model->profile = options.profile ? calloc(1, sizeof *model->profile) : NULL;
    model->sched = sched_create(&(struct sched_config){
        .tasks_max = MODEL_TASKS,
        .steps_max = steps_max,
        .spurious_max = options.spurious_max,
        .time_choices = options.time_choices,
        .ready = model_ready,
        .context = model,
        .events = model->events,
        .profile = model->profile,
    });
    return model;
}

void model_free(struct model *model)
{
    sched_destroy(model->sched);
    free(model->events);
    free(model->profile);
    free(model);
}

/* ---- tasks ---- */

static const struct code *code_of(const struct model *model, uint32_t task)
{
    return &model->program->codes[model->tasks[task].code];
}

/* The instruction's operation; the places of different instructions differ. */
static void pend_instruction(struct model *model, uint32_t task)
{
    const struct model_task *self = &model->tasks[task];
    const struct instruction *now = &code_of(model, task)->instructions[self->at];
    struct sched_op op = {
        .kind = now->kind,
        .flags = now->flags,
        .count = now->count,
        .address = now->address,
        .mutex = now->mutex,
        .deadline = now->delay ? sched_clock(model->sched) + now->delay : SCHED_NEVER,
        .pc = (uint64_t)(1 + self->code) * 100 + (uint64_t)self->at,
    };
    sched_pend(model->sched, task, &op);
}

static void pend_next(struct model *model, uint32_t task)
{
    struct model_task *self = &model->tasks[task];
    int length = code_of(model, task)->length;
    struct sched_op edge = {.kind = self->at < 0 ? SCHED_START : SCHED_END,
                            .deadline = SCHED_NEVER};
    if (self->at >= 0 && self->at < length)
        pend_instruction(model, task);
    else if (!model->program->bare && self->at <= length)
        sched_pend(model->sched, task, &edge);
}

static void task_new(struct model *model, uint32_t creator, int code)
{
    uint32_t task = sched_task_new(model->sched, creator);
    if (task == SCHED_NONE)
        abort();
    model->tasks[task] = (struct model_task){.code = code, .at = model->program->bare ? 0 : -1};
    pend_next(model, task);
}

void model_begin(struct model *model, const struct sched_plan *plan)
{
    int tasks = model->program->bare ? model->program->codes_count : 1;
    memset(model->cells, 0, sizeof model->cells);
    model->failed = false;
    sched_begin(model->sched, plan);
    for (int i = 0; i < tasks; i++)
        task_new(model, SCHED_NONE, i);
}

/* ---- a step ---- */

static void take_effect(struct model *model, uint32_t task, const struct instruction *now)
{
    struct model_task *self = &model->tasks[task];
    int *cell = &model->cells[now->cell];
    switch (now->effect) {
    case EFFECT_NONE:
        break;
    case EFFECT_LOAD:
        self->reg = *cell;
        break;
    case EFFECT_STORE:
        *cell = now->value;
        break;
    case EFFECT_SUM:
        *cell = self->reg + now->value;
        break;
    case EFFECT_ADD:
        *cell += now->value;
        break;
    case EFFECT_SWAP:
        self->reg = *cell;
        *cell = self->reg ? self->reg : now->value;
        break;
    case EFFECT_SPAWN:
        task_new(model, task, now->value);
        break;
    }
}

static bool branches(const struct model *model, uint32_t task, const struct instruction *now)
{
    int reg = model->tasks[task].reg;
    return now->branch == BRANCH_ALWAYS || (now->branch == BRANCH_ZERO && reg == 0) ||
           (now->branch == BRANCH_NONZERO && reg != 0) ||
           (now->branch == BRANCH_FAILED && sched_result(model->sched, task) != 0) ||
           (now->branch == BRANCH_DONE && sched_result(model->sched, task) == 0);
}

/* The task goes on to its next operation. */
static void task_go(struct model *model, uint32_t task)
{
    struct model_task *self = &model->tasks[task];
    const struct code *code = code_of(model, task);
    if (self->at < 0 || self->at >= code->length) {
        self->at++;
    } else {
        const struct instruction *now = &code->instructions[self->at];
        take_effect(model, task, now);
        self->at = branches(model, task, now) ? now->target : self->at + 1;
    }
    pend_next(model, task);
}

enum sched_verdict model_step(struct model *model)
{
    uint32_t task;
    enum sched_verdict verdict = sched_step(model->sched, &task);
    if (verdict != SCHED_GO)
        return verdict;
    task_go(model, task);
    const char *wrong = model->checked ? sched_selfcheck(model->sched) : NULL;
    if (wrong) {
        fprintf(stderr, "step %u: wrong: %s\n", sched_steps(model->sched), wrong);
        abort();
    }
    return SCHED_GO;
}

enum sched_verdict model_run(struct model *model, const struct sched_plan *plan)
{
    enum sched_verdict verdict;
    model_begin(model, plan);
    while ((verdict = model_step(model)) == SCHED_GO)
        ;
    model->failed =
        model->failing_cell >= 0 && model->cells[model->failing_cell] == model->failing_value;
    return verdict;
}

bool model_finished(const struct model *model)
{
    for (uint32_t i = 0; i < sched_tasks(model->sched); i++)
        if (sched_pending(model->sched, i))
            return false;
    return true;
}
