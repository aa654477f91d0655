/*
 * engine: a process that runs many schedules, one after the other, and after each puts back what
 * the schedule changed, so that the next begins as the first did. The in-process engine.
 *
 * It is a child of the zygote. Its tasks are fibers (fiber.h), main's among them, which begins each
 * schedule where the engine took it to be before main. Two things make "put back" exact:
 *
 *   memory (pages.c)       All private memory is write-protected. The first write to a page keeps a
 *                          copy and opens the page for good: from then on the page is hot, and its
 *                          copy is written back after each schedule. So once the pages that
 *                          schedules change are known nothing enters the kernel. The detector's
 *                          memory is memory like any other: as after fork.
 *   the kernel (calls.c)   Every system call of the program is dispatched to us (Syscall User
 *                          Dispatch, Linux 5.11), whoever makes it. Those whose effects can be
 *                          undone (mappings, the break, descriptors, signal actions) are done and
 *                          noted; those that change nothing that is ours are done.
 *
 * Anything else makes the engine a process for one schedule: it opens all pages, gives its signals
 * back and goes on without us; it is then just what the fork engine would have forked, and the
 * zygote forks another. That is how crashes end, too.
 *
 * The engine's own state lies in memory that is not put back (`engine`), and its own code runs on
 * a stack there.
 */
#ifndef RACERUN_INTERPOSE_CONTROL_ENGINE_H
#define RACERUN_INTERPOSE_CONTROL_ENGINE_H

#include <signal.h>
#include <stdatomic.h>

#include "interpose/control/control.h"
#include "sched/profile.h"

enum {
    ENGINE_PAGE_SIZE = 4096,
    ENGINE_BLOCK_SIZE = 256, /* what is compared and written as one */
    ENGINE_REGIONS = 8192,   /* mappings that are protected: a stack of each task, and others */
    ENGINE_HOT = 1 << 15,    /* pages that schedules may change */
    ENGINE_MAPPED = 1024,    /* ranges that a schedule may map */
    ENGINE_FDS = 1024,       /* descriptors below are noted */
    ENGINE_STACK = 256 << 10,
    ENGINE_SIGNAL_STACK = 64 << 10,
    ENGINE_SIGNALS = 65,
};

/* The kernel's. */
struct engine_action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

struct engine_range {
    uintptr_t low, high;
};

struct engine_region {
    struct engine_range range;
    int protection;
};

/* A page as it was: its blocks that are not all zero, one after the other. */
struct engine_hot {
    char *page;
    const char *blocks;
    uint32_t filled; /* which they are */
    uint32_t table;  /* of engine.tables, + 1; 0: it lies in none */
};

struct engine {
    volatile char selector; /* of the dispatch: read by the kernel at each system call */
    const ucontext_t *call; /* that is being made; NULL: none */
    enum { ENGINE_IDLE, ENGINE_RUNS, ENGINE_ALONE } state; /* alone: for one schedule */
    int status;                                            /* of the schedule that ended */
    struct engine_desk *desk;
    struct fiber own, main, left;

    /* pages.c */
    struct engine_region regions[ENGINE_REGIONS];
    uint32_t regions_count, hot_count, blocks_count;
    struct engine_hot hot[ENGINE_HOT];
    uint32_t hot_table[4 * ENGINE_HOT]; /* index + 1, by page */
    uint32_t others[ENGINE_HOT]; /* indexes of hot pages that are not ours but the program's */
    uint32_t others_count;
    struct hb_table tables[HB_TABLES]; /* whose pages are written back as far as they are used */
    char blocks[ENGINE_HOT * ENGINE_PAGE_SIZE / ENGINE_BLOCK_SIZE][ENGINE_BLOCK_SIZE]
        __attribute__((aligned(ENGINE_PAGE_SIZE)));

    /* calls.c: what the schedule in progress changed */
    struct engine_range mapped[ENGINE_MAPPED];
    uint32_t mapped_count;
    bool mapped_odd;                        /* not all of that can be read and starts as zero */
    uintptr_t brk, brk_now;                 /* at first; now */
    uint64_t fds[ENGINE_FDS / 64], fds_any; /* opened; fds_any: a bit for each of its words */
    uint64_t mask, mask_now;                /* of signals: at first; as the program believes */
    uint64_t actions_set;                   /* signals whose action changed, bit n - 1 */
    bool wrote, named;
    struct engine_action actions[ENGINE_SIGNALS]; /* at first, of those that changed */
    struct engine_action fault, trap;             /* the program's, of SIGSEGV and SIGSYS */
    struct engine_action fault_first, trap_first;
    struct engine_action tick;                /* as of a process for one schedule */
    stack_t signal_stack, signal_stack_first; /* the program's */
    char name[16];

    /* the self-check's */
    struct trace_event first[EXPLORE_STEPS_MAX];
    struct sched_profile taught;
    char signal_stack_memory[ENGINE_SIGNAL_STACK] __attribute__((aligned(64)));
    char stack[ENGINE_STACK] __attribute__((aligned(64)));
} __attribute__((aligned(4096)));
extern RT_HIDDEN struct engine *engine;

/* Shared by a worker and its engine. */
struct engine_desk {
    _Atomic uint32_t commands; /* futex: how many there were */
    uint32_t before;           /* of them before the engine was made */
    uint64_t done;             /* schedules of the command that have ended */
    uint64_t number;           /* the schedule in progress, if `running` */
    uint32_t running;
    uint32_t checked; /* putting memory back was proved by running a schedule again */
    uint32_t unfit;   /* the engine went on alone, for a reason that comes again */
    uint32_t keeps;   /* `taught` is what schedules had taught before the one in progress */
    uint64_t cpu_ns;  /* of the engine, until its last command ended */
    uint64_t begun;   /* goes up with each schedule, by more than it has steps */
    struct sched_profile taught;
};

/* ---- engine.c ---- */

/* In the zygote's child, where the program is to start: returns for each schedule anew. `bell`: a
 * descriptor to write to when a command is done. */
RT_HIDDEN void engine_run(struct engine_desk *desk, int bell);
/* The schedule ends, with this status, wherever we are. */
RT_HIDDEN _Noreturn void engine_end(int status);
/* From here on the process is this schedule's alone. `reason`: why it cannot be put back, or NULL
 * if this need not come again. */
RT_HIDDEN void engine_alone(const char *reason);

/* ---- pages.c ---- */

/* Protects all private memory. NULL, or why it cannot. */
RT_HIDDEN const char *pages_protect(void);
/* A write to protected memory: opens the page. False: it is none. */
RT_HIDDEN bool pages_open(uintptr_t addr);
/* The kernel will write there. */
RT_HIDDEN void pages_open_range(uintptr_t addr, size_t size);
/* The kernel will drop what is there. */
RT_HIDDEN void pages_keep_range(uintptr_t addr, size_t size);
RT_HIDDEN void pages_restore(void);
/* Names what the program's memory contains, but for what lies in the holes, of which the last is
 * empty: equal where that is. False: it cannot be told. */
RT_HIDDEN bool pages_name(const struct engine_range *holes, uint64_t *ret_name);
/* Are all pages what they were? Right after pages_restore. */
RT_HIDDEN bool pages_restored(void);
RT_HIDDEN void pages_unprotect(void);

/* Where the mapping begins in which this lies. */
RT_HIDDEN uintptr_t pages_region_low(uintptr_t addr);

/* ---- calls.c ---- */

RT_HIDDEN const char *calls_begin(void);
/* A system call of the program; the result, or CALL_NATIVE: engine_alone was called, make it. */
#define CALL_NATIVE INT64_MIN
RT_HIDDEN int64_t calls_make(long number, const long *arguments);
/* Undoes what the schedule did to the process. */
RT_HIDDEN void calls_undo(void);

/* ---- schedule.c: around a schedule, in any engine ---- */

/* In the worker: the memory that it shares with its children. */
RT_HIDDEN void schedule_init(struct engine_desk *desk, struct sched_profile *profile);
/* desk->number is the next schedule of the command, or the one that was not ended; false: there is
 * none. */
RT_HIDDEN bool schedule_take(void);
/* It has been run and judged: plans the next from it, and counts it. */
RT_HIDDEN void schedule_done(void);
/* Plans schedule `number`. */
RT_HIDDEN void schedule_begin(uint64_t number);
/* The same schedule once more. */
RT_HIDDEN void schedule_repeat(uint64_t number);
/* What schedules teach: see sched_config.profile. */
RT_HIDDEN struct sched_profile *schedule_profile(void);
/* It is what it was before this one. */
RT_HIDDEN void schedule_forget(void);
/* Where the program writes. */
RT_HIDDEN void schedule_outputs(int output, int errors);
RT_HIDDEN void schedule_output_clear(void);
/* Why the engine is not the one that was asked for. */
RT_HIDDEN void schedule_reason(const char *reason);
/* How it ended: exit status, or signal. */
struct schedule_end {
    uint32_t status;
    bool signalled, hangs;
};
RT_HIDDEN void schedule_judge(const struct schedule_end *end);
/* A schedule with this trace is about to be counted. */
RT_HIDDEN void schedule_expect(uint64_t trace_hash);

#endif
