/*
 * racerun/hooks.h: what the goroutine runtime tells a detector. The detector exports
 *     const struct rgo_hooks *racerun_go_hooks(uint32_t version);
 * which the runtime looks up once, by dlsym, before the first goroutine; absent (or NULL for a version
 * that it does not know) every hook costs one predicted branch.
 *
 * A task is the detector's handle of a goroutine. Calls name the task whose clock is meant, as one
 * goroutine completes the operation of another that waits. All are called with the lock of the object
 * held, so for one object they come one at a time, in the order in which the operations took effect.
 * A sync object is known by its address; `die` forgets it. `pc` is the place in the program.
 */
#ifndef RACERUN_HOOKS_H
#define RACERUN_HOOKS_H

#include <stddef.h>
#include <stdint.h>

#define RGO_HOOKS_VERSION 1

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
    void (*die)(const void *object, size_t size); /* clocks inside these bytes are forgotten */

    /* ---- accesses by the task, in its program order ---- */
    void (*read)(void *task, const void *memory, size_t size, const void *pc);
    void (*write)(void *task, const void *memory, size_t size, const void *pc);
};

#endif
