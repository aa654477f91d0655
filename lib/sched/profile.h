/*
 * profile: what the executions of an exploration teach the following ones. Each may run in a
 * process of its own, so the caller keeps it in memory that all share; it holds no pointers. One
 * execution writes at a time. Addresses of objects and places are only ever compared: decisions
 * depend on which are equal, not on what they are. Zeroed memory is an empty profile.
 *
 * The first execution counts each task's events by object, whatever its strategy (for surw, sjn and
 * srt). Executions under rff add the reads-from pairs that they saw.
 */
#ifndef RACERUN_SCHED_PROFILE_H
#define RACERUN_SCHED_PROFILE_H

#include <stdint.h>

enum {
    PROFILE_TASKS = 1024, /* later ones are not counted */
    PROFILE_OBJECTS = 2048,
    PROFILE_COUNTS = 1 << 13,
    PROFILE_PLACES = 1024,
    PROFILE_PAIRS = 1 << 15,
    PROFILE_CORPUS = 256,
    PROFILE_CONSTRAINTS = 4,
};

struct profile_task {
    uint64_t path;
    uint32_t parent; /* index + 1 */
    uint32_t events;
};

struct profile_object {
    uint64_t address;
    uint32_t kind;  /* class + 1; 0: free */
    uint32_t owner; /* task's index + 1; 0: several tasks */
};

struct profile_count {
    uint32_t task, object; /* indexes + 1 */
    uint32_t events;
};

/* rff: a place that reads or changes an object. */
struct profile_place {
    uint64_t place, object;
    uint32_t reads, changes;
};

/* rff: "the read of `object` at `read` is to see the change made at `change`", or is not to. */
struct profile_constraint {
    uint64_t object, change, read;
    uint32_t wanted, met;
};

struct profile_schedule {
    struct profile_constraint constraints[PROFILE_CONSTRAINTS];
    uint32_t count;
    uint32_t picked; /* how often it was taken to be varied */
};

struct sched_profile {
    uint32_t state; /* 0: empty; 1: the first execution is (or was last) counting; 2: counted */
    uint32_t tasks_count;
    struct profile_task tasks[PROFILE_TASKS];
    struct profile_object objects[PROFILE_OBJECTS]; /* open addressing */
    uint32_t shared[PROFILE_OBJECTS]; /* indexes of those of several tasks, in order of becoming */
    uint32_t shared_count;
    struct profile_count counts[PROFILE_COUNTS];
    uint32_t counts_at[2 * PROFILE_COUNTS]; /* open addressing: indexes of counts + 1 */
    uint32_t counts_used, objects_used;
    /* rff */
    uint32_t places_count, pairs_count, corpus_count;
    uint32_t news; /* pairs seen first by the execution under `current` */
    struct profile_place places[PROFILE_PLACES];
    uint32_t places_at[2 * PROFILE_PLACES]; /* open addressing: indexes of places + 1 */
    uint64_t pairs[PROFILE_PAIRS];          /* open addressing; 0: free */
    struct profile_schedule current;
    struct profile_schedule corpus[PROFILE_CORPUS];
};

#endif
