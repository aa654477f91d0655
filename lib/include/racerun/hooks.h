/*
 * racerun/hooks.h: what the goroutine runtime tells a detector. The detector exports
 *     const struct rgo_hooks *racerun_go_hooks(uint32_t version);
 * which the runtime looks up once, by dlsym, before the first goroutine; absent (or NULL for a
 * version that it does not know) every hook costs one predicted branch.
 *
 * A task is the detector's handle of a goroutine. Calls name the task whose clock is meant, as one
 * goroutine completes the operation of another that waits. All are called with the lock of the
 * object held, so for one object they come one at a time, in the order in which the operations took
 * effect. A sync object is known by its address; `die` forgets it. `pc` is the place in the
 * program.
 */
#ifndef RACERUN_HOOKS_H
#define RACERUN_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RGO_HOOKS_VERSION 3

/* ---- what is found besides races ---- */

enum rgo_finding_kind {
    RGO_FINDING_PANIC = 1, /* that nobody recovers */
    RGO_FINDING_FATAL,     /* a fatal error */
    RGO_FINDING_DEADLOCK,  /* nobody can run any more */
    RGO_FINDING_LEAK,      /* each of these goroutines waits for ever, while others go on */
    RGO_FINDING_MISUSE,    /* of the object, which is a `what` */
    RGO_FINDING_CONTEXT,   /* each context that was made and is not gone was never cancelled */
    RGO_FINDING_TIMER,     /* each timer that was made and is not gone was never stopped */
    /* A stack is used up: told in the handler of a fault, which may have come inside the detector.
     */
    RGO_FINDING_OVERFLOW,
};

/* How a lock is taken. */
enum rgo_lock {
    RGO_LOCK_MUTEX = 0,
    RGO_LOCK_RWMUTEX = 1,
    RGO_LOCK_READ = 2,
    RGO_LOCK_TRIED = 4, /* it would not have waited */
};

/* What a finding speaks of besides memory. */
enum rgo_object_kind {
    RGO_OBJECT_NONE,
    RGO_OBJECT_CHANNEL,
    RGO_OBJECT_MUTEX,
    RGO_OBJECT_RWMUTEX,
    RGO_OBJECT_WAITGROUP,
    RGO_OBJECT_COND,
    RGO_OBJECT_ONCE,
    RGO_OBJECT_SEMAPHORE,
    RGO_OBJECT_CONTEXT,
    RGO_OBJECT_TIMER,
    RGO_OBJECT_OTHER,
};

struct rgo_object {
    const void *address; /* NULL: none */
    uint32_t kind;       /* enum rgo_object_kind */
    uint32_t size;
};

/* A goroutine in a finding, and further ones in the same state and place. */
struct rgo_stuck {
    void *task;               /* NULL: unknown */
    const char *state;        /* "running", "chan receive", "sync.Mutex.Lock", ... */
    struct rgo_object object; /* what it waits for */
    const void *const *stack; /* return addresses, the innermost first */
    uint32_t stack_size;
    uint32_t like; /* how many further ones */
};

/* Strings and arrays are the caller's, for the time of the call. */
struct rgo_finding {
    uint32_t kind;
    struct rgo_object object;           /* what it is about */
    const char *words;                  /* of a panic or fatal error; else a sentence, or NULL */
    const struct rgo_stuck *goroutines; /* PANIC, FATAL, MISUSE: the first is where it happened */
    size_t count;
    size_t more; /* goroutines that are not among these */
};

/* Before which operation a goroutine stands. */
enum rgo_point {
    RGO_POINT_SEND,
    RGO_POINT_RECEIVE,
    RGO_POINT_CLOSE,
    RGO_POINT_SELECT,
    RGO_POINT_LOCK,
    RGO_POINT_UNLOCK,
    RGO_POINT_ADD,
    RGO_POINT_WAIT,
    RGO_POINT_SIGNAL,
    RGO_POINTS
};

/* One that decides who runs next (`racerun explore`). There is one worker then, and each operation
 * is announced before it. Goroutines are known by their tasks; `goroutine` is whatever `next` shall
 * return. */
#define RGO_CONTROL_LOOK ((void *)1)
struct rgo_control {
    /* How the goroutine that runs lets others go first: for operations that the controller sees by
     * itself (atomics, say). It has been made runnable when this returns control to `next`. */
    void (*begin)(void (*yield)(void));
    /* `objects`: what the operation is about, each once. False: no point; what the runtime itself
     * does in the course of an operation, maybe under a lock. */
    bool (*point)(void *task, uint32_t what, const void *const *objects, uint32_t count,
                  const void *pc);
    /* What runs now is about this object, too: announced by no point, or not before it was known.
     */
    void (*touch)(const void *object);
    /* `yields`: it could have gone on, and wants others to go first. */
    void (*runnable)(void *task, void *goroutine, bool yields);
    /* On the worker: who runs now. RGO_CONTROL_LOOK: timers are due, or the network is ready; NULL:
     * nothing can ever run. `deadline`: of the first timer, INT64_MAX none; `epoll`: waits for
     * goroutines, -1 none. */
    void *(*next)(int64_t deadline, int epoll);
    uint32_t (*choose)(void *task, uint32_t below);
    /* A thread of the program's own waits until unpark, which may come first. */
    void (*park)(void *task);
    void (*unpark)(void *task);
};

struct rgo_hooks {
    uint32_t version; /* RGO_HOOKS_VERSION */
    uint32_t size;    /* sizeof(struct rgo_hooks) */

    /* ---- tasks ---- */
    void *(*task_main)(void);
    /* G25: the creator's clock is the new task's beginning. */
    void *(*task_create)(void *creator, uint64_t id, const void *fn, const void *pc);
    void (*task_end)(void *task);
    /* From now on this thread runs `task` (NULL: the scheduler, which has none). */
    void (*task_run)(void *task);
    void (*task_name)(void *task, const char *name);
    /* The task's stack; what was known of these bytes is forgotten (P16). */
    void (*task_stack)(void *task, const void *low, size_t size);

    /* ---- order ---- */
    void (*acquire)(void *task, const void *object);       /* task joins object's clock */
    void (*release)(void *task, const void *object);       /* object's clock becomes task's */
    void (*release_merge)(void *task, const void *object); /* object's clock joins task's */
    /* G4: task acquires the object's clock and leaves its own from before that. */
    void (*swap)(void *task, const void *object);
    /* G2, G4: each acquires the other's clock from before the call. */
    void (*meet)(void *task, void *other);
    /* G19, G21: after locking and before unlocking; enum rgo_lock. Any task may unlock. */
    void (*locked)(void *task, const void *lock, uint32_t how, const void *pc);
    void (*unlocked)(void *task, const void *lock, uint32_t how);
    void (*die)(const void *object, size_t size); /* clocks inside these bytes are forgotten */

    /* ---- accesses by the task, in its program order ---- */
    void (*read)(void *task, const void *memory, size_t size, const void *pc);
    void (*write)(void *task, const void *memory, size_t size, const void *pc);

    /* ---- findings; any of these may be NULL ----
     * A use of an object, known by one of its words, which nothing else accesses: two of different
     * sides (0, 1) that are not ordered are a misuse of it. */
    void (*use)(void *task, const struct rgo_object *object, const uint32_t *word, uint32_t side,
                const void *pc);
    /* What reports say of an object: who made it and where; of a channel also the words of its
     * elements' type (a literal, or NULL), their size and how many it has room for. Channels; and,
     * if they are `wanted`, contexts until they are cancelled and timers until they are stopped. */
    void (*object_made)(void *task, const struct rgo_object *object, const char *type,
                        size_t element_size, size_t capacity, const void *pc);
    void (*object_gone)(const void *object);
    /* Whether findings of an optional kind (LEAK, CONTEXT, TIMER) are asked for. */
    bool (*wanted)(uint32_t kind);
    /* Returns when it is safe from whatever becomes of the process. */
    void (*finding)(const struct rgo_finding *finding);

    /* The runtime's own code, where it is part of the program: what it does to memory does not
     * count. May be NULL. */
    void (*code)(const void *low, const void *high);

    const struct rgo_control *control; /* NULL: nobody decides */
};

#endif
