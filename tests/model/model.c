/*
 * model: the interpreter.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the scheduler asks ---- */

/* EXTERNAL: something came; a compare-exchange: the cell is 0; an exchange: it has another value.
 */
static bool model_ready(void *context, uint32_t task, const struct sched_op *op)
{
    const struct model *model = context;
    const struct model_task *self = &model->tasks[task];
    const struct instruction *now = &model->program->codes[self->code].instructions[self->at];
    if (now->effect == EFFECT_EXCHANGE)
        return model->cells[now->cell] != now->value;
    return op->kind == SCHED_EXTERNAL ? model->cells[now->cell] > 0 : model->cells[now->cell] == 0;
}

struct model *model_new(const struct program *program, struct model_options options)
{
    struct model *model = calloc(1, sizeof *model);
    uint32_t steps_max = options.steps_max ? options.steps_max : MODEL_STEPS;
    model->program = program;
    model->states = options.states;
    model->failing_cell = -1;
    model->events = calloc(steps_max, sizeof *model->events);
    model->touched = calloc(steps_max, sizeof *model->touched);
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
    free(model->touched);
    free(model->profile);
    free(model);
}

/* ---- tasks ---- */

static const struct code *code_of(const struct model *model, uint32_t task)
{
    return &model->program->codes[model->tasks[task].code];
}

/* The places of different instructions differ. */
static uint64_t place_of(const struct model *model, uint32_t task)
{
    const struct model_task *self = &model->tasks[task];
    return (uint64_t)(1 + self->code) * 1000 + (uint64_t)self->at;
}

static void op_name(struct sched_op *op, uint64_t object)
{
    int i = 0;
    if (!op->address)
        op->address = object;
    while (i < SCHED_MORE && op->more[i] && op->more[i] != object)
        i++;
    if (i < SCHED_MORE && op->address != object)
        op->more[i] = object;
}

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
        .pc = place_of(model, task),
        .state = model->states ? (uint64_t)(uint32_t)self->reg + 1 : 0,
    };
    for (int i = 0; i < now->cases_count; i++)
        op_name(&op, now->cases[i].channel);
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
    memset(model->channels, 0, sizeof model->channels);
    for (int i = 0; i < MODEL_OBJECTS; i++)
        model->channels[i].capacity = model->program->capacities[i];
    model->failed = model->ended = false;
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
    case EFFECT_EXCHANGE:
        self->reg = *cell;
        *cell = now->value;
        break;
    case EFFECT_SWAP:
        self->reg = *cell;
        *cell = self->reg ? self->reg : now->value;
        break;
    case EFFECT_SPAWN:
        task_new(model, task, now->value);
        break;
    case EFFECT_ABORT:
        model->ended = true;
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

static bool is_channels(uint32_t kind)
{
    return (kind >= SCHED_SEND && kind <= SCHED_SELECT) || kind == SCHED_ADD || kind == SCHED_AWAIT;
}

static void instruction_go(struct model *model, uint32_t task, const struct instruction *now)
{
    struct model_task *self = &model->tasks[task];
    if (is_channels(now->kind)) {
        enum channel_result result = channel_do(model, task, now);
        self->waits = result == CHANNEL_WAITS;
        if (result == CHANNEL_PANICS)
            self->at = code_of(model, task)->length;
        self->at += result == CHANNEL_DONE;
        return;
    }
    take_effect(model, task, now);
    model->ended |= now->kind == SCHED_EXIT;
    self->at = branches(model, task, now) ? now->target : self->at + 1;
}

/* The task goes on to its next operation. */
static void task_go(struct model *model, uint32_t task)
{
    struct model_task *self = &model->tasks[task];
    const struct code *code = code_of(model, task);
    if (self->resumes)
        self->resumes = false;
    else if (self->at < 0 || self->at >= code->length)
        self->at++;
    else
        instruction_go(model, task, &code->instructions[self->at]);
    if (!self->waits && !model->ended)
        pend_next(model, task);
}

uint32_t model_choose(struct model *model, uint32_t task, uint32_t count)
{
    if (model->choosing)
        model->choosing(model->choosing_context, task, count);
    model->touched[sched_steps(model->sched)].count = 0;
    return sched_choose(model->sched, task, count, place_of(model, task));
}

void model_touch(struct model *model, uint64_t address)
{
    struct touched *touched = &model->touched[sched_steps(model->sched) - 1];
    touched->objects[touched->count++ % MODEL_OBJECTS] = address;
    sched_touch(model->sched, address);
}

enum sched_verdict model_step(struct model *model)
{
    uint32_t task;
    if (model->ended)
        return SCHED_DEADLOCK;
    model->touched[sched_steps(model->sched)].count = 0;
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
    for (uint32_t i = 0; i < sched_tasks(model->sched) && !model->ended; i++)
        if (sched_pending(model->sched, i) || model->tasks[i].waits)
            return false;
    return true;
}

static uint64_t state_add(uint64_t state, uint64_t value)
{
    return (state ^ value) * UINT64_C(0x100000001b3) ^ state >> 29;
}

/* Tasks are numbered in the order in which they were made, which no operation sees. */
uint64_t model_state(const struct model *model)
{
    uint64_t state = 0, all = model->ended;
    for (uint32_t i = 0; i < sched_tasks(model->sched); i++) {
        const struct model_task *task = &model->tasks[i];
        uint64_t one = sched_path(model->sched, i);
        one = state_add(one, (uint64_t)(task->at + 2));
        one = state_add(one, (uint64_t)task->reg);
        one = state_add(one, task->waits | task->resumes << 1);
        one = state_add(one, (uint64_t)sched_result(model->sched, i));
        all += one;
    }
    struct sched_option options[64];
    uint32_t count = sched_options(model->sched, options, 64);
    for (uint32_t i = 0; i < count && !model->ended; i++)
        state += state_add(sched_path(model->sched, options[i].task), options[i].outcome);
    state = state_add(state, all);
    for (int i = 0; i < MODEL_CELLS; i++)
        state = state_add(state, (uint64_t)model->cells[i]);
    for (int i = 0; i < MODEL_OBJECTS; i++) {
        const struct channel *channel = &model->channels[i];
        state = state_add(state, (uint64_t)channel->count | (uint64_t)channel->closed << 32);
        for (int j = 0; j < channel->count && j < MODEL_QUEUE; j++)
            state = state_add(state, (uint64_t)channel->values[j]);
    }
    return state;
}
