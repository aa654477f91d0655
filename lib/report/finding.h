/*
 * finding: a finding in words and source places, ready for any format. Everything hangs in one
 * arena and lives as long as it (names of functions and files as long as the images). Formats read
 * this and nothing else, so that every format says the same.
 */
#ifndef RACERUN_REPORT_FINDING_H
#define RACERUN_REPORT_FINDING_H

#include "report/record.h"
#include "report/space.h"
#include "report/variable.h"

struct frame {
    uint64_t pc;            /* run-time address within the call instruction (or the place itself) */
    const char *function;   /* NULL unknown */
    const char *file;       /* absolute, or NULL */
    uint32_t line, column;  /* 0 unknown */
    uint32_t function_line; /* where the function is declared; 0 unknown */
    const char *module;     /* file name without folders; NULL: no module covers pc */
    const char *module_path;
    uint64_t offset; /* ELF address of pc in the module */
    bool inlined;    /* into the next frame */
    bool in_main;    /* module is the executable */
    bool library;    /* of the C or C++ library: their headers or modules */
};

/* Innermost first, frames of racerun itself left out; empty = unknown. */
struct stack {
    const struct frame *frames;
    size_t count;
};

struct task {
    uint32_t number, os_id; /* number 1 = main; os_id 0 unknown */
    const char *name;       /* "" none */
    uint32_t goroutine;     /* its number; 0 = a thread */
    bool ended;
    const struct task *parent; /* NULL unknown or none */
    struct stack created;
};

struct lock {
    uint64_t addr;
    uint32_t uid;
    const char *kind;                /* "mutex", "spinlock", "rwlock" */
    bool shared;                     /* held for reading */
    const struct variable *variable; /* NULL unknown */
    struct stack acquired, created;
};

/* What goroutines wait for, race on or misuse. */
struct object {
    enum proto_object_kind kind;
    uint64_t addr;
    const struct variable *variable; /* that it is or, a channel, that points to it; NULL unknown */
    const struct module *module;     /* of a static variable, or NULL */
    const char *written;             /* what the source calls it where it is used; NULL unknown */
    const char *element;             /* type of a channel's elements, or NULL */
    uint64_t element_size, capacity; /* of a channel */
    const struct task *maker;        /* NULL unknown */
    struct stack made;
};

/* A task at a place. */
struct wait {
    const struct task *task;     /* NULL unknown */
    const char *state;           /* "chan receive", "running" */
    const struct object *object; /* NULL none */
    struct stack stack;
    uint32_t like;             /* so many more are in the same state and place */
    const struct task *holder; /* who holds `object`; NULL unknown */
    const struct object *held; /* what the task holds meanwhile; NULL none */
    struct stack held_at;      /* where that, or `object`, was locked */
};

struct access {
    enum proto_access_kind kind;
    const char *operation; /* on a channel or other object: "send", "close"; NULL: none */
    uint64_t addr;
    uint32_t size;
    const struct task *task; /* NULL unknown */
    struct stack stack;
    const struct lock *locks; /* outermost first */
    size_t lock_count;
    const struct variable *variable; /* NULL unknown */
};

struct place {
    enum proto_place kind;
    uint64_t addr, bytes;            /* those that both accesses touch */
    const struct variable *variable; /* that they belong to; NULL unknown */
    uint64_t base, size;             /* of block, stack or TLS; size 0 unknown */
    const struct task *task;         /* owner of the stack or TLS, allocator of the block */
    const struct module *module;     /* that holds a static or thread-local variable, or NULL */
    uint64_t origin;                 /* run-time address where `addr` 0 of its variables would be */
    struct stack allocated;
    const struct task *freed_task;
    struct stack freed; /* count 0: unknown or not freed */
};

struct report_schedule;

#define FINDING_WHY_MAX 6

struct finding {
    enum proto_finding_kind kind;
    const char *title; /* "data race" */
    uint32_t number;   /* 1.. in this report */
    char id[9];
    uint64_t key, key_code; /* either equal: duplicates (identity.c) */
    uint32_t pid;
    const struct process *process; /* NULL unknown */
    bool ordered;
    uint32_t signal;
    struct access now, before; /* before: has_before */
    bool has_now, has_before;  /* else it is about `waits` */
    struct place place;
    const struct object *about; /* NULL none */
    const struct wait *waits;   /* the first is where it happened, or all that are stuck */
    size_t wait_count;
    uint32_t more;      /* tasks that are not among them */
    bool by_threads;    /* a misuse: each wait did what its state says */
    const char *words;  /* of a panic, fatal error or misuse, or NULL */
    const char *advice; /* what to do, or NULL */
    const struct task *tasks;
    size_t task_count;
    const char *why[FINDING_WHY_MAX]; /* sentences */
    size_t why_count;
    const char *hint; /* one sentence on what would make the report better, or NULL */
    const char *test; /* of several, that found it; NULL unknown */
    const struct report_schedule *schedule; /* that shows it; NULL unknown, or not yet known */
};

/* Turns a checked finding record into a finding (without number); never fails. */
void finding_resolve(struct finding *finding, const struct space *space, struct arena *arena,
                     const struct record *record);

/* Fills id and key (identity.c). */
void finding_identify(struct finding *finding);
/* Fills title, advice and the operations of the accesses from what it is about (goroutine.c). */
void finding_advise(struct finding *finding, struct arena *arena);
/* Fills why (why.c). */
void finding_explain(struct finding *finding, struct arena *arena);

/* ---- words that all formats share (words.c); strings live in `arena` ---- */

const char *kind_title(enum proto_finding_kind kind);
/* "data race on `x`, a global variable, in f at main.c:3": one line for formats that have no more.
 */
const char *finding_headline(struct arena *arena, const struct finding *finding);
/* The stack where it is: of the access, or of whoever waits first; empty unknown. */
const struct stack *finding_stack(const struct finding *finding);
/* "channel", "WaitGroup". */
const char *object_noun(enum proto_object_kind kind);
/* channel `jobs` (of int, room for 2); WaitGroup `wg`. */
const char *object_label(struct arena *arena, const struct object *object);
/* "main thread", "thread 2", "goroutine 7"; "an unknown thread" for NULL. */
const char *task_label(struct arena *arena, const struct task *task);
/* The same with name: thread 2 "worker" (tid 1234). */
const char *task_label_long(struct arena *arena, const struct task *task);
/* "write", "atomic read", "free". */
const char *access_verb(enum proto_access_kind kind);
/* "mutex `pool.lock`", "rwlock M3 (0x7f...)". */
const char *lock_label(struct arena *arena, const struct lock *lock);
/* The innermost frame that is not the C or C++ library's, else the innermost; `stack` is not empty.
 */
const struct frame *stack_own(const struct stack *stack);
/* True when `task` occurs in the creation chain of an access or as owner of the place. */
bool task_mentioned(const struct finding *finding, const struct task *task);

#endif
