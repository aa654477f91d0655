/*
 * model: small concurrent programs, run over lib/sched's API in one thread: the explored program's
 * side in miniature. A task is an array of instructions, each one visible operation and what the
 * task does with its result until the next one.
 */
#ifndef RACERUN_TESTS_MODEL_H
#define RACERUN_TESTS_MODEL_H

#include "explore/explore.h"
#include "sched/profile.h"
#include "sched/sched.h"

enum {
    MODEL_CODES = 12,    /* different pieces of code */
    MODEL_LENGTH = 128,  /* instructions in one */
    MODEL_TASKS = 130,   /* at once */
    MODEL_CELLS = 32,    /* of 4 bytes */
    MODEL_STEPS = 20000, /* events of an execution */
    MODEL_OBJECTS = 4,   /* channels and WaitGroups */
    MODEL_CASES = 3,     /* of a select */
    MODEL_QUEUE = 8,     /* tasks that wait at one end of a channel */
};

enum effect {
    EFFECT_NONE,
    EFFECT_LOAD,     /* register = cell */
    EFFECT_STORE,    /* cell = value */
    EFFECT_SUM,      /* cell = register + value */
    EFFECT_ADD,      /* cell += value */
    EFFECT_EXCHANGE, /* register = cell; cell = value */
    EFFECT_SWAP,     /* register = cell; if that is 0, cell = value (a compare-exchange) */
    EFFECT_SPAWN,    /* task running code `value` */
    EFFECT_ABORT,    /* the process ends: what an assertion does */
};

enum branch {
    BRANCH_NONE,
    BRANCH_ALWAYS,
    BRANCH_ZERO,    /* the register is 0 */
    BRANCH_NONZERO, /* or is not */
    BRANCH_FAILED,  /* the operation's result is not 0 */
    BRANCH_DONE,    /* it is 0 */
};

/* What a send, a receive or a select can do. */
struct channel_case {
    uint64_t channel; /* its address */
    bool sends;
    int value;
};

struct instruction {
    uint16_t kind, flags; /* of the operation */
    uint32_t count;
    uint64_t address, mutex;
    uint64_t delay; /* 0: no deadline, or that many ns after the operation is come to */
    enum effect effect;
    int cell, value;
    enum branch branch;
    int target; /* index of an instruction; past the end: the task ends */
    struct channel_case cases[MODEL_CASES];
    int cases_count;
    bool has_default;
};

struct code {
    int length;
    struct instruction instructions[MODEL_LENGTH];
};

struct program {
    const char *name;
    int capacities[MODEL_OBJECTS]; /* of the channels */
    /* Code 0 is the first task's. Unless bare, START comes before and END after each; bare ones
     * begin with all codes running and just stop. */
    bool bare;
    int codes_count;
    struct code codes[MODEL_CODES];
};

struct model_task {
    int code, at; /* at -1: stands before START; length: before END; length + 1: ended */
    int reg;
    bool waits;   /* stands before nothing: others complete its operation */
    bool resumes; /* they have */
};

struct channel_waiter {
    uint32_t task;
    int index, value;
};

struct channel_queue {
    struct channel_waiter waiters[MODEL_QUEUE];
    int count;
};

/* Also a WaitGroup: its counter is `count`, who waits are receivers. */
struct channel {
    int values[MODEL_QUEUE];
    int count, capacity;
    bool closed;
    struct channel_queue senders, receivers;
};

struct model {
    const struct program *program;
    struct sched *sched;
    struct trace_event *events;
    struct sched_profile *profile;
    struct model_task tasks[MODEL_TASKS];
    int cells[MODEL_CELLS];
    struct channel channels[MODEL_OBJECTS];
    bool ended; /* the process, by EXIT or EFFECT_ABORT */
    /* Further objects of each event, as channel_do found out. */
    struct touched {
        uint64_t objects[MODEL_OBJECTS];
        int count;
    } * touched;
    /* Asked before a task chooses at once; NULL: the plan or the strategy decides alone. */
    void (*choosing)(void *context, uint32_t task, uint32_t count);
    void *choosing_context;
    bool failed;                     /* the program's own check: see instruction kinds below */
    bool checked;                    /* sched_selfcheck after each step */
    bool states;                     /* operations name the state of their task */
    int failing_cell, failing_value; /* failed = this cell has this value at the end; -1: none */
};

/* Cells lie at MODEL_MEMORY, 4 bytes apart, channels and WaitGroups at MODEL_CHANNELS, 16 apart;
 * other objects anywhere else. */
#define MODEL_MEMORY UINT64_C(0x10000)
#define MODEL_CHANNELS UINT64_C(0x20000)
#define CHANNEL(i) (MODEL_CHANNELS + 16 * (uint64_t)(i))
#define CELL(i) (MODEL_MEMORY + 4 * (uint64_t)(i))

struct model_options {
    uint32_t spurious_max;
    bool time_choices;
    bool profile;
    bool states;        /* operations name the state of their task */
    uint32_t steps_max; /* 0: MODEL_STEPS */
};

struct model *model_new(const struct program *program, struct model_options options);
void model_free(struct model *model);
/* A new execution. */
void model_begin(struct model *model, const struct sched_plan *plan);
/* One step; SCHED_DEADLOCK also when all bare tasks are through: see model_finished. */
enum sched_verdict model_step(struct model *model);
/* To the end. */
enum sched_verdict model_run(struct model *model, const struct sched_plan *plan);
/* Every task has ended, or run through, or the process was ended. */
bool model_finished(const struct model *model);
/* All that tasks have seen and left behind, but for what only their order shows. */
uint64_t model_state(const struct model *model);
uint32_t model_choose(struct model *model, uint32_t task, uint32_t count);
/* The event that was taken last is about this object, too. */
void model_touch(struct model *model, uint64_t address);

/* ---- channels.c ---- */

enum channel_result { CHANNEL_DONE, CHANNEL_WAITS, CHANNEL_PANICS };
enum channel_result channel_do(struct model *model, uint32_t task, const struct instruction *now);

/* ---- set.c ---- */

struct set64;
struct set64 *set64_new(void);
void set64_free(struct set64 *set);
bool set64_add(struct set64 *set, uint64_t value); /* is it new? */
uint64_t set64_count(const struct set64 *set);
bool set64_same(const struct set64 *a, const struct set64 *b);
bool set64_includes(const struct set64 *all, const struct set64 *some);

/* ---- enumerate.c ---- */

struct enumeration {
    uint64_t executions; /* that were run to their end */
    uint64_t traces;     /* different hashes */
    uint64_t deadlocks;  /* traces in which somebody waits for ever */
    uint64_t canons;     /* different canonical forms, when asked for */
    bool complete;
};

/* All executions, depth first over all decisions. `prune`: go on only once from prefixes with the
 * same trace hash, and do not order what nobody else can see (the end of a task that holds no
 * robust mutex); else also compare with canonical forms. */
struct enumeration enumerate(const struct program *program, struct model_options options,
                             uint64_t executions_max, bool prune);

/* What executions may have at most. */
struct model_bound {
    enum explore_bound by;
    uint32_t max;
};
/* Only those within the bound; their canonical forms, too. */
struct enumeration enumerate_within(const struct program *program, struct model_options options,
                                    uint64_t executions_max, bool prune, struct model_bound bound,
                                    struct set64 *canons);

/* ---- draw.c ---- */

/* A random program of a few operations of two or three tasks. */
void program_draw(struct program *program, uint64_t *rng);
/* ---- focus.c: one whose operations are of few kinds and on few objects. */
void program_focus(struct program *program, uint64_t *rng);
/* ---- vary.c: one of operations that focus.c does not draw. */
void program_vary(struct program *program, uint64_t *rng);

/* ---- canon.c ---- */

/* Names the Mazurkiewicz trace of an execution by its lexicographic normal form. */
uint64_t canon_of(const struct model *model);

/* ---- plan.c ---- */

struct planned {
    struct explore_stats stats;
    uint64_t deadlocks; /* traces in which somebody waits for ever */
    uint64_t repeated;  /* executions of traces that were met before */
    uint64_t again;     /* executions, step by step, that were met before */
    bool complete;
};

/* All that lib/explore plans, at most so many executions; the traces are added to the set, and
 * their canonical forms to the other (NULL: they are not wanted). */
struct planned plan_explore(const struct program *program, struct model_options options,
                            struct explore_config config, uint64_t executions_max,
                            struct set64 *traces, struct set64 *canons);

#endif
