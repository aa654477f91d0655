/*
 * channels: Go's channels, select and WaitGroups in miniature, as lib/coro keeps them: an operation
 * stands before a point of its own, is done there and then if it can be, and else its task waits
 * without any operation until another task's operation completes it. Select draws among the cases
 * that are ready.
 *
 * Who sends on a closed channel, closes it again or counts below zero ends there, as by a panic.
 */
#include <stdlib.h>

#include "model.h"

enum { PANICKED = -9, CLOSED = -1 };

static struct channel *channel_at(struct model *model, uint64_t address)
{
    return &model->channels[(address - MODEL_CHANNELS) / 16];
}

static void resume(struct model *model, uint32_t task, int reg, int at)
{
    struct model_task *self = &model->tasks[task];
    const struct sched_op resume = {.kind = SCHED_RESUME, .deadline = SCHED_NEVER};
    self->waits = false;
    self->resumes = true;
    self->reg = reg;
    self->at = at;
    sched_pend(model->sched, task, &resume);
}

/* ---- queues: of tasks that wait, with the case that they wait for ---- */

static const struct channel_case *cases_of(const struct model *model, uint32_t task, int *ret_count)
{
    const struct model_task *self = &model->tasks[task];
    const struct instruction *now = &model->program->codes[self->code].instructions[self->at];
    *ret_count = now->cases_count;
    return now->cases;
}

static void queue_remove(struct channel_queue *queue, uint32_t task)
{
    int kept = 0;
    for (int i = 0; i < queue->count; i++)
        if (queue->waiters[i].task != task)
            queue->waiters[kept++] = queue->waiters[i];
    queue->count = kept;
}

static void queue_add(struct channel_queue *queue, uint32_t task, int index, int value)
{
    if (queue->count == MODEL_QUEUE)
        abort();
    queue->waiters[queue->count++] = (struct channel_waiter){task, index, value};
}

/* Takes the first out, and out of all queues where it waits by the same select, which is decided:
 * the operation is about all these channels then. */
static bool queue_claim(struct model *model, struct channel_queue *queue,
                        struct channel_waiter *ret_waiter)
{
    int count;
    if (!queue->count)
        return false;
    *ret_waiter = queue->waiters[0];
    const struct channel_case *cases = cases_of(model, ret_waiter->task, &count);
    for (int i = 0; i < count; i++) {
        struct channel *channel = channel_at(model, cases[i].channel);
        queue_remove(&channel->senders, ret_waiter->task);
        queue_remove(&channel->receivers, ret_waiter->task);
        if (count > 1)
            model_touch(model, cases[i].channel);
    }
    return true;
}

/* The case that it waited for is done; where it goes on depends on which. */
static void waiter_resume(struct model *model, struct channel_waiter waiter, int reg)
{
    int count, at = model->tasks[waiter.task].at + 1;
    cases_of(model, waiter.task, &count);
    resume(model, waiter.task, count > 1 ? 10 * reg + waiter.index : reg, at);
}

/* ---- one case ---- */

static bool case_ready(const struct model *model, const struct channel_case *one)
{
    const struct channel *channel = &model->channels[(one->channel - MODEL_CHANNELS) / 16];
    if (channel->closed)
        return true;
    return one->sends ? channel->count < channel->capacity || channel->receivers.count
                      : channel->count || channel->senders.count;
}

/* It is ready. What the register becomes. */
static int send_do(struct model *model, struct channel *channel, int value)
{
    struct channel_waiter peer;
    if (channel->closed)
        return PANICKED;
    if (queue_claim(model, &channel->receivers, &peer))
        waiter_resume(model, peer, value);
    else
        channel->values[channel->count++] = value;
    return value;
}

static int receive_do(struct model *model, struct channel *channel)
{
    struct channel_waiter peer;
    if (!channel->count && !channel->senders.count)
        return CLOSED;
    int value = channel->count ? channel->values[0] : channel->senders.waiters[0].value;
    for (int i = 1; i < channel->count; i++)
        channel->values[i - 1] = channel->values[i];
    channel->count -= channel->count > 0;
    if (queue_claim(model, &channel->senders, &peer)) {
        if (channel->capacity)
            channel->values[channel->count++] = peer.value;
        waiter_resume(model, peer, peer.value);
    }
    return value;
}

static int case_do(struct model *model, const struct channel_case *one)
{
    struct channel *channel = channel_at(model, one->channel);
    return one->sends ? send_do(model, channel, one->value) : receive_do(model, channel);
}

/* ---- operations ---- */

static enum channel_result close_do(struct model *model, uint64_t address)
{
    struct channel *channel = channel_at(model, address);
    struct channel_waiter waiter;
    if (channel->closed)
        return CHANNEL_PANICS;
    channel->closed = true;
    while (queue_claim(model, &channel->receivers, &waiter))
        waiter_resume(model, waiter, CLOSED);
    while (queue_claim(model, &channel->senders, &waiter))
        waiter_resume(model, waiter, PANICKED);
    return CHANNEL_DONE;
}

/* Sends, receives and selects alike: a plain operation is a select of one case. */
static enum channel_result cases_do(struct model *model, uint32_t task,
                                    const struct instruction *now)
{
    struct model_task *self = &model->tasks[task];
    int ready[MODEL_CASES], count = 0;
    for (int i = 0; i < now->cases_count; i++)
        if (case_ready(model, &now->cases[i]))
            ready[count++] = i;
    if (count) {
        int index = ready[count > 1 ? model_choose(model, task, (uint32_t)count) : 0];
        int reg = case_do(model, &now->cases[index]);
        self->reg = now->cases_count > 1 ? 10 * reg + index : reg;
        return reg == PANICKED ? CHANNEL_PANICS : CHANNEL_DONE;
    }
    if (now->has_default)
        return CHANNEL_DONE;
    for (int i = 0; i < now->cases_count; i++) {
        struct channel *channel = channel_at(model, now->cases[i].channel);
        queue_add(now->cases[i].sends ? &channel->senders : &channel->receivers, task, i,
                  now->cases[i].value);
    }
    return CHANNEL_WAITS;
}

static enum channel_result add_do(struct model *model, uint64_t address, int delta)
{
    struct channel *group = channel_at(model, address); /* a counter: its count */
    if (group->count + delta < 0)
        return CHANNEL_PANICS;
    group->count += delta;
    for (int i = 0; !group->count && i < group->receivers.count; i++) {
        uint32_t waiter = group->receivers.waiters[i].task;
        resume(model, waiter, 0, model->tasks[waiter].at + 1);
    }
    if (!group->count)
        group->receivers.count = 0;
    return CHANNEL_DONE;
}

static enum channel_result await_do(struct model *model, uint32_t task, uint64_t address)
{
    struct channel *group = channel_at(model, address);
    if (!group->count)
        return CHANNEL_DONE;
    queue_add(&group->receivers, task, 0, 0);
    return CHANNEL_WAITS;
}

enum channel_result channel_do(struct model *model, uint32_t task, const struct instruction *now)
{
    switch (now->kind) {
    case SCHED_CLOSE:
        return close_do(model, now->address);
    case SCHED_ADD:
        return add_do(model, now->address, now->value);
    case SCHED_AWAIT:
        return await_do(model, task, now->address);
    default:
        return cases_do(model, task, now);
    }
}
