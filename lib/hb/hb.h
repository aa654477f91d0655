/*
 * hb: the engine. Happens-before over tasks, sync objects and memory.
 *
 * This is the front door of lib/hb; nothing else in this folder is for other folders, except
 * hb/fast.h (the inline same-epoch check of the hot path). The engine is pure: explicit context,
 * no TLS, no libc malloc, no I/O. It never calls its host except through `struct hb_callbacks`,
 * and then holds none of its locks.
 *
 * Model. A *task* (pthread or goroutine) has an epoch (slot, clock); its clock advances at each
 * release. A *snapshot* of a task is its vector clock at that moment. Sync objects carry snapshots.
 * Each 8-byte granule of memory carries a list of access records, each one an epoch, a byte mask,
 * a kind and a calling context: enough to decide every race exactly (FastTrack: Flanagan & Freund,
 * PLDI 2009) and to tell both stacks, always.
 *
 * Threads. A function that takes a `struct hb_task *` must be called by the thread that is that
 * task at the moment, or while no thread is (a goroutine that waits) and the host sees to it that
 * none becomes it meanwhile. Everything else is safe from any thread. Signal handlers must not run
 * engine functions while the interrupted code is inside one: the host defers signals.
 *
 * Out of memory is fatal (CHECK), with a sentence that says so: the engine cannot lose history.
 */
#ifndef RACERUN_HB_H
#define RACERUN_HB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hb;
struct hb_task;
struct hb_cache;
struct record;

/* A calling context: the path of calls, the place itself, and the locks held. 0 = unknown. */
struct hb_ctx {
    uint32_t id;
};

/* One call in progress, as __tsan_func_entry saw it. */
struct hb_frame {
    uint64_t call_pc; /* return address in the caller */
    uint32_t node;    /* context of this frame, 0 = not yet computed */
    uint32_t sp;      /* low half of the stack pointer at entry; finds frames that longjmp left */
};

/*
 * The part of a task that the hot path needs; lives in thread-local storage of the thread that
 * runs the task. The engine keeps `word` up to date through the task's pointer to its cursor.
 */
struct hb_cursor {
    uint64_t word;          /* epoch of the task as in a record, mask and kind 0; ~0 = slow path */
    struct hb_frame *top;   /* the current frame; frames grow upwards, frames[0] is a sentinel */
    struct hb_frame *limit; /* the last usable frame */
    struct hb_task *task;   /* NULL until bound */
    struct hb_cache *cache; /* the engine's */
    uint32_t inside;        /* enum hb_inside */
    uint32_t ignore;        /* > 0: accesses of this task are not recorded */
    uint64_t quiet_word;    /* `word` while a relaxed write has nothing to tell; else ~0 */
};
/* Where the thread is. Not in the program, the host defers signals and passes nested calls through.
 */
enum hb_inside {
    HB_INSIDE_NOTHING,
    HB_INSIDE_ENGINE, /* a fork waits until it has left */
    HB_INSIDE_HOST,   /* no engine function is under way: others may fork meanwhile */
};
#define HB_CURSOR_INIT                                                                             \
    {                                                                                              \
        .word = ~UINT64_C(0), .quiet_word = ~UINT64_C(0)                                           \
    }

enum hb_kind {
    HB_WRITE = 0,
    HB_READ = 1,
    HB_ATOMIC_WRITE = 2, /* store or RMW */
    HB_ATOMIC_READ = 3,
    HB_FREE = 4, /* the end of a heap block's life; conflicts like a write */
};

enum hb_order { HB_RELAXED, HB_CONSUME, HB_ACQUIRE, HB_RELEASE, HB_ACQ_REL, HB_SEQ_CST };

enum hb_finding_kind {
    HB_DATA_RACE,
    HB_USE_AFTER_FREE, /* an access after free, or unordered with it */
    HB_DOUBLE_FREE,
};

/* One side of a finding. `task` numbers are never reused. */
struct hb_access {
    uintptr_t addr;
    uint32_t size;
    enum hb_kind kind;
    uint32_t task;
    struct hb_ctx ctx;
};

struct hb_finding {
    enum hb_finding_kind kind;
    bool ordered; /* use-after-free: the free happens before the access */
    struct hb_access now;
    struct hb_access before;
};

enum hb_object {
    HB_OBJECT_MUTEX,
    HB_OBJECT_SPINLOCK,
    HB_OBJECT_RWLOCK,
    HB_OBJECT_BARRIER,
    HB_OBJECT_SEM,
    HB_OBJECT_COND
};
/* An object that was destroyed: who did it, and where. */
struct hb_grave {
    uintptr_t addr;
    enum hb_object object; /* that it is used as */
    uint32_t task;
    struct hb_ctx ctx;
};

struct hb_order_edge;
struct hb_callbacks {
    /* Called on the thread of `task`, no engine lock held. May call the query functions. */
    void (*finding)(void *arg, struct hb_task *task, const struct hb_finding *finding);
    /* The same: the task uses, at `pc`, what was destroyed. May be NULL. */
    void (*destroyed)(void *arg, struct hb_task *task, const struct hb_grave *grave, uintptr_t pc);
    /* The same: a potential deadlock (P15), in which each of `edges` wants what the next one holds,
     * and the last what the first holds. May be NULL. */
    void (*lock_order)(void *arg, struct hb_task *task, const struct hb_order_edge *edges,
                       size_t count);
    void *arg;
};

struct hb_config {
    bool release_sequence_cxx20; /* a relaxed store by the releasing task ends the sequence */
    bool lock_order;             /* look for cycles */
    bool all_slow;               /* no access is answered by the fast path: the host sees each */
    /* Freed heap kept back to find use-after-free, beside a part of what is in use; 0 = none. */
    size_t quarantine_bytes;
    size_t address_space; /* bytes that the process may still map (ulimit -v); 0 = no limit */
    /* Zeroed room for the shadow's directory (fast.h), so that the host's hot path knows its
     * address; NULL: the engine reserves it. */
    _Atomic uint64_t *shadow_dir;
};

struct hb *hb_create(const struct hb_config *config, const struct hb_callbacks *callbacks);
void hb_destroy(struct hb *hb);

/* ---- tasks (P1, P13, P16) ---- */

/*
 * A new task that starts after all that `parent` did so far. Without a parent (the first task, or a
 * thread whose start we did not see) it starts after all that any task did so far. Not bound.
 * `call_pc` is the place of creation. Called by the parent's thread.
 */
struct hb_task *hb_task_create(struct hb *hb, struct hb_task *parent, uintptr_t call_pc);
/* The calling thread becomes `task`, whose hot state is `cursor`; the cursor gets its frames. */
void hb_task_bind(struct hb_task *task, struct hb_cursor *cursor);
/* hb_config.all_slow from now on; by the only task that is bound. */
void hb_task_all_slow(struct hb_task *task, bool all_slow);
/* The thread stops being its task, which can be bound again (by any thread) and goes on there. */
void hb_task_unbind(struct hb_cursor *cursor);
/* The thread will not be any task again: gives back what its cursor keeps. */
void hb_cursor_done(struct hb *hb, struct hb_cursor *cursor);
/* The cursor, not bound yet, keeps what it does together with another one: of tasks that take turns
 * on one thread (fibers), so that all find what one has found. */
void hb_cursor_share(struct hb_cursor *cursor, const struct hb_cursor *with);
bool hb_task_is_bound(const struct hb_task *task);
/* A task that no thread is may use what `cursor`'s thread keeps, until NULL is lent. Only makes
 * acting for it cheaper. */
void hb_task_lend(struct hb_task *task, struct hb_cursor *cursor);
/* The task takes no further step. The object lives on until joined or detached. */
void hb_task_end(struct hb_task *task);
/* Everything `ended` did happens before the joiner's next step; consumes `ended`. */
void hb_task_join(struct hb_task *joiner, struct hb_task *ended);
/* Nobody will join `task`: it is freed once it has ended (at once if it has). */
void hb_task_detach(struct hb_task *task);
/* In a forked child, instead of hb_fork_parent: `task` goes on alone; all that any task did before
 * is ordered before it. */
void hb_fork_child(struct hb *hb, struct hb_task *task);
/*
 * Around fork in the parent: between the two no other thread is inside the engine. `self` is the
 * caller's cursor, which leaves the engine while another thread's fork is under way. For this to
 * work a thread that enters the engine first sets its cursor's `inside`, then (a compiler barrier
 * between) must find *hb_paused(hb) zero, or leave and wait. While not 0 it is the thread id of the
 * forker.
 */
void hb_fork_prepare(struct hb *hb, struct hb_cursor *self);
void hb_fork_parent(struct hb *hb);
/* Around the first binding of a cursor, and around binding it to another task: for that time no
 * task shows that the thread is inside. False: somebody forks; wait and try again. */
bool hb_unseen_begin(struct hb *hb);
void hb_unseen_end(struct hb *hb);
_Atomic uint32_t *hb_paused(struct hb *hb);

uint32_t hb_task_number(const struct hb_task *task);
/* What the host knows the task by; of a live task of this process only, else NULL. */
void hb_task_set_host(struct hb_task *task, void *host);
void *hb_query_host(struct hb *hb, uint32_t number);
void hb_task_set_name(struct hb_task *task, const char *name);
void hb_task_set_os_id(struct hb_task *task, uint32_t tid);
/* The stack and TLS of a task: named in reports, forgotten (P16) by hb_range_reset as host asks. */
void hb_task_set_stack(struct hb_task *task, uintptr_t low, size_t size);
void hb_task_set_tls(struct hb_task *task, uintptr_t low, size_t size);

/* ---- calls (the shadow stack) ---- */

void hb_call_enter(struct hb_cursor *cursor, uintptr_t call_pc, uintptr_t sp);
void hb_call_leave(struct hb_cursor *cursor);
/* Around code that runs on top of the current frames but maybe on another stack (a signal
 * handler): mark pushes a border, restore drops it and all that is deeper. */
size_t hb_call_mark(struct hb_cursor *cursor);
void hb_call_restore(struct hb_cursor *cursor, size_t mark);
/* Code whose stack pointer is `sp` is running: drops frames that longjmp left behind. */
void hb_call_heal(struct hb_cursor *cursor, uintptr_t sp);
/* Accesses of the task are not recorded between the two; they nest. */
void hb_ignore_begin(struct hb_cursor *cursor);
void hb_ignore_end(struct hb_cursor *cursor);
/* The context of `pc` within the task's current frame, with the locks it holds. */
struct hb_ctx hb_ctx_here(struct hb_task *task, uintptr_t pc);

/* ---- memory ---- */

/* An access of any size and alignment. `pc` is the return address of the instrumented code. */
void hb_access(struct hb_task *task, uintptr_t addr, size_t size, enum hb_kind kind, uintptr_t pc);
/* Where the records lie that are no heads, and contexts by number, for fast.h; the same for the
 * engine's whole life. */
const struct record *hb_records(const struct hb *hb);
const struct intern_key *hb_contexts(const struct hb *hb);
/* The same as hb_access for a range of which only what was accessed before matters: races are
 * found, but the access leaves no trace where there was none. */
void hb_access_last(struct hb_task *task, uintptr_t addr, size_t size, enum hb_kind kind,
                    uintptr_t pc);
/* Is `addr`, where an object is about to be used, in a block that was freed? Then that is reported.
 */
bool hb_check_freed(struct hb_task *task, uintptr_t addr, uintptr_t pc);
/* The bytes start a new life, unknown to all; sync objects and records in them die. */
void hb_range_reset(struct hb *hb, struct hb_task *task, uintptr_t addr, size_t size);

/* Code at [low, high) is gone: program counters there in contexts of until now are told by queries
 * as pc | age << HB_PC_BITS, age being the host's, of 1 to 65535. No task may be in that code. */
#define HB_PC_BITS 48
void hb_code_unloaded(struct hb *hb, uintptr_t low, uintptr_t high, uint32_t age);
/* There will be accesses: what has to be mapped for them is mapped now. */
void hb_range_expect(struct hb *hb, uintptr_t addr, size_t size);

/* A table of the engine's that grows at its end: behind its first *used items nothing was ever
 * written. For a host that puts the engine's memory back; nobody else may be inside. */
struct hb_table {
    uintptr_t low, high;
    size_t item_size;
    const uint32_t *used;
};
enum { HB_TABLES = 18 };
void hb_tables(const struct hb *hb, struct hb_table ret_tables[HB_TABLES]);

/*
 * Frees the memory that remembers accesses: everything so far is declared ordered before
 * everything. Races with it are not found any more; none is invented. Synchronisation objects
 * keep their clocks. For a host with a memory limit.
 */
void hb_forget(struct hb_task *task);

/* A heap block is born; its bytes start unknown to all. */
void hb_heap_alloc(struct hb_task *task, uintptr_t addr, size_t size, uintptr_t pc);
enum hb_free_result {
    HB_FREE_NOW,     /* the host releases the block */
    HB_FREE_LATER,   /* the block is quarantined: the host must not release it now */
    HB_FREE_DOUBLE,  /* reported; the host must not release it */
    HB_FREE_UNKNOWN, /* not a block that we saw; the host releases it */
};
/*
 * The block dies. `checked` false: freed by code that we do not observe, so no access is implied.
 * Blocks that leave the quarantine because of this call are handed to `evict`.
 */
enum hb_free_result hb_heap_free(struct hb_task *task, uintptr_t addr, uintptr_t pc, bool checked,
                                 void (*evict)(void *arg, uintptr_t addr), void *arg);
/* Requested size of a live block, or 0 if it is not one. */
size_t hb_heap_size(struct hb *hb, uintptr_t addr);

/* ---- sync objects, by address (P2–P8) ----
 * `pc` names the place of the call in reports. Call `release` functions before the real
 * operation and `acquire` functions after it (P0); never touch an object after its real unlock. */

enum hb_lock_kind {
    HB_MUTEX,
    HB_SPINLOCK,
    HB_RWLOCK,
    HB_GO_MUTEX, /* of goroutines, from here on; see hb_go_lock */
    HB_GO_RWMUTEX,
};

void hb_lock_create(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, uintptr_t pc);
void hb_lock_destroy(struct hb_task *task, uintptr_t lock, uintptr_t pc);
/* After the real lock, trylock or timed lock succeeded. Recursive re-entry is counted here: only
 * the outermost pair orders anything. */
enum {
    HB_LOCK_SHARED = 1, /* a read lock */
    HB_LOCK_TRIED = 2,  /* it would not have waited for ever */
};
void hb_lock_acquire(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, unsigned how,
                     uintptr_t pc);
/* Before the real unlock. False: the task does not hold it, and nothing was done; if it is to be
 * unlocked all the same, the other function orders the next lock after the task. */
bool hb_lock_release(struct hb_task *task, uintptr_t lock);
void hb_lock_release_foreign(struct hb_task *task, uintptr_t lock);
/* pthread_cond_wait on a recursive mutex drops all levels; returns them for reacquire. 0: the task
 * does not hold it, and nothing was done. */
uint32_t hb_lock_release_all(struct hb_task *task, uintptr_t lock);
void hb_lock_reacquire(struct hb_task *task, uintptr_t lock, uint32_t levels, uintptr_t pc);
/* A robust mutex whose owner died: its end is ordered before this acquire (EOWNERDEAD). */
void hb_lock_acquire_dead(struct hb_task *task, uintptr_t lock, uintptr_t pc);

/* One clock a phase. `count` is the barrier's; returns the phase to depart from. */
void hb_barrier_create(struct hb_task *task, uintptr_t barrier, uint32_t count, uintptr_t pc);
uint32_t hb_barrier_arrive(struct hb_task *task, uintptr_t barrier, uintptr_t pc);
void hb_barrier_depart(struct hb_task *task, uintptr_t barrier, uint32_t phase);
void hb_barrier_destroy(struct hb_task *task, uintptr_t barrier, uintptr_t pc);

/* FIFO of unit clocks. `units` at create carry the creator's clock. */
void hb_sem_create(struct hb_task *task, uintptr_t sem, uint32_t units, uintptr_t pc);
void hb_sem_destroy(struct hb_task *task, uintptr_t sem, uintptr_t pc);
/* What is at the address is another's; nothing is known of it. */
void hb_sync_forget(struct hb_task *task, uintptr_t addr);
void hb_sem_post(struct hb_task *task, uintptr_t sem, uintptr_t pc); /* before the real post */
void hb_sem_wait(struct hb_task *task, uintptr_t sem, uintptr_t pc); /* after the real wait */

/* Condition variables order nothing (P4); what is known of them is who waits, for misuse. A waiter
 * that was signalled does not count any more, whether it has come back or not. */
void hb_cond_create(struct hb_task *task, uintptr_t cond, uintptr_t pc);
void hb_cond_destroy(struct hb_task *task, uintptr_t cond, uintptr_t pc);
/* Before the real wait, with the mutex still held. Not 0: a mutex with which others wait now. */
uintptr_t hb_cond_wait(struct hb_task *task, uintptr_t cond, uintptr_t mutex, uintptr_t pc);
/* After the real wait. */
void hb_cond_woken(struct hb_task *task, uintptr_t cond);
/* Before the real signal or, if `all`, broadcast. */
void hb_cond_signal(struct hb_task *task, uintptr_t cond, bool all, uintptr_t pc);

/* Locks of goroutines, which belong to nobody (G19, G21): any task may unlock them. After locking,
 * `how` as above; before unlocking, `shared` for reading. */
void hb_go_lock(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, unsigned how,
                uintptr_t pc);
void hb_go_unlock(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, bool shared);
/* The task holds no more what others have unlocked meanwhile. */
void hb_go_locks_review(struct hb_task *task);

/* Plain edges at an address: once, TSD, atexit. release merges into what is there, release_store
 * replaces it. A plain write of the address ends them. */
void hb_release(struct hb_task *task, uintptr_t addr);
void hb_release_store(struct hb_task *task, uintptr_t addr);
void hb_acquire(struct hb_task *task, uintptr_t addr);

/* Edges that the program annotates. They share an address with anything, and stay until the memory
 * begins a new life. Their acquire takes part in what atomics or locks at the address released,
 * too, and an atomic one in what was annotated at its bytes. */
void hb_note_release(struct hb_task *task, uintptr_t addr);
void hb_note_acquire(struct hb_task *task, uintptr_t addr);

/* A slot of a channel (G4): the task acquires the clock at `addr` and leaves its own there, as it
 * was before that. */
void hb_swap(struct hb_task *task, uintptr_t addr);
/* A rendezvous (G2, G4): each acquires the other's clock as it was before. `other` is not running.
 */
void hb_meet(struct hb_task *task, struct hb_task *other);

/* ---- edges that belong to no address: descriptors, signals ---- */

struct hb_edge; /* a clock of its own; starts empty */
struct hb_edge *hb_edge_create(struct hb *hb);
void hb_edge_destroy(struct hb *hb, struct hb_edge *edge);
void hb_edge_release(struct hb_task *task, struct hb_edge *edge); /* merges */
void hb_edge_acquire(struct hb_task *task, struct hb_edge *edge);
void hb_edge_clear(struct hb *hb, struct hb_edge *edge);

/* ---- atomics (P8, P9): clock and object change under one lock ----
 *   struct hb_atomic a;
 *   hb_atomic_begin(task, &a, addr, size);
 *   ... the real operation ...
 *   hb_atomic_load/store/rmw(...)     exactly one; unlocks and reports
 */
struct hb_atomic {
    struct hb_task *task;
    uintptr_t addr;
    size_t size;
    void *granule;
    uint64_t word; /* of the locked granule */
};
void hb_atomic_begin(struct hb_task *task, struct hb_atomic *op, uintptr_t addr, size_t size);
void hb_atomic_load(struct hb_atomic *op, enum hb_order order, uintptr_t pc);
void hb_atomic_store(struct hb_atomic *op, enum hb_order order, uintptr_t pc);
void hb_atomic_rmw(struct hb_atomic *op, enum hb_order order, uintptr_t pc);
void hb_fence(struct hb_task *task, enum hb_order order);

/* ---- queries, for reports ---- */

struct hb_task_info {
    uint32_t number;
    uint32_t parent; /* number, 0 = none (numbers start at 1) */
    uint32_t os_id;
    bool ended;
    char name[32];
    struct hb_ctx created;
    uintptr_t stack_low, tls_low;
    size_t stack_size, tls_size;
};
bool hb_query_task(struct hb *hb, uint32_t number, struct hb_task_info *ret_info);

/* Program counters, innermost first: the place itself, then return addresses. Returns how many
 * there are, of which at most `max` are written. */
size_t hb_query_stack(struct hb *hb, struct hb_ctx ctx, uintptr_t *ret_pcs, size_t max);

struct hb_lock_info {
    uintptr_t addr;
    uint32_t uid; /* creation number of the lock */
    enum hb_lock_kind kind;
    bool shared;
    struct hb_ctx acquired; /* where it was locked */
    struct hb_ctx created;  /* where it was initialised, 0 = statically */
};
/* A task wanted one lock, at wanted.acquired, while it held another. */
struct hb_order_edge {
    uint32_t task;
    struct hb_lock_info wanted, held;
};
/* Locks held at `ctx`, outermost first; returns how many were written. */
size_t hb_query_locks(struct hb *hb, struct hb_ctx ctx, struct hb_lock_info *ret_locks, size_t max);

/* What is known of the object at an address that `task` uses, for misuse (P14). */
enum hb_sync_life {
    HB_SYNC_UNKNOWN,
    HB_SYNC_ALIVE,
    HB_SYNC_DESTROYED,
    HB_SYNC_FREED /* with its memory */
};
struct hb_sync_info {
    enum hb_sync_life life;
    uint32_t owner;   /* of a lock, exclusively: number of a live task, 0 = none */
    uint32_t waiting; /* who read-hold a lock; wait at a barrier or for a signal that is not sent */
    /* Who locked it last, or came to wait last, or destroyed it; 0 = unknown. */
    uint32_t last_task;
    struct hb_ctx last;
    enum hb_object object; /* alive or freed: what it is, */
    struct hb_ctx created; /* and where it was initialised; 0 = statically, or unknown */
};
void hb_query_sync(struct hb_task *task, uintptr_t addr, struct hb_sync_info *ret_info);
/* A lock of those that the task, which is the caller's or waits, holds, from the outermost on;
 * false: no more. */
bool hb_query_held(struct hb_task *task, uint32_t index, struct hb_lock_info *ret_lock);

struct hb_block_info {
    uintptr_t addr;
    size_t size;
    uint32_t task; /* who allocated it */
    struct hb_ctx allocated;
    bool freed;
    uint32_t freed_by;
    struct hb_ctx freed_at;
};
/* The heap block that contains `addr`, live or quarantined. */
bool hb_query_block(struct hb *hb, uintptr_t addr, struct hb_block_info *ret_block);
/* The task whose stack (or TLS: ret_tls) contains `addr`; live tasks only; 0 = none. */
uint32_t hb_query_stack_owner(struct hb *hb, uintptr_t addr, bool *ret_tls);

struct hb_frame_info {
    uintptr_t sp;       /* stack pointer at entry: the function's frame lies above */
    uintptr_t call_pc;  /* return address into its caller */
    uintptr_t outer_sp; /* the caller's sp, or the end of the stack */
};
/* The frame that holds `addr` on the stack of a live task. The task may be running: what is
 * returned was true at some moment. */
bool hb_query_frame(struct hb *hb, uint32_t number, uintptr_t addr,
                    struct hb_frame_info *ret_frame);

struct hb_stats {
    uint64_t tasks, tasks_live, contexts, locksets, records, sync_objects, blocks_live;
    uint64_t shadow_bytes; /* reserved for shadow, upper bound of what is committed */
};
void hb_query_stats(struct hb *hb, struct hb_stats *ret_stats);

#endif
