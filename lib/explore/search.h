/*
 * search: what the parts of lib/explore share. Private to it.
 *
 * Events of the last execution are numbered from 0; node k is the state before event k. An event's
 * place in the history of one of its objects is a *link*: event * NOTE_OBJECTS + slot + 1, 0 =
 * none.
 */
#ifndef RACERUN_EXPLORE_SEARCH_H
#define RACERUN_EXPLORE_SEARCH_H

#include "base/arena.h"
#include "explore/explore.h"

/* A state on the current execution's path. Its sleepers are those of its parent that the event
 * between did not wake, and after them the steps that were explored from here. */
struct node {
    uint32_t sleep_begin, sleep_end; /* in search.sleepers */
    uint32_t first;                  /* of the wakeup tree: what else is to be explored from here */
    uint32_t done;                   /* steps that were explored from here to their end */
    /* What the choices that the next step led to at once were about, so far; open: there was no
     * room. */
    uint64_t chosen[NOTE_OBJECTS];
    bool open;
    /* all.c: */
    uint32_t spent;  /* of the bound, so far */
    uint32_t prefix; /* bound.c: the way here; 0: not written down */
    uint64_t trace;  /* hash of what came before */
};

/* A step of a wakeup tree: by sibling order of exploration. */
struct wakeup {
    uint32_t next, child;
    struct trace_note note;
};

struct object_entry { /* of the open table: object's name to its last event */
    uint64_t object;
    uint32_t link;
};

struct explore {
    struct explore_config config;
    struct explore_stats stats;
    struct node *nodes;
    struct trace_note *sleepers;
    uint32_t sleepers_count;
    struct arena wakeups;
    /* The plan. */
    struct trace_event *plan;
    uint32_t branch; /* node from which it differs from the execution before */
    uint32_t planned;
    /* The frontier's (frontier.h): nodes below, by their numbers there. */
    uint32_t *chain;
    uint32_t shared;
    bool wide;              /* a step was seen that was about more than it named */
    bool has_part, unknown; /* the part's first step has not been executed yet */
    double left;            /* of the part, as explore_done guesses */
    /* The execution that ended; of the next what it shares with it, and the planned steps. */
    struct trace_note *notes;
    uint32_t count; /* events */
    uint32_t tasks;
    /* history.c: of the events; kept for the beginning that the next execution shares. */
    uint32_t
        *clocks; /* event after event, clock_room each: event + 1 of each task's latest before */
    uint32_t clock_room; /* tasks */
    size_t clocks_size;  /* bytes */
    uint32_t *links;     /* the one before on the same object, by link - 1 */
    uint32_t *changes;   /* the last change before, likewise */
    uint32_t *before;    /* the task's event before, + 1 */
    uint32_t *last;      /* by task: its last event + 1 */
    uint32_t known;      /* events that are in the history */
    struct object_entry *objects;
    uint32_t objects_mask, objects_count;
    /* race.c: room to work in. */
    uint32_t *candidates;
    uint32_t candidates_count;
    const struct trace_note **sequence;
    struct trace_note reversed;
    /* bound.c: */
    struct arena prefixes;
    uint32_t bound;      /* now */
    bool full;           /* not all beyond it was kept */
    uint32_t due, later; /* lists of prefixes: within the bound, and beyond it */
    /* all.c: the states seen, an open table. */
    struct seen_state *seen;
    uint64_t seen_mask, seen_count;
};

enum { CLOCK_STEP = 16, WAKEUPS_MAX = 1 << 24, EXPLORE_SLEEPERS_MAX = 1 << 20 };

/* ---- explore.c ---- */

void sleeper_add(struct explore *explore, const struct trace_note *note);
/* Does the event lead to a choice at once? */
bool step_chooses(const struct explore *explore, uint32_t index);
/* Event `index` of the last execution, and so of the plan. */
void step_keep(struct explore *explore, uint32_t index, const struct trace_note *note);
/* From node `index`: the leftmost branch of its tree. What is beside it stays at the nodes that the
 * plan comes through. */
void plan_branch(struct explore *explore, uint32_t index);

/* ---- frontier.c: of an explorer with a part ---- */

/* As wakeup_insert, where the node is the frontier's. */
void frontier_insert(struct explore *explore, uint32_t index, const struct trace_note **sequence,
                     uint32_t length);
/* The part's first step has been executed, and was this; NULL: it could not be. */
void frontier_tell(struct explore *explore, const struct trace_note *note);
/* Its algorithm is EXPLORE_SHARED from now on; so is that of who takes a part. */
void frontier_cover_strictly(struct explore *explore);
/* A step was about more than it named. */
void frontier_widen(struct explore *explore);
/* All of it is explored. */
void frontier_part_end(struct explore *explore);

/* ---- history.c ---- */

void history_done(struct explore *explore);

/* Forgets the events from `count` on. */
void history_rewind(struct explore *explore, uint32_t count);
/* Takes in the events of the execution that are not known yet. */
void history_extend(struct explore *explore);
/* The last event on the object, as a link. */
uint32_t history_last(const struct explore *explore, uint64_t object);

static inline uint32_t link_event(uint32_t link)
{
    return (link - 1) / NOTE_OBJECTS;
}

static inline const uint32_t *clock_of(const struct explore *explore, uint32_t event)
{
    return explore->clocks + (size_t)event * explore->clock_room;
}

/* Does event a happen before b, or is it b? */
static inline bool happens_before(const struct explore *explore, uint32_t a, uint32_t b)
{
    return clock_of(explore, b)[explore->notes[a].task] > a;
}

/* ---- dependence.c ---- */

/* Is there a state of its object number `slot` in which the event could not be executed? */
bool note_waits(const struct trace_note *note, int slot);
/* Could the event be executed with its object number `slot` in this state, as far as that is what
 * it waits for? */
bool note_possible(const struct trace_note *note, int slot, uint32_t state);
/* Would it leave its first object, which is in this state, as it is? False where the state does not
 * say. */
bool note_would_look(const struct trace_note *note, uint32_t state);
/* Does it depend on more of the state in which it comes than is noted whether it looks or changes,
 * and what? */
bool note_varies(const struct trace_note *note);
/* What an event does to a rwlock that is not held for writing: readers more or less. */
int note_readers(const struct trace_note *note);

/* A choice that nobody can come before but its own task. */
static inline bool note_at_once(const struct trace_note *note)
{
    return note->kind == SCHED_CHOOSE && note->flags & SCHED_AT_ONCE;
}

/* ---- race.c ---- */

/* Reverses the races of the execution's new events, and of what never happened. */
void races_reverse(struct explore *explore, struct sched *sched, enum explore_end end,
                   uint32_t first);

/* ---- bound.c ---- */

void bound_init(struct explore *explore);
void bound_done(struct explore *explore);
/* Keeps the step from node `index` for when the bound has grown to `spent`. */
void bound_defer(struct explore *explore, uint32_t index, const struct trace_note *step,
                 uint32_t spent);
/* All within the bound is explored but what was kept: plans the next of that. False: there is none
 * up to the last bound. */
bool bound_next(struct explore *explore);

/* ---- all.c ---- */

void seen_done(struct explore *explore);

/* Without reduction: all that could have been done instead of the execution's new events. */
void options_insert(struct explore *explore, struct sched *sched, enum explore_end end,
                    uint32_t first);

/* ---- wakeup.c ---- */

/* Sees to it that from node `index` an execution is explored that begins with the sequence, or is
 * equivalent to one that does; the last step's outcome is open. */
void wakeup_insert(struct explore *explore, uint32_t index, const struct trace_note **sequence,
                   uint32_t length);
/* From there, this step, whatever else is. */
void wakeup_append(struct explore *explore, uint32_t index, const struct trace_note *step);
/* Frees all that is to be explored from the node. */
void wakeup_drop(struct explore *explore, uint32_t index);
bool wakeup_sleeps(const struct explore *explore, uint32_t index, const struct trace_note *step);
/* Where the next of the list is to be put. */
uint32_t *place_last(struct explore *explore, uint32_t *first);
uint32_t wakeup_new(struct explore *explore, const struct trace_note *note);
/* It, all beside and all below it. */
void wakeup_free(struct explore *explore, uint32_t wakeup);

static inline struct wakeup *wakeup_at(const struct explore *explore, uint32_t index)
{
    return arena_at(&explore->wakeups, index);
}

#endif
