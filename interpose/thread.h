/*
 * thread: what we know of each pthread, and what each pthread knows of itself.
 *
 * A struct thread lives from just before its creation until it has both ended and been joined or
 * detached. It is found by pthread_t. libc reuses a pthread_t as soon as its thread has been
 * joined, which another thread may notice before the joiner has come back to us: so several
 * entries may carry one id, of which the newest is the live one, and a joiner keeps the entry
 * that it found before it waited.
 *
 * The table's lock guards the buckets, the free list, and `ended`/`detached`.
 */
#ifndef RACERUN_INTERPOSE_THREAD_H
#define RACERUN_INTERPOSE_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "interpose/runtime.h"

enum { SIGNALS = 65, REPORTS_MAX = 4 };

/* What a thread waits for, without a time limit, inside a call of libc. */
struct blocked {
    uint32_t kind; /* enum proto_object_kind; OBJECT_NONE: it does not wait */
    uint32_t tid, serial;
    bool shared;      /* to read-hold an rwlock */
    uintptr_t object; /* of a join: the number of the other one's task, 0 = unknown */
    struct hb_ctx ctx;
};

enum thread_start { START_EARLY, START_GO, START_WAITED_FOR };

struct thread {
    struct thread *next;           /* in its bucket or in the free list */
    struct thread *_Atomic really; /* what this one, adopted too early, turned out to be */
    pthread_t id;
    pthread_t joins; /* it is in a join of this one; 0: in none */
    struct hb_task *task;
    struct hb_task *between; /* what it is while its own, a goroutine's, waits: goroutine.c */
    bool is_goroutine;
    void *(*routine)(void *);
    int (*routine_c11)(void *); /* of thrd_create; then `routine` is NULL */
    void *argument;
    _Atomic uint32_t start; /* enum thread_start; futex of the child until it is registered */
    bool ended, detached;
    bool by_program;               /* its creation was seen, in instrumented code */
    bool outlived_main;            /* it ended after main had called pthread_exit */
    bool adopted;                  /* not created before our eyes: it may be joined, but need not */
    struct blocked blocked;        /* read by others: see blocked.c */
    uint64_t signal_keys[SIGNALS]; /* only the addresses are used: what pthread_kill orders */
};

/* Where tables have what is about the thread: those that are made one after the other, with stacks
 * of the default size and a guard page, are neighbours there (2049 is its own inverse modulo 4096),
 * in one page that exploration has to put back. */
static inline uint32_t thread_place(pthread_t id)
{
    return (uint32_t)((id >> 12) * 2049 + (id >> 24));
}

enum thread_state { THREAD_NEW, THREAD_LIVE, THREAD_ENDED };

struct once_call;
struct handler_frame;
struct signal_queue;

/* Of the calling thread. Small: it is taken from every thread's stack. */
struct self {
    struct thread *thread;
    struct signal_queue *signals;   /* deferred ones; NULL until the first */
    struct once_call *once;         /* the innermost pthread_once in progress */
    struct handler_frame *handlers; /* the innermost signal handler on another stack */
    uint8_t state;                  /* enum thread_state */
    uint8_t exit_passes;            /* of the TSD destructors that we have seen */
    bool signals_pending;           /* set by signal handlers of this thread */
    bool cancel_asynchronous;       /* the program's type of cancellation (cancel.c) */
    uint8_t sends;                  /* the signal that it is sending to itself; 0: none */
    uint8_t interrupted_by;         /* 0, or the signal of the outermost asynchronous handler, */
    uint32_t ignore_sync;           /* > 0: its atomics order nothing (tsan_annotations.c) */
    uint8_t report_count;           /* of `reports` */
    struct proto_finding *reports[REPORTS_MAX]; /* that the program is to hear of (tsan_report.c) */
    uint32_t interrupted_depth;                 /* how many calls that interrupted, */
    uintptr_t interrupted_frame; /* and where it lies on the stack (signal_safety.c) */
};
extern RT_HIDDEN __thread struct self rt_self __attribute__((tls_model("initial-exec")));

/* Around a signal handler, between enter and leave: what it does and what the thread's own
 * goroutine does, which may wait meanwhile, is in order (goroutine.c). */
RT_HIDDEN void goroutine_handler_meets(void);

/* ---- the table ---- */

RT_HIDDEN struct thread *thread_new(struct hb_task *task);
/* The thread may now be found by its id. Returns the task of an adopted thread that had this id,
 * has ended and was never joined, or NULL: nobody will join it now. */
RT_HIDDEN struct hb_task *thread_register(struct thread *thread, pthread_t id, bool detached);
RT_HIDDEN struct thread *thread_find(pthread_t id);
/* A thread that was adopted turned out to be `thread`, whose creator had not told yet. The entry
 * stays for those who have found it already, and leads them there. */
RT_HIDDEN void thread_reveal(struct thread *adopted, struct thread *thread);
/* The thread that an entry found before stands for; NULL for NULL. */
RT_HIDDEN struct thread *thread_really(struct thread *thread);
/* Both of these may be the end of the entry. */
RT_HIDDEN void thread_mark_ended(struct thread *thread);
RT_HIDDEN void thread_mark_detached(struct thread *thread, pthread_t id);
/* Takes the entry out and frees it: joined, or never started. */
RT_HIDDEN void thread_forget(struct thread *thread);
/* Calls `visit` for all entries until it returns true; under the table's lock. */
RT_HIDDEN bool threads_visit(bool (*visit)(struct thread *thread, void *arg), void *arg);
RT_HIDDEN void threads_lock(void);
RT_HIDDEN void threads_unlock(void);
/* In a forked child: only `self` is left. */
RT_HIDDEN void threads_fork_child(struct thread *self);

/* ---- the calling thread ---- */

/* What a thread starts with, given the argument that it is really started with. */
RT_HIDDEN uint64_t thread_routine(const void *argument);
/* Enters a thread into the table, under the id that it now has. */
RT_HIDDEN void thread_announce(struct thread *thread, pthread_t id, bool detached);
/* First step of a thread that pthread_create started for us. */
RT_HIDDEN void thread_begin(struct thread *thread);
/* A thread with no known past becomes a task. */
RT_HIDDEN void thread_adopt(struct hb_task *parent);
/* The first task; at boot. */
RT_HIDDEN void thread_begin_main(void);
/* The program makes a key that may have a destructor. */
RT_HIDDEN void thread_key_other(void);
/* Makes the key whose destructor ends the tasks; at boot. */
RT_HIDDEN void thread_key_init(void);
/* libc makes room for the calling thread's value of it now, not when the thread begins. */
RT_HIDDEN void thread_key_prepare(void);

/* ---- memory of the calling thread ---- */

struct thread_memory {
    uintptr_t stack_low, stack_high;
    uintptr_t tls_low, tls_high; /* with the control block */
};
RT_HIDDEN void thread_memory(struct thread_memory *ret_memory);
RT_HIDDEN void thread_memory_main(struct thread_memory *ret_memory);

#endif
