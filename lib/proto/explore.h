/*
 * explore: the conversation between `racerun explore` or `replay` and the explored program.
 *
 * Beside the journal the tool makes a second memfd, the *block*, and names it by RACERUN_EXPLORE.
 * The program comes up to main and stays there as the *zygote*: it takes commands, and for each
 * schedule it forks a child that runs main under control. All of them map the block shared, so what
 * a child did is there however it died.
 *
 * One side writes at a time: the tool until it bumps `command_number`, the zygote until it bumps
 * `answer_number`; both are futexes. The counters of progress may be read at any time.
 */
#ifndef RACERUN_PROTO_EXPLORE_H
#define RACERUN_PROTO_EXPLORE_H

#include <stdatomic.h>
#include <stdint.h>

#include "trace/event.h"

#define EXPLORE_MAGIC UINT64_C(0x31706c7872636172) /* "racrxpl1" */
#define EXPLORE_VERSION 1u
#define EXPLORE_ENV "RACERUN_EXPLORE"

enum {
    EXPLORE_STEPS_MAX = 1 << 18, /* of one execution */
    EXPLORE_TASKS_MAX = 4096,
    EXPLORE_SEEN = 1 << 20,     /* slots of the table of traces seen */
    EXPLORE_FINDINGS = 1 << 16, /* slots of the table of the detector's findings */
    EXPLORE_PLACES = 4096,
    EXPLORE_TEXT_MAX = 512,
};

/* What is a scheduling point. */
enum explore_visible { VISIBLE_SYNC, VISIBLE_ATOMIC, VISIBLE_RACE, VISIBLE_ALL };

/* Written by the tool before the program starts. */
struct explore_settings {
    uint32_t steps_max;    /* an execution with more is a livelock */
    uint32_t spurious_max; /* spurious wake-ups an execution */
    uint32_t time_choices;
    uint32_t visible;     /* enum explore_visible */
    uint32_t expect_exit; /* 0..255: another status is a failure; TRACE_NONE: any will do */
    int32_t output_fd;    /* inherited; a file or /dev/null */
    uint64_t hang_ns;     /* of wall clock: a schedule that takes longer without a step hangs */
};

/* Runs `count` schedules: schedule i follows the plan, then the strategy with seed mix(seed, first
 * + i). */
struct explore_command {
    uint32_t strategy, parameter; /* strategy TRACE_NONE: the portfolio */
    uint64_t seed, seed_program;
    uint64_t first, count;
    uint64_t deadline_ns; /* CLOCK_MONOTONIC; start no schedule after it; 0 = none */
    uint32_t plan_count;  /* of explore_block.plan */
    uint32_t uncounted;   /* a confirmation: not among those executed */
    uint32_t stop;        /* written at any time: stop after the schedule in progress */
};

/* How a schedule ended; findings of the detector are in the journal. */
enum explore_outcome {
    OUTCOME_CLEAN,
    OUTCOME_FOUND,    /* well, but the detector found something that was not found before */
    OUTCOME_DEADLOCK, /* no task could go on */
    OUTCOME_LIVELOCK, /* steps_max */
    OUTCOME_ASSERT,   /* a failed assert(); text */
    OUTCOME_CRASH,    /* a signal: status */
    OUTCOME_EXIT,     /* status is not expect_exit */
    OUTCOME_HANG,
    OUTCOME_DIVERGED, /* the plan was not possible: `steps` says where */
    OUTCOME_REFUSED,  /* the program did what cannot be controlled; text */
};

struct explore_task {
    uint32_t creator; /* TRACE_NONE: main */
    uint32_t ended;
    uint32_t pending;   /* enum sched_kind of the operation that it stands before, or TRACE_NONE */
    uint32_t goroutine; /* else a thread */
    uint32_t reserved;
    uint32_t waits_for;   /* the task that holds what it waits for, or TRACE_NONE */
    uint64_t address, pc; /* of the pending operation */
    uint64_t start;       /* its function */
    char name[32];
};

/* Of the schedule that ended last: the failing one, if one failed. */
struct explore_answer {
    uint32_t outcome;  /* enum explore_outcome */
    uint32_t status;   /* exit code, or number of the signal */
    uint64_t schedule; /* its number, first .. */
    uint32_t steps, tasks_count;
    uint32_t decisions; /* steps at which another task could have gone */
    uint32_t reserved;
    uint64_t trace_hash;
    uint64_t clock_ns; /* virtual */
    char text[EXPLORE_TEXT_MAX];
};

struct explore_block {
    uint64_t magic;
    uint32_t version;
    uint32_t size;
    struct explore_settings settings;
    _Atomic uint32_t command_number, answer_number; /* futexes, shared */
    _Atomic uint32_t zygote;                        /* its pid once it waits for commands */
    uint32_t reserved;
    struct explore_command command;
    struct explore_answer answer;
    /* Of the schedule in progress. */
    uint32_t strategy, parameter;
    uint64_t seed;
    _Atomic uint64_t executed, distinct, failed; /* schedules; distinct traces; since the start */
    _Atomic uint64_t steps_total;
    _Atomic uint32_t steps_longest;
    struct explore_task tasks[EXPLORE_TASKS_MAX];
    struct trace_event plan[EXPLORE_STEPS_MAX];
    struct trace_event trace[EXPLORE_STEPS_MAX];
    _Atomic uint64_t findings_seen[EXPLORE_FINDINGS];
    /* Places of accesses that raced, return addresses: of earlier schedules; and of all. */
    _Atomic uint64_t racy[EXPLORE_FINDINGS], racy_next[EXPLORE_FINDINGS];
    _Atomic uint32_t racy_count, racy_next_count;
    /* Places to promote before the first schedule: of a replay. */
    uint32_t places_count;
    uint64_t places[EXPLORE_PLACES];
    uint64_t image_low, image_size,
        image_bias;                      /* of the executable: only its places are promoted */
    _Atomic uint64_t seen[EXPLORE_SEEN]; /* hashes of traces, open addressing, 0 = free */
};

#endif
