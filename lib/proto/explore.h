/*
 * explore: the conversation between `racerun explore` or `replay` and the explored program.
 *
 * Beside the journal the tool makes a second memfd and names it by RACERUN_EXPLORE. The program
 * comes up to main and stays there as the *zygote*, which forks the *workers* and buries them. A
 * worker takes commands, and for each schedule it runs main under control. All of them map the
 * memfd shared, so what a schedule did is there however it died. It holds what the workers share,
 * and then for each worker a *block*.
 *
 * One side writes to a block at a time: the tool until it bumps `command_number`, the worker until
 * it bumps `answer_number` and then `bell`; these are futexes. The counters of progress may be read
 * at any time.
 *
 * Which schedules: a number stands for a schedule, whoever runs it. Workers take numbers from two
 * counters: those of schedules that learn from the former ones (strategy_learns) go one after the
 * other, all others in any order. What else is learnt from schedules (their length, places that
 * raced) counts from the next round on, and the tool begins a round when all before it has ended.
 * So the schedules of an exploration are the same for any number of workers.
 */
#ifndef RACERUN_PROTO_EXPLORE_H
#define RACERUN_PROTO_EXPLORE_H

#include <stdatomic.h>
#include <stdint.h>

#include "trace/event.h"

#define EXPLORE_MAGIC UINT64_C(0x31706c7872636172) /* "racrxpl1" */
#define EXPLORE_VERSION 5u
#define EXPLORE_ENV "RACERUN_EXPLORE"
#define EXPLORE_BIND_ENV "LD_BIND_NOW=racerun" /* of ours: the program does not see it */

enum {
    EXPLORE_STEPS_MAX = 1 << 18, /* of one execution */
    EXPLORE_TASKS_MAX = 4096,
    EXPLORE_SEEN = 1 << 23,     /* slots of the table of traces seen */
    EXPLORE_FINDINGS = 1 << 16, /* slots of the table of the detector's findings */
    EXPLORE_PLACES = 4096,
    EXPLORE_STACK_PCS = 1 << 14, /* of all tasks of a failing schedule */
    EXPLORE_SNAPSHOTS = 64,
    EXPLORE_SNAPSHOT_SIZE = 16 << 10, /* so much of a stack, the innermost */
    EXPLORE_REGISTERS = 17,
    EXPLORE_TEXT_MAX = 512,
    EXPLORE_WORKERS_MAX = 64,
    EXPLORE_PATH_MAX = 64,
    EXPLORE_ARGUMENT_MAX = 4096,
    EXPLORE_PAGE = 4096, /* blocks are mapped one by one */
    EXPLORE_REASON_MAX = 160,
};
#define EXPLORE_NEVER UINT64_MAX /* instead of a schedule's number */

/* What is a scheduling point. */
enum explore_visible { VISIBLE_SYNC, VISIBLE_ATOMIC, VISIBLE_RACE, VISIBLE_ALL };

/* Is the search exhaustive (lib/explore), and how is it done? */
enum explore_search { SEARCH_SAMPLES, SEARCH_DPOR, SEARCH_DFS };

/* Why an exhaustive search that has come to its end proves less than it says. */
enum explore_doubt {
    DOUBT_LONG = 1,      /* executions were cut off at steps_max */
    DOUBT_LOST = 2,      /* what should have been the same in two executions was not */
    DOUBT_OUTSIDE = 4,   /* descriptors, whose readiness is not ours */
    DOUBT_DISTURBED = 8, /* signals, cancellation */
    DOUBT_LOOP = 16,     /* rounds of loops that wait were left out */
    DOUBT_TICK = 32,     /* processor time had to interrupt what has no scheduling point */
    DOUBT_CHILD = 64,    /* processes were made, which are not under control */
    DOUBT_UNSEEN = 128,  /* loops were taken to wait without a look at all memory */
    DOUBT_MISLED = 256,  /* a loop that seemed to wait went on without cause */
};

/* Where does a schedule stand that takes no step? */
enum explore_look { LOOK_NONE, LOOK_ASKED, LOOK_TOLD };

/* What runs the schedules. All take the same decisions. */
enum explore_engine {
    ENGINE_AUTO,      /* the first of those below that can run the program */
    ENGINE_INPROCESS, /* tasks are fibers of a worker process, which puts its memory back */
    ENGINE_FORK,      /* tasks are fibers of a process made for one schedule */
    ENGINE_THREADS,   /* tasks are threads of such a process */
    ENGINES,
    ENGINE_MORE_LENDERS = ENGINES, /* not engines: explore_block.need */
    ENGINE_ONCE_MORE,
};

/* Written by the tool before the program starts. */
struct explore_settings {
    uint32_t steps_max;    /* an execution with more is a livelock */
    uint32_t spurious_max; /* spurious wake-ups an execution */
    uint32_t time_choices;
    uint32_t visible;     /* enum explore_visible */
    uint32_t search;      /* enum explore_search */
    uint32_t preemptions; /* of a schedule, at most; TRACE_NONE: any number */
    uint32_t delays;      /* likewise */
    uint32_t deepen;      /* all within a smaller bound come before those beyond it */
    uint32_t expect_exit; /* 0..255: another status is a failure; TRACE_NONE: any will do */
    uint32_t engine;      /* enum explore_engine: the first to try */
    uint64_t hang_ns;     /* of wall clock: a schedule that takes longer without a step hangs */
    uint32_t same_output; /* a schedule fails that writes or returns something else */
    uint32_t shared;      /* exhaustive: by several workers, now or before */
    uint32_t stop;        /* at a finding, for a debugger; tasks have to be threads */
    char output[EXPLORE_PATH_MAX]; /* the files that get standard output and error: one, */
    char errors[EXPLORE_PATH_MAX]; /* or two with same_output */
};

/* What becomes of an exhaustive search as a whole, while no other worker is busy: it is written to
 * explore_shared.frontier, or read from there before the first schedule. An answer is
 * OUTCOME_REFUSED where that was not possible. */
enum explore_frontier { FRONTIER_STAYS, FRONTIER_SAVE, FRONTIER_LOAD };

/* Runs `count` schedules from number `first` on, or, with `take`, those that it takes: schedule i
 * follows the plan, then the strategy with seed mix(seed, i). */
struct explore_command {
    uint32_t strategy, parameter; /* strategy TRACE_NONE: the portfolio */
    uint64_t seed, seed_program;
    uint64_t first, count;
    uint64_t deadline_ns; /* CLOCK_MONOTONIC; start no schedule after it; 0 = none */
    uint32_t take;
    uint32_t plan_count; /* of explore_block.plan */
    uint32_t uncounted;  /* a confirmation: not among those executed; finds what was found before */
    uint32_t repeats;  /* the same one again and again, failing or not: check the engine at once */
    uint32_t hasty;    /* a try: what the plan expects of the world outside need not be awaited */
    uint32_t frontier; /* enum explore_frontier: runs no schedule */
    uint32_t stop;     /* written at any time: stop after the schedule in progress */
    uint32_t tells;    /* moments are noted, which takes time for each task and step */
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
    OUTCOME_OUTPUT,   /* not what the schedule of explore_shared.expected wrote and returned */
    OUTCOME_HANG,
    OUTCOME_DIVERGED, /* the plan was not possible: `steps` says where */
    OUTCOME_REFUSED,  /* the program did what cannot be controlled; text */
    OUTCOME_ASLEEP,   /* exhaustive search: nothing new can come of it; not counted */
};

struct explore_task {
    uint32_t creator; /* TRACE_NONE: main */
    uint32_t ended;
    uint32_t pending;   /* enum sched_kind of the operation that it stands before, or TRACE_NONE */
    uint32_t goroutine; /* else a thread */
    uint32_t stack_first,
        stack_count;      /* of explore_block.stacks: where it stands, innermost first */
    uint32_t snapshot;    /* of explore_block.snapshots, + 1: a better way to tell; 0: none */
    uint32_t waits_for;   /* the task that holds what it waits for, or TRACE_NONE */
    uint32_t born;        /* how many steps had been taken when it was made */
    uint64_t address, pc; /* of the pending operation */
    uint64_t start;       /* its function */
    char name[32];
};

/* How a task stood in code that is not instrumented. */
struct explore_snapshot {
    uint64_t registers[EXPLORE_REGISTERS]; /* by their numbers in unwind tables; the last is pc */
    uint32_t size, reserved;
    char stack[EXPLORE_SNAPSHOT_SIZE]; /* from the stack pointer up */
};

/* Of a step, for who tells the schedule to people: noted by a run with command.tells. */
struct explore_moment {
    uint64_t clock_ns;   /* virtual, after the step */
    uint64_t mutex;      /* address: what a wait on a condition variable lets go and takes again */
    uint32_t ready;      /* the step, from 1, in whose place it could first have been; 0 unknown */
    uint32_t cause;      /* the step, from 1, in which another task made it or woke it; 0 none */
    int32_t result;      /* that the operation had; 0 or a positive errno, mostly */
    uint32_t size;       /* of a memory access, in bytes, 8 at most; 0: it is none, or wider */
    uint64_t seen;       /* what the memory held before the access, */
    uint64_t left;       /* and before the next step of any task, */
    uint32_t left_known; /* if that is not 0 */
    uint32_t reserved;
};

/* Of the schedule that ended last: the failing one, if one failed. Zero when none was run. */
struct explore_answer {
    uint32_t outcome;  /* enum explore_outcome */
    uint32_t status;   /* exit code, or number of the signal */
    uint64_t schedule; /* its number, first .. */
    uint32_t steps, tasks_count;
    uint32_t decisions; /* steps at which another task could have gone, or might had the world been
                           sooner */
    uint32_t fatal;     /* its exit status says no more than what the detector was told (a panic) */
    uint64_t trace_hash;
    uint64_t clock_ns; /* virtual */
    uint64_t output;   /* digest of standard output and status, with same_output; 0: none */
    char text[EXPLORE_TEXT_MAX];
};

struct explore_block {
    _Alignas(EXPLORE_PAGE) struct explore_settings settings;
    _Atomic uint32_t command_number, answer_number; /* futexes, shared */
    _Atomic uint32_t findings; /* of the detector, by the schedule in progress */
    /* With settings.stop: the process that waits for a debugger; the debugger has come and gone. */
    _Atomic uint32_t stopped, released;
    _Atomic uint32_t look; /* enum explore_look: the zygote asks a schedule that hangs */
    /* The schedule that it runs or is about to take: none below it is left to it. EXPLORE_NEVER
     * after an answer. */
    _Atomic uint64_t running;
    struct explore_command command;
    struct explore_answer answer;
    uint32_t engine;                 /* that runs the schedules now */
    uint32_t need;                   /* which one the schedule in progress turned out to need; 0 */
    char reason[EXPLORE_REASON_MAX]; /* why it is not the one that was asked for; "" */
    uint32_t reason_call;            /* a system call that this is about, + 1; 0: none */
    uint64_t cpu_ns; /* of the worker and those that it made, until its last answer */
    /* Of the schedule in progress. */
    uint32_t strategy, parameter;
    uint64_t seed;
    struct explore_task tasks[EXPLORE_TASKS_MAX];
    uint32_t stacks_used;
    uint64_t stacks[EXPLORE_STACK_PCS];
    uint32_t snapshots_used;
    struct explore_snapshot snapshots[EXPLORE_SNAPSHOTS];
    struct trace_event plan[EXPLORE_STEPS_MAX];
    struct trace_event trace[EXPLORE_STEPS_MAX];
    /* With command.tells: of the steps taken, and of the tasks' next ones. */
    struct explore_moment moments[EXPLORE_STEPS_MAX];
    struct explore_moment pending[EXPLORE_TASKS_MAX];
};

/* A race, and the smallest number of a schedule that found it, + 1. */
struct explore_seen {
    _Atomic uint64_t key, schedule;
};

struct explore_shared {
    uint64_t magic;
    uint32_t version, workers;
    uint64_t size;                   /* of all */
    char frontier[EXPLORE_PATH_MAX]; /* a file of the tool's; "": none */
    _Atomic uint32_t zygote;         /* the pid that records of the journal carry */
    _Atomic uint32_t bell; /* futex: bumped after each answer and each death of a worker */
    struct {
        _Atomic uint32_t buried; /* 1 once it has ended: `status` is waitpid's */
        int32_t status;
    } ends[EXPLORE_WORKERS_MAX];
    /* Numbers: those below are taken, those from `limit` on may not be. Only who holds `learner`
     * (its index + 1) takes one of schedules that learn; the counter goes on when that has ended.
     */
    _Atomic uint64_t next, next_learning, limit;
    uint64_t expected; /* what explore_answer.output is to be; 0: nothing yet */
    _Atomic uint32_t learner;
    uint32_t steps_expected;                     /* the longest schedule of former rounds */
    _Atomic uint64_t executed, distinct, failed; /* schedules; distinct traces; since the start */
    _Atomic uint64_t once;                       /* traces seen once */
    _Atomic uint64_t decisions;                  /* sum of explore_answer.decisions */
    _Atomic uint32_t steps_longest;
    _Atomic uint64_t traces_digest; /* which trace each schedule had */
    _Atomic uint32_t exhausted;     /* an exhaustive search has come to its end */
    _Atomic uint64_t vain;          /* schedules that it began, and found redundant */
    _Atomic uint32_t bounded;       /* it left out what would have gone beyond the bound */
    _Atomic uint32_t bounds; /* deepening: all within smaller bounds than this is explored, */
    _Atomic uint64_t bounds_executed;     /* in so many schedules */
    _Atomic uint32_t doubts;              /* of enum explore_doubt */
    _Atomic uint64_t all_least, all_most; /* how many schedules it will have, a guess; 0: none */
    _Atomic uint32_t outside; /* a schedule changed what others see, too: wrote a file, bound an
                               * address */
    _Atomic uint32_t input;   /* a schedule read standard input, which is /dev/null */
    struct explore_seen findings_seen[EXPLORE_FINDINGS];
    /* Places of accesses that raced, return addresses: of former rounds; and of all. */
    _Atomic uint64_t racy[EXPLORE_FINDINGS], racy_next[EXPLORE_FINDINGS];
    _Atomic uint32_t racy_count, racy_next_count;
    /* What runs in place of main, from the beginning of the executable; 0: main. Its argument. */
    uint64_t body;
    uint32_t argument_size;
    _Alignas(16) char argument[EXPLORE_ARGUMENT_MAX];
    /* Places to promote before the first schedule: of a replay. */
    uint32_t places_count;
    uint64_t places[EXPLORE_PLACES];
    uint64_t memory; /* names where the program's memory lies */
    uint64_t image_low, image_size,
        image_bias; /* of the executable: only its places are promoted */
    /* Hashes of traces, in levels (interpose/control/schedule.c); 0 = free; bit 1: seen more than
     * once. */
    _Alignas(64) _Atomic uint64_t seen[EXPLORE_SEEN];
    struct explore_block blocks[];
};

#endif
