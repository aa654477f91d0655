/*
 * note: what exhaustive search (lib/explore) needs to know of an event beside its trace_event, and
 * when two events depend on each other (RULES.md, part 2).
 *
 * Objects are named by where they are and tasks by who made them, which stay the same while the
 * schedule's beginning does. The relation is that of the trace's hash (lib/sched/hash.c): events
 * that are independent here can be swapped and the hash stays.
 */
#ifndef RACERUN_TRACE_NOTE_H
#define RACERUN_TRACE_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/event.h"

/* In a plan, an outcome that is left open: the first that is possible and not asleep. */
#define TRACE_ANY UINT32_MAX

enum {
    NOTE_OBJECTS = 4, /* an access of 16 bytes: four halves of words */
    NOTE_OWN = 7,     /* mask of trace_note.own */
    NOTE_STATES = 2,  /* the first two objects may decide whether the event is possible */
};
#define NOTE_WRITER UINT32_C(0x80000000)
#define NOTE_QUEUED UINT32_C(0x40000000) /* writers wait, and keep readers out */
#define NOTE_DONE UINT32_C(0x80000000)

struct trace_note {
    uint64_t path;                 /* of its task: which creation of which creation of ... */
    uint64_t object[NOTE_OBJECTS]; /* 0 = no more; what is touched of memory are half words */
    /* How available the object was before the event: mutex: owner's task + 1, 0 = free; once: the
     * same, or NOTE_DONE; rwlock: readers and NOTE_QUEUED, or NOTE_WRITER | writer's task + 1;
     * semaphore: units; condition variable: who waits; barrier: phase; task: has it ended. */
    uint32_t before[NOTE_STATES];
    uint32_t task, outcome;
    uint32_t outcomes; /* how many it could have had; 0: it gave up */
    uint32_t cause; /* event + 1 of the step in which another task let it go on: made it, woke it */
    uint32_t phase; /* LEAVE: the barrier's phase that must have passed; awaited: its task's steps
                     * since it was there the round before */
    uint16_t kind, flags;
    bool ends;           /* nothing of other tasks follows it: the process ended */
    bool looks;          /* it left its objects as they were */
    bool signalled;      /* WAKE, PARKED: it was, by `cause` */
    bool timed;          /* where it is not enabled it may go all the same: at its deadline */
    bool spurious;       /* or without cause */
    bool awaited;        /* it was another round of a loop that waited, until something changed */
    bool failed;         /* its result was not 0 */
    uint8_t yielded : 1; /* its task lets others go first: it waits for them, as can be seen */
    uint8_t silent : 1;  /* it wrote what was there already: no news for who waits in a loop */
    uint8_t touched : 1; /* also what its operation did not name */
    uint8_t open : 1;    /* a choice is not made yet: it may be about any channel */
    uint8_t own : 3;     /* its first so many objects; of the others its loop waited for news */
};

static inline bool note_touch(const struct trace_note *a, const struct trace_note *b)
{
    if (!a->object[1] && !b->object[1]) /* as mostly */
        return a->object[0] && a->object[0] == b->object[0];
    for (int i = 0; i < NOTE_OBJECTS && a->object[i]; i++)
        for (int j = 0; j < NOTE_OBJECTS && b->object[j]; j++)
            if (a->object[i] == b->object[j])
                return true;
    return false;
}

static inline bool note_of_goroutines(const struct trace_note *note)
{
    return note->kind >= SCHED_RESUME && note->kind <= SCHED_NOTIFY;
}

static inline bool note_dependent(const struct trace_note *a, const struct trace_note *b)
{
    if (a->path == b->path || a->ends || b->ends)
        return true;
    if ((a->open && (b->touched || note_of_goroutines(b))) ||
        (b->open && (a->touched || note_of_goroutines(a))))
        return true;
    return !(a->looks && b->looks) && note_touch(a, b);
}

/* Is the choice one that the step, its task's, comes to at once? */
static inline bool note_leads_to(const struct trace_note *step, const struct trace_note *choice)
{
    return choice->kind == SCHED_CHOOSE && step->kind != SCHED_CHOOSE && step->path == choice->path;
}

/* Does it sleep on after the step? A choice that is made at once does until it could be made. */
static inline bool note_sleeps_on(const struct trace_note *sleeper, const struct trace_note *step)
{
    return !note_dependent(sleeper, step) || note_leads_to(step, sleeper);
}

#endif
