/*
 * event: what one step of a controlled execution was. The element of plans, traces and schedule
 * files, and of the memory that the explored program shares with the tool.
 */
#ifndef RACERUN_TRACE_EVENT_H
#define RACERUN_TRACE_EVENT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* The kinds of visible operation. Schedule files name them by number: add at the end. */
enum sched_kind {
#define OP(name, semantics, role, words) SCHED_##name,
#include "trace/ops.def"
#undef OP
    SCHED_KINDS
};

/* "lock a mutex"; a static string. */
const char *trace_words(enum sched_kind kind);

#define TRACE_NONE UINT32_MAX

/* An operation's outcome: which waiter, which number; or one of these. The last two: it was not
 * done, since a signal or a cancellation came; before it began, or while the task waited in it. */
enum { TRACE_TIMED_OUT = 0x10000, TRACE_SPURIOUS, TRACE_INTERRUPTED, TRACE_BROKEN };

/* Of an event's flags, beside its operation's. Events on the same object commute when both only
 * looked (left it as it was), or when they touched different halves of a word. */
enum { TRACE_LOW = 0x100, TRACE_HIGH = 0x200, TRACE_LOOKED = 0x8000 };

/* One step, as it was taken. A plan needs task, outcome and kind alone. */
struct trace_event {
    uint32_t task;
    uint32_t outcome;
    uint16_t kind, flags;
    uint32_t choices; /* tasks that could have gone; 0 = it was planned */
    uint64_t object;  /* uid; 0 = none */
    uint64_t address; /* in that process */
    uint64_t pc;
    uint64_t hash; /* of the event with its causal past */
};
static_assert(sizeof(struct trace_event) == 48, "layout of schedule files");

/* Is it the same step in two runs of a schedule, wherever its object lies? Where a task that computes
 * was stopped is up to the processor. */
static inline bool trace_same_step(const struct trace_event *a, const struct trace_event *b)
{
    return a->task == b->task && a->outcome == b->outcome && a->kind == b->kind &&
           a->flags == b->flags && a->choices == b->choices && a->object == b->object &&
           a->hash == b->hash && (a->pc == b->pc || a->kind == SCHED_TICK);
}

#endif
