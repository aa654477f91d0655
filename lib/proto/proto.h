/*
 * proto: the conversation between the command line tool and the injected library.
 *
 * The tool makes one memfd, the *journal*, and starts the program with RACERUN_JOURNAL naming it
 * (/proc/PID/fd/N). Every process of the run maps it shared. It holds
 *   - the control block: written by the tool before the start, read-only afterwards but for the
 *     counters;
 *   - the log: records appended by the processes, read by the tool while they run and after they
 *     have died, however they died. A record is complete once its `state` is RECORD_COMPLETE
 *     (stored with release after the payload); a process killed while it wrote leaves a hole whose
 *     size is known.
 * A reader takes every record in order of offset. A full log drops records and counts them.
 *
 * Both sides are built together: bump PROTO_VERSION with any change of layout; a process that
 * finds another version runs unobserved and says so.
 */
#ifndef RACERUN_PROTO_H
#define RACERUN_PROTO_H

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>

#define PROTO_MAGIC UINT64_C(0x31766e7572636172) /* "racrunv1" */
#define PROTO_VERSION 5u
#define PROTO_ENV "RACERUN_JOURNAL"
#define PROTO_LOG_OFFSET 65536u               /* the log begins here */
#define PROTO_SIZE (UINT64_C(256) << 20)      /* of the sparse memfd */
#define PROTO_PATH_MAX 4096u

/* Options that the injected library obeys (values parsed by the tool; see options.def). */
struct proto_options {
    uint32_t exit_code;          /* with halt_on_error: of the process */
    uint32_t halt_on_error;      /* stop at the first finding that the tool prints */
    uint32_t findings_max;       /* per process; further ones are counted only */
    uint32_t report_races;       /* 0: synchronisation only */
    uint32_t release_cxx20;      /* --release-sequence=c++20 */
    uint32_t follow_children;    /* fork and exec'ed children are observed */
    uint32_t verbosity;
    uint32_t instrumented;       /* the tool saw that the main program is instrumented */
    uint32_t report_leaks;       /* goroutines that wait for ever at the end of main */
    uint32_t report_unstopped;   /* contexts never cancelled, timers never stopped */
    uint32_t report_misuse;      /* of threads' objects */
    uint32_t report_lock_order;  /* potential deadlocks */
    uint32_t report_deadlocks;   /* real ones, of threads */
    uint32_t report_thread_leaks; /* threads never joined nor detached */
    uint32_t report_signal_handlers; /* what these must not do */
    uint32_t reserved;
    uint64_t quarantine_bytes;
    uint64_t memory_limit_bytes; /* 0 = none */
};

struct proto_control {
    uint64_t magic;
    uint32_t version;
    uint32_t size;                   /* of this struct */
    uint64_t journal_size;           /* bytes of the memfd, log included */
    _Atomic uint64_t log_end;        /* offset in the journal where the next record goes */
    _Atomic uint64_t records_lost;   /* did not fit */
    _Atomic uint32_t findings;       /* found by all processes, before suppression */
    _Atomic uint32_t bell;           /* futex, shared: bumped after each record */
    _Atomic uint32_t processes;      /* that attached */
    uint32_t tool_pid;
    struct proto_options options;
    char library[PROTO_PATH_MAX];    /* value for LD_PRELOAD, re-added across exec */
};
static_assert(sizeof(struct proto_control) <= PROTO_LOG_OFFSET, "control block fits its pages");

enum proto_record_state { RECORD_WRITING = 0, RECORD_COMPLETE = 1 };

/* What became of a finding: a suppressed or repeated one is no reason to halt. (Of other records that
 * have one: that it was taken.) */
enum proto_verdict { VERDICT_NONE = 0, VERDICT_QUIET, VERDICT_PRINTED };

enum proto_record_type {
    RECORD_PROCESS = 1, /* struct proto_process: a process attached (start, fork, exec) */
    RECORD_MODULE,      /* struct proto_module: code mapped at an address range */
    RECORD_FINDING,     /* struct proto_finding */
    RECORD_NOTICE,      /* struct proto_notice: something the user should know, once */
    RECORD_EXIT,        /* struct proto_exit: the process ends in an orderly way */
    RECORD_DEFAULTS,    /* struct proto_defaults; the process waits for a verdict */
    RECORD_TYPES
};

/* Records start at multiples of 8; `size` includes this header and the padding. */
struct proto_record {
    uint32_t size;
    uint16_t type;
    _Atomic uint16_t verdict; /* enum proto_verdict, by the tool; for halt_on_error */
    _Atomic uint32_t state;
    uint32_t pid;
    uint64_t order; /* position in the log's sequence: CLOCK_MONOTONIC ns */
};
static_assert(sizeof(struct proto_record) == 24, "layout");

enum proto_process_how { PROCESS_START, PROCESS_FORK, PROCESS_EXEC };
struct proto_process {
    struct proto_record head;
    uint32_t parent_pid;
    uint32_t how;
    uint32_t instrumented; /* any module of it is */
    uint32_t reserved;
    char path[]; /* of the executable, NUL-terminated */
};

struct proto_module {
    struct proto_record head;
    uint64_t low, high; /* where its code and data are mapped */
    uint64_t bias;      /* add to an ELF address to get the run-time address */
    uint32_t instrumented;
    uint32_t main;      /* the executable itself */
    uint32_t build_id_size;
    uint8_t build_id[20];
    uint32_t unloads; /* of the process, before this one was loaded */
    uint32_t reserved;
    char path[];
};

/* A program counter of code that was unloaded since has the number of that unload above its
 * address: it is of a module that was loaded after fewer unloads. The last number stands for itself
 * and all that would follow: which module it was is unknown. */
#define PROTO_PC_BITS 48
#define PROTO_UNLOADS_MAX UINT32_C(0x7ffe)

/* ---- findings: a flat, self-contained tree ----
 * Tables follow the struct in the order tasks, stacks, locks, pcs (u64), objects, waits, each of the
 * counted length, then `text_size` bytes of text without an end. Indexes are into those tables;
 * PROTO_NONE means absent. */
#define PROTO_NONE UINT32_MAX

enum proto_finding_kind {
    FINDING_DATA_RACE = 1,
    FINDING_USE_AFTER_FREE,
    FINDING_DOUBLE_FREE,
    FINDING_CRASH, /* a signal killed the process: accesses[0] is where */
    /* What the goroutine runtime tells; waits[0] is where it happened: */
    FINDING_PANIC,
    FINDING_FATAL,
    FINDING_LEAK,
    FINDING_MISUSE, /* with two accesses, of which waits is empty, or with a place */
    FINDING_CONTEXT,
    FINDING_TIMER,
    /* waits are all goroutines: */
    FINDING_DEADLOCK,
    /* What `racerun explore` tells of a schedule; waits are the tasks that have not ended: */
    FINDING_LOST_WAKEUP,
    FINDING_LIVELOCK,
    FINDING_ASSERTION,
    FINDING_KILLED, /* by a signal */
    FINDING_STATUS,
    FINDING_HANG,
    FINDING_OUTPUT,         /* differs from another schedule's */
    FINDING_NONDETERMINISM, /* a schedule did not fail again */
    /* waits are the edges of the cycle, each the acquisition of `object` while holding `held`: */
    FINDING_LOCK_ORDER,
    /* waits[0] is who made the thread, and where; `like` more were made there: */
    FINDING_THREAD_LEAK,
};
/* What a FINDING_MISUSE of threads' own objects is: waits[0] does it, waits[1] is what it conflicts
 * with, if that is known. */
enum proto_misuse {
    MISUSE_NONE, /* of goroutines' objects: the words tell */
    MISUSE_RELOCK,
    MISUSE_UNLOCK_FREE,
    MISUSE_UNLOCK_FOREIGN,
    MISUSE_UNLOCK_UNHELD, /* of an rwlock */
    MISUSE_DESTROY_HELD,
    MISUSE_DESTROY_WAITED,
    MISUSE_INIT_WAITED,
    MISUSE_DESTROYED,
    MISUSE_UNINITIALISED,
    MISUSE_EXIT_HOLDING,
    MISUSE_WAIT_UNHELD,
    MISUSE_WAIT_OTHER_MUTEX,
    MISUSE_BARRIER_OF_NONE,
    MISUSE_SEM_VALUE,
    MISUSE_SEM_OVERFLOW,
    MISUSE_JOIN_SELF,
    MISUSE_JOIN_DETACHED,
    MISUSE_JOIN_TWICE,
    MISUSE_DETACH_TWICE,
    MISUSE_DETACH_JOINED,
    MISUSE_HANDLER_CALLS, /* waits[0].state tells what */
    MISUSE_HANDLER_ERRNO,
    MISUSE_KINDS
};
enum proto_access_kind { ACCESS_WRITE, ACCESS_READ, ACCESS_ATOMIC_WRITE, ACCESS_ATOMIC_READ,
                         ACCESS_FREE };
/* PLACE_TLS: the place ends this many bytes above the thread pointer (glibc's control block). */
#define PROTO_TLS_CONTROL 2304u
enum proto_place { PLACE_UNKNOWN, PLACE_STATIC, PLACE_HEAP, PLACE_STACK, PLACE_TLS };

struct proto_access {
    uint64_t addr;
    uint32_t size;
    uint32_t kind;
    uint32_t task;
    uint32_t stack;
    uint32_t lock_first, lock_count; /* locks held, outermost first */
};

struct proto_task {
    uint32_t number; /* 1 = main */
    uint32_t os_id;
    uint32_t parent;  /* index, PROTO_NONE for main */
    uint32_t created; /* stack */
    uint32_t ended;
    uint32_t goroutine; /* 0 = thread */
    char name[32];
};

struct proto_stack {
    uint32_t pc_first, pc_count; /* innermost first: the place, then return addresses */
};

struct proto_lock {
    uint64_t addr;
    uint32_t uid;
    uint32_t kind; /* enum hb_lock_kind */
    uint32_t shared;
    uint32_t acquired; /* stack */
    uint32_t created;  /* stack */
    uint32_t reserved;
};

/* What goroutines wait for, race on or misuse. */
enum proto_object_kind {
    OBJECT_NONE,
    OBJECT_CHANNEL,
    OBJECT_MUTEX,
    OBJECT_RWMUTEX,
    OBJECT_WAITGROUP,
    OBJECT_COND,
    OBJECT_ONCE,
    OBJECT_SEMAPHORE,
    OBJECT_CONTEXT,
    OBJECT_TIMER,
    OBJECT_OTHER,
    /* of threads */
    OBJECT_LOCK,
    OBJECT_RWLOCK,
    OBJECT_CONDITION,
    OBJECT_BARRIER,
    OBJECT_SPINLOCK,
    OBJECT_THREAD,
    OBJECT_ONCE_FLAG, /* also the guard of a local static */
    OBJECT_HANDLER, /* of the signal whose number is `addr` */
    OBJECT_KINDS
};
struct proto_object {
    uint64_t addr, size;
    uint32_t kind;
    uint32_t made_task, made; /* who made it and where (stack); PROTO_NONE unknown */
    uint32_t reserved;
    uint64_t element_size, capacity; /* of a channel */
    uint64_t held_at;                /* a static variable there points to it; 0 unknown */
    uint64_t frame_pc, frame_cfa;    /* as place_frame_pc, place_frame_cfa below, of addr */
    char type[48];                   /* of a channel's elements; "" unknown */
};

/* A goroutine that waits, or is otherwise at a place. */
struct proto_wait {
    uint32_t task, stack;
    uint32_t object; /* index or PROTO_NONE */
    uint32_t like;   /* so many more are in the same state and place */
    /* Indexes + 1; 0 unknown. Deadlock: who holds `object`, and where it was locked. Lock order: what
     * the task holds meanwhile, and where that was locked. */
    uint32_t held_by, held_at, held;
    uint32_t reserved;
    char state[48];
};

struct proto_finding {
    struct proto_record head;
    uint32_t kind;
    uint32_t ordered; /* use-after-free: the free happens before the access */
    uint32_t tid;
    uint32_t signal;  /* crash */
    uint32_t misuse;  /* enum proto_misuse */
    struct proto_access now;
    struct proto_access before;
    uint32_t place; /* of now.addr */
    uint32_t place_task; /* owner of the stack or TLS; who allocated the block */
    uint64_t place_addr, place_size; /* block, stack or TLS */
    uint32_t place_stack; /* of the allocation */
    uint32_t freed_task, freed_stack;
    uint32_t task_count, stack_count, lock_count, pc_count;
    uint32_t object_count, wait_count, text_size;
    uint32_t about; /* the object that it is about: its index + 1; 0 = none */
    uint32_t more;   /* tasks that are not among the waits */
    uint32_t worker; /* of `racerun explore`: which found it, */
    uint32_t step;   /* and how many steps its schedule had taken then */
    /* PLACE_STACK: the call whose frame holds now.addr; 0 = not known. The pc is any return address
     * within the function; the CFA is the stack pointer before the call that entered it. */
    uint64_t place_frame_pc, place_frame_cfa;
};

struct proto_notice {
    struct proto_record head;
    char text[]; /* one sentence, no newline */
};

/* What the program's __tsan_default_options and __tsan_default_suppressions say. */
enum proto_defaults_what { DEFAULTS_OPTIONS, DEFAULTS_SUPPRESSIONS };
struct proto_defaults {
    struct proto_record head;
    uint32_t what;
    uint32_t reserved;
    char text[];
};

struct proto_exit {
    struct proto_record head;
    uint32_t findings;     /* by this process */
    uint32_t findings_dropped;
    uint64_t accesses_slow, contexts, shadow_bytes, tasks; /* for --stats */
};

#endif
