/*
 * engine: what the files of lib/hb share. Each struct's functions live in the file that its
 * comment names; the order below is the order of the layers.
 */
#ifndef RACERUN_HB_ENGINE_H
#define RACERUN_HB_ENGINE_H

#include <sys/single_threaded.h>

#include "base/arena.h"
#include "base/check.h"
#include "hb/clock.h"
#include "hb/fast.h"
#include "hb/hb.h"
#include "hb/inline.h"
#include "hb/intern.h"
#include "hb/lockorder.h"
#include "hb/must.h"
#include "hb/record.h"

#define CACHE_LINE 64

/* ---- snapshots (snapshot.c) ----
 * What a task knew at a release. `single`: exactly the knowledge of `slot` at `clock`, so that
 * whoever knows that epoch knows all of it; else a merge of several, all of it in `clock_all`. */
struct snapshot {
    bool single, present;
    uint32_t slot, clock;
    uint32_t era;        /* a single one's epoch is a cover in this era; 0: none */
    uint32_t must;       /* what is there whoever gets a lock first (must.h); of locks: nothing */
    struct vclock known; /* of others; a single one's own epoch is not in it; last: much of it may
                            be unused */
};

/* The task knows all of it already. */
bool snapshot_known(const struct hb_task *task, const struct snapshot *snapshot);
void snapshot_assign(struct hb_task *task, struct snapshot *into);
void snapshot_merge(struct hb_task *task, struct snapshot *into);
/* The same for the hand-over of a lock. */
void snapshot_assign_lock(struct hb_task *task, struct snapshot *into);
void snapshot_merge_lock(struct hb_task *task, struct snapshot *into);
void snapshot_acquire(struct hb_task *task, const struct snapshot *from);
void snapshot_copy(struct clock_pool *pool, struct snapshot *into, const struct snapshot *from);
/* `into` (overwritten, must be empty) gets what `from` has, which then is empty. */
void snapshot_move(struct snapshot *into, struct snapshot *from);
void snapshot_join(struct clock_pool *pool, struct snapshot *into, const struct snapshot *from);
void snapshot_clear(struct clock_pool *pool, struct snapshot *snapshot);

/* ---- slots (slots.c) ----
 * A slot is a task's index in vector clocks. It passes to a later task only when that task's
 * creator knows the former owner's last epoch in which it did anything (who ends with a release, as
 * goroutines do that nobody joins, need do no more); then old records stay right without being
 * touched. Beyond SLOT_MAX unordered tasks, the longest-dead slot is taken over by force: `floor`
 * declares its past ordered before everything (races with that past are then missed, none
 * invented). */
struct slot {
    _Atomic uint32_t floor; /* clocks up to here are ordered before everything */
    _Atomic uint32_t clock; /* current (alive) or final (ended) clock of the owner */
    uint32_t last;          /* ended: the last epoch of which anything is remembered */
    uint32_t tenure;        /* index of the newest tenure */
    uint32_t next_ended;    /* queue of ended slots */
};
struct slot_tenure { /* who owned the slot from which clock on */
    uint32_t clock_first;
    uint32_t task;
    uint32_t before; /* older tenure of the slot */
};
struct slots {
    struct slot *slots; /* SLOT_MAX + 1, lazily committed */
    struct arena tenures;
    struct spin lock; /* guards all but the atomics */
    uint32_t used;    /* slots below were used at least once; slot 0 is never owned */
    uint32_t ended_head, ended_tail;
};

void slots_init(struct slots *slots, size_t bytes_max);
void slots_done(struct slots *slots);
/* A slot for a task whose creator knows `known` (own epoch included), first clock in *ret_clock. */
uint32_t slots_take(struct slots *slots, const struct vclock *known, uint32_t task,
                    uint32_t *ret_clock);
/* last: the clock of the last epoch that did anything, clock_final or one less. */
void slots_give(struct slots *slots, uint32_t slot, uint32_t clock_final, uint32_t last);
uint32_t slots_owner(struct slots *slots, uint32_t slot, uint32_t clock);
/* Declares everything that any slot did so far ordered before everything (fork). */
void slots_floor_all(struct slots *slots);

/* ---- caches (cache.c) ---- */
/* What a thread keeps at hand, in front of tables that all share. */
#define CACHE_CONTEXTS 1024u
struct cached_context {
    struct intern_key key;
    uint32_t number;
};
struct hb_cache {
    uint32_t next_free; /* must be first (arena) */
    uint32_t index;
    uint32_t cursors; /* that use it */
    struct clock_pool clocks;
    uint32_t records_free, records_count, records_max; /* max 0: keeps nothing */
    uint32_t context_last;                             /* not found among these: */
    struct cached_context contexts[CACHE_CONTEXTS];    /* by a hash; they never change */
};
struct hb_cache *cache_create(struct hb *hb);

/* ---- tasks (task.c, calls.c) ---- */

#define HELD_INLINE 8u
#define HELD_MAX 4096u      /* further locks held at once are tracked but not named in reports */
#define FRAMES_OWN 32u      /* in the task itself: goroutines are many and seldom deep */
#define FRAMES_MAPPED 4096u /* in the first mapping, for those that are deeper */

struct held_lock {
    uint32_t lock; /* number of the lock, */
    uint32_t life; /* and of this life of it */
    uint32_t acquired;
    bool shared;
};

struct hb_task {
    /* What most events need lies together. */
    _Alignas(CACHE_LINE) struct hb_front front;
    struct hb *hb;
    struct hb_cursor *cursor; /* NULL while not bound */
    struct hb_cache *cache;   /* of the thread that acts for it, or the one that keeps nothing */
    uint64_t word;            /* own epoch as a record word */
    uint32_t slot, clock;
    bool learned; /* in the current epoch: whoever joins the task is to learn that */
    bool ended, detached;
    bool must_dirty; /* there is a request in the next must_epoch */
    bool telling;    /* even a relaxed write may have something to tell: a fence, or `must` */

    /* Whoever has one of these has all that the task knows: an epoch of its own, and of another. */
    struct clock_cover cover;
    uint32_t era,
        era_clock; /* the first epoch that began in that era, for all that anyone can tell */
    uint32_t must, must_epoch; /* must.h: known of all, and the own epoch in it */
    struct vclock known;       /* of others; the own entry is stale */
    uint32_t held_count;
    uint32_t depth;          /* of calls, while not bound */
    struct hb_frame *frames; /* frames_own, or a mapping */
    size_t frames_size;      /* bytes; 0: never used */

    struct held_lock *held, held_inline[HELD_INLINE];
    uint32_t held_capacity;
    uint32_t lockset_alone; /* the set of `alone` alone; 0: of none */
    struct held_lock alone;
    uint32_t number, index; /* index: in the arena of tasks */
    uint32_t forks;         /* as of the engine: else it was left behind */
    void *host;

    struct order_cache *orders;    /* NULL: none yet */
    struct snapshot fence_release; /* by the last release fence */
    struct snapshot loads_seen;    /* by atomic loads since ever, for the next acquire fence */
    uintptr_t stack_low, tls_low;
    size_t stack_size, tls_size;
    struct hb_task *next_live, *prev_live;

    struct hb_frame frames_own[FRAMES_OWN];
};

/* Facts for reports; by task number, kept for ever: ten million of them are not to matter. */
struct task_facts {
    uint32_t parent, os_id, created;
    uint32_t name; /* in hb.names, 0: none */
    uint32_t live; /* in hb.tasks, 0: it has ended; guarded by live_lock */
};
#define TASK_NAME_SIZE 32u

static inline struct clock_pool *task_pool(const struct hb_task *task)
{
    return &task->cache->clocks;
}
/* The task learns `own`, unless that is CLOCK_NONE, and what `from` has. If `era` is not 0, who has
 * `own` in that era has all of `from`. */
void task_learn(struct hb_task *task, const struct vclock *from, struct clock_entry own,
                uint32_t era);
/* The same of a clock with the task's own tree and these recent entries. */
void task_learn_recent(struct hb_task *task, const struct clock_entry *recent, uint32_t count,
                       struct clock_entry own, uint32_t era);
/* Others are about to begin with what the task knows, and need room for entries of their own. */
void task_settle(struct hb_task *task);
/* Both learn what the other one knows, and those two epochs, in a tree that is nobody's yet. */
void tasks_merge(struct hb_task *task, struct clock_entry mine, struct hb_task *other,
                 struct clock_entry theirs);
/* Neither knows more than the other, but for their own epochs. */
void tasks_cover(struct hb_task *task, struct hb_task *other);
/* `clock`, with the epoch `own`, has all that the task knows. */
bool task_within(const struct hb_task *task, const struct vclock *clock, struct clock_entry own);
static inline struct clock_entry task_epoch(const struct hb_task *task)
{
    return (struct clock_entry){task->slot, task->clock};
}
/* The era in which the current epoch covers what the task knows at its end; 0: none. */
uint32_t task_epoch_era(struct hb_task *task);
/* Own epoch c is complete: what was released at c stays as it was; later steps are at c + 1. */
void task_advance(struct hb_task *task);
/* All of `slot` up to `clock` happens before the task's next step. */
static inline bool task_knows(const struct hb_task *task, uint32_t slot, uint32_t clock);

/* ---- contexts (context.c) ---- */
/* key of a context: a = pc, b = parent context << 32 | lockset (leaves only), see fast.h */
/* key of a lockset: a = parent lockset << 32 | lock number, b = acquired context << 32 | shared */
uint32_t context_here(struct hb_task *task, uintptr_t pc);
void lockset_push(struct hb_task *task, struct held_lock held);
/* False: it was not in the set. */
bool lockset_pop(struct hb_task *task, uint32_t lock);
void lockset_drop(struct hb_task *task, uint32_t index);
/* The context of `pc` without the locks held. */
uint32_t context_place(struct hb_task *task, uintptr_t pc);
/* The context of a record that gets further bytes: `bytes` keep *ctx, the others of `more` are
 * accessed in `added`. False: it cannot be told in one, and *ctx is as it was. */
bool context_join(struct hb_task *task, uint32_t *ctx, uint32_t bytes, uint32_t added,
                  uint32_t more);
/* What such a one is for `byte`, and in *ret_bytes for which others, too. */
uint32_t context_of_byte(const struct hb *hb, uint32_t ctx, uint32_t byte, uint32_t *ret_bytes);

/* ---- shadow (shadow.c) ---- */
struct shadow {
    _Atomic uint64_t *dir; /* see fast.h */
    bool dir_borrowed;
    struct spin lock; /* guards creation of chunks */
    struct shadow_chunk *_Atomic chunks;
    _Atomic uint64_t chunk_count;
    struct arena records; /* list elements outside the heads */
};
void shadow_init(struct shadow *shadow, _Atomic uint64_t *dir, size_t records_bytes_max);
void shadow_done(struct shadow *shadow);
HB_SLOW uint64_t shadow_chunk_create(struct shadow *shadow, uint64_t index);
HB_SLOW uint64_t shadow_delta_far(struct shadow *shadow, uint64_t index);

static inline struct record *record_at(const struct shadow *shadow, uint32_t index)
{
    return (struct record *)(void *)shadow->records.base + index;
}

/* The directory's entry of a chunk, 0 when absent. */
static inline uint64_t shadow_delta(struct shadow *shadow, uint64_t index)
{
    if (__builtin_expect(index < SHADOW_DIR_ENTRIES, 1))
        return atomic_load_explicit(&shadow->dir[index], memory_order_acquire);
    return shadow_delta_far(shadow, index);
}

/*
 * Marks. Behind a chunk's shadow lies a byte for each block of memory: used once anything in it may
 * be remembered. So a stack or a mapping of which little was used is forgotten at the price of that
 * little. Dead is a block of which nothing was remembered when it was freed, wholly: the shadow of
 * what the program never used stays untouched, and who comes there makes the records of the free.
 */
enum shadow_mark { SHADOW_FRESH, SHADOW_USED, SHADOW_DEAD };
#define SHADOW_CHUNK_BYTES (UINT64_C(1) << SHADOW_CHUNK_BITS)
#define SHADOW_BLOCK_BITS 9u
#define SHADOW_BLOCK (1u << SHADOW_BLOCK_BITS)
#define SHADOW_MARKS (SHADOW_CHUNK_BYTES >> SHADOW_BLOCK_BITS)

static inline _Atomic uint8_t *shadow_mark(uint64_t delta, uintptr_t addr)
{
    uintptr_t inner = addr & (SHADOW_CHUNK_BYTES - 1);
    return (_Atomic uint8_t *)(delta + 2 * (addr - inner + SHADOW_CHUNK_BYTES)) +
           (inner >> SHADOW_BLOCK_BITS);
}

/* The head of addr's granule, NULL when the chunk is absent. */
static inline struct granule *shadow_find(struct shadow *shadow, uintptr_t addr)
{
    uint64_t delta = shadow_delta(shadow, addr >> SHADOW_CHUNK_BITS);
    return delta ? (struct granule *)(delta + 2 * (addr & ~(uintptr_t)(GRANULE_BYTES - 1))) : NULL;
}

/*
 * Visits the granules of a range (whole ones) that may hold anything, block by block;
 * shadow_visit_all visits the committed pages of all shadow, page by page. `addr` is the address of
 * the first granule of the run.
 */
#define SHADOW_PAGE 4096u
typedef void granules_visitor(struct hb_task *task, struct granule *granules, size_t count,
                              uintptr_t addr, void *arg);
void shadow_visit(struct hb_task *task, uintptr_t addr, size_t size, granules_visitor *visit,
                  void *arg);
void shadow_visit_all(struct hb_task *task, granules_visitor *visit, void *arg);
/* The same, and nothing is remembered of whole blocks any more: their marks are taken first. */
void shadow_visit_last(struct hb_task *task, uintptr_t addr, size_t size, granules_visitor *visit);
/* Gives the shadow of the range back to the kernel, as far as it is whole pages. */
void shadow_discard(struct shadow *shadow, uintptr_t addr, size_t size);

/* The list elements that a thread keeps at hand (cache.c). */
#define RECORD_BATCH 32u
uint32_t record_alloc_shared(struct hb_task *task);
void record_free_shared(struct hb_task *task, uint32_t index);
static inline uint32_t record_alloc(struct hb_task *task);
static inline void record_free(struct hb_task *task, uint32_t index);

/* Locks the granule and returns the head's word, which is not settled any more. While the process
 * has one thread, plain loads and stores do; what is locked when a second one is made still is. */
static inline uint64_t granule_lock(struct granule *granule)
{
    uint32_t rounds = 0;
    if (__libc_single_threaded) {
        uint64_t word = atomic_load_explicit(&granule->word, memory_order_relaxed);
        if (__builtin_expect(word != RECORD_LOCKED, 1)) {
            atomic_store_explicit(&granule->word, RECORD_LOCKED, memory_order_relaxed);
            return word & ~RECORD_SETTLED;
        }
    }
    for (;;) {
        uint64_t word = atomic_load_explicit(&granule->word, memory_order_relaxed);
        if (word != RECORD_LOCKED &&
            atomic_compare_exchange_weak_explicit(&granule->word, &word, RECORD_LOCKED,
                                                  memory_order_acquire, memory_order_relaxed))
            return word & ~RECORD_SETTLED;
        if (word == RECORD_LOCKED)
            spin_pause(&rounds);
    }
}

/* The block becomes used; the granule in it, which the caller has locked and is empty, has this
 * word then (heap.c). */
HB_SLOW uint64_t shadow_block_use(struct shadow *shadow, struct granule *granule, uintptr_t addr);

/* The same of addr's granule, which may be about to remember something. Only where nothing is
 * remembered can the mark be missing. */
static inline uint64_t granule_lock_marked(struct shadow *shadow, struct granule *granule,
                                           uintptr_t addr)
{
    uint64_t word = granule_lock(granule);
    if (__builtin_expect(word == 0 && granule->next == 0, 0) &&
        atomic_load_explicit(shadow_mark(shadow_delta(shadow, addr >> SHADOW_CHUNK_BITS), addr),
                             memory_order_relaxed) != SHADOW_USED)
        return shadow_block_use(shadow, granule, addr);
    return word;
}

/* addr's granule, whose chunk is created on demand. */
static inline struct granule *shadow_make(struct shadow *shadow, uintptr_t addr)
{
    uint64_t delta = shadow_delta(shadow, addr >> SHADOW_CHUNK_BITS);
    if (__builtin_expect(!delta, 0))
        delta = shadow_chunk_create(shadow, addr >> SHADOW_CHUNK_BITS);
    return (struct granule *)(delta + 2 * (addr & ~(uintptr_t)(GRANULE_BYTES - 1)));
}

/* Both of these; returns the head's word. */
static inline uint64_t granule_open(struct shadow *shadow, uintptr_t addr,
                                    struct granule **ret_granule)
{
    *ret_granule = shadow_make(shadow, addr);
    return granule_lock_marked(shadow, *ret_granule, addr);
}

static inline void granule_unlock(struct granule *granule, uint64_t word)
{
    atomic_store_explicit(&granule->word, word, memory_order_release);
}

/* ---- access check (access.c) ---- */

/* Races reported per granule and access: the first RACES_MANY, and one for each byte. */
#define RACES_MANY 8u
#define RACES_MAX (RACES_MANY + GRANULE_BYTES)

struct race_list {
    uint32_t count;
    uint32_t bytes; /* that have a race in the list */
    struct {
        uint64_t word;
        uint32_t ctx;
        uint32_t shared; /* bytes with the new access */
    } races[RACES_MAX];
};

/*
 * One access to one locked granule whose head's word is `word`: checks it against all records,
 * stamps it, and returns the head's new word (the caller unlocks with it). Found races are added
 * to `races`. `ctx` names the access.
 */
uint64_t granule_access(struct hb_task *task, struct granule *granule, uint64_t word,
                        uint32_t bytes, enum hb_kind kind, uint32_t ctx, struct race_list *races);
/* Tells the host about `races`; no lock held. */
void races_report(struct hb_task *task, const struct race_list *races, uintptr_t granule_addr,
                  uintptr_t addr, size_t size, enum hb_kind kind, uint32_t ctx);

/* What one pass over a granule's records knows. */
struct pass {
    struct hb_task *task;
    struct race_list *races;
    enum hb_kind kind;
    uint32_t bytes;   /* wanted */
    uint32_t covered; /* by own records of this epoch */
    uint32_t dead;    /* freed bytes among the wanted */
    uint32_t length;  /* records in the list, behind the head */
    uint32_t crowd;   /* of the granule, 0 = none */
};
/* What remains of record `word` after the new access; with no bytes left it is to be dropped. */
uint64_t record_meet(struct pass *pass, uint64_t word, uint32_t ctx);

/* ---- many records (crowd.c) ---- */
#define CROWD_FROM 8u
size_t crowd_size(void);         /* of the items of hb.crowds */
size_t crowd_entries_size(void); /* and of hb.crowd_entries */
uint32_t crowd_create(struct hb *hb);
void crowd_free(struct hb *hb, uint32_t index);
/* A crowd may hold this record. */
bool crowd_takes(uint64_t word);
void crowd_add(struct hb *hb, uint32_t index, uint64_t word, uint32_t ctx);
/* record_meet for all entries that matter; false: nothing is left. */
bool crowd_meet(struct pass *pass, uint32_t index);
/* Drops bytes; false: nothing is left. */
bool crowd_forget(struct hb *hb, uint32_t index, uint32_t bytes);

/* ---- sync objects (sync.c) ---- */

enum sync_kind {
    SYNC_EDGE,
    SYNC_LOCK,
    SYNC_BARRIER,
    SYNC_SEM,
    SYNC_COND,
    SYNC_GRAVE, /* of an object that was destroyed, and that nothing has taken the place of */
    SYNC_FREED, /* of one that was there when the memory was freed: `created` is left of it, and in
                   lock_kind what it was (enum hb_object) */
};

/* An element of a list of clocks: units of a semaphore, phases of a barrier, heads of release
 * sequences (atomic.c); oldest first. */
struct unit {
    uint32_t next;  /* must be first (arena) */
    uint32_t phase; /* barrier: its number; edge: the task that heads the sequence */
    uint32_t count; /* units that carry this clock; departures that are due */
    struct snapshot carried;
};

/* The state of a synchronisation object; guarded by the lock of its granule. In the first cache
 * lines what a slot of a channel or a mutex needs. */
struct sync {
    _Alignas(CACHE_LINE) uint32_t next_free; /* must be first (arena) */
    uint8_t kind;                            /* enum sync_kind */
    uint8_t lock_kind;                       /* enum hb_lock_kind */
    bool heads_cut;                          /* edge: the list was cut */
    uint8_t bytes;                           /* edge: of the granule, that atomics here had */
    uint32_t lock;                           /* number of the lock, 0 = not yet given */
    uint32_t life;                           /* of the lock; no two have the same */
    uint32_t owner;                          /* lock: of the exclusive owner, 0 = none */
    struct snapshot released;
    uint32_t levels;  /* lock: of recursion */
    uint32_t created; /* context */
    uint32_t head_task, rmw_task;
    /* barrier: its width; edge: length of the list; lock: read holders; cond: waiters */
    uint32_t count;
    /* barrier: arrivals in the current phase, and its number; cond: waiters that were signalled,
     * and how many forks ago those of before are gone */
    uint32_t arrived, phase;
    /* Who took the lock, or came to wait, last, and where; grave: who destroyed it. */
    uint32_t last_task, last;
    uintptr_t mutex;                /* cond: with which the last one waits */
    uint32_t unit_first, unit_last; /* list of clocks */
    /* lock: merged read-unlocks since the last write lock; edge: the release store (or fence)
     * that heads the current release sequence, by head_task */
    struct snapshot second;
};

/* A sync object found by its address, with its granule locked. */
struct sync_ref {
    struct granule *granule;
    uint64_t word;
    struct sync *sync;
    uint32_t grave_task, grave; /* sync_use found that it had been destroyed */
    bool fresh;                 /* or that it was none of that kind */
};
/* Finds the object at `addr` (creates it unless `find_only`; then sync may be NULL). */
void sync_open(struct hb_task *task, uintptr_t addr, struct sync_ref *ret_ref, bool find_only);
static inline void sync_close(struct sync_ref *ref)
{
    granule_unlock(ref->granule, ref->word);
}
/* A new one in a granule that the caller has locked; `word` is that of its element. */
struct sync *sync_add(struct hb_task *task, struct granule *granule, uint64_t word);
static inline struct sync *sync_at(struct hb *hb, uint32_t index);
/* The object's list of clocks. */
struct unit *unit_append(struct hb_task *task, struct sync *sync);
void units_drop_first(struct hb_task *task, struct sync *sync);
void units_clear(struct hb_task *task, struct sync *sync);
/* The task ends: exclusive locks that it still holds pass on its clock (robust mutexes). */
void locks_abandon(struct hb_task *task);
/* Numbers the lock, and its life. */
void lock_name(struct hb *hb, struct sync *sync, uintptr_t addr);
uint32_t lock_life(struct hb *hb); /* a new one */
/* The exclusive owner lets go: all that it knows, it now tells; one that reads. */
void lock_release_owner(struct hb_task *task, struct sync *sync);
void lock_release_reader(struct hb_task *task, struct sync *sync);
/* Empties the object and gives it `kind` if it had another. */
HB_SLOW void sync_become_other(struct hb_task *task, struct sync *sync, enum sync_kind kind);
static inline void sync_become(struct hb_task *task, struct sync *sync, enum sync_kind kind)
{
    if (__builtin_expect(sync->kind != kind, 0))
        sync_become_other(task, sync, kind);
}
/* The object at `addr` with that kind, for a use of it. Closing tells the host about a use of what
 * was destroyed, or of a fresh one in memory that was freed. */
void sync_use(struct hb_task *task, uintptr_t addr, enum sync_kind kind, struct sync_ref *ret_ref);
void sync_close_used(struct hb_task *task, uintptr_t addr, uintptr_t pc, struct sync_ref *ref);
/* Starts a new life at `addr`. */
void sync_create(struct hb_task *task, uintptr_t addr, enum sync_kind kind, uintptr_t pc,
                 struct sync_ref *ret_ref);
/* Ends it. */
void sync_bury(struct hb_task *task, uintptr_t addr, uintptr_t pc);
void sync_free(struct hb_task *task, uint32_t index);
/* What it is to the host, unless it is an edge, or no more. */
enum hb_object object_of(const struct sync *sync);
/* Frees what a list element stands for (a sync object, a crowd), not the element. */
void element_free(struct hb_task *task, const struct record *element);
/* A plain write to these bytes of the granule: ends a release sequence there (P8), and
 * re-initialises a lock (`m = PTHREAD_MUTEX_INITIALIZER`, memset). When it is freed, what belongs
 * to the memory dies, though it be held (P16). Not so edges and barriers, which may order who was
 * the last to leave them. */
void sync_plain_write(struct hb_task *task, uint64_t word, uint32_t index, uint32_t bytes,
                      bool freed);

struct hb_edge {
    uint32_t next_free; /* must be first (arena) */
    uint32_t index;
    struct spin lock; /* guards released */
    struct snapshot released;
};

/* A lock in reports: the same place and address is the same lock. Key in hb.locks: a = address,
 * b = created context << 8 | kind. */
struct lock_facts {
    uintptr_t addr;
    uint32_t created;
    uint8_t kind;
};
static inline struct lock_facts lock_facts(const struct intern *locks, uint32_t number)
{
    struct intern_key key = intern_key(locks, number);
    return (struct lock_facts){key.a, (uint32_t)(key.b >> 8), (uint8_t)key.b};
}

/* ---- lock order (order.c) ---- */

size_t order_cache_size(void);
/* The task has just got the last of the locks that it holds, and would have waited for it. */
void order_note(struct hb_task *task);
void order_done(struct hb_task *task);
void must_advance(struct hb_task *task);
/* What whoever comes after the task knows. */
static inline uint32_t task_must(struct hb_task *task)
{
    if (__builtin_expect(task->must_dirty, 0))
        must_advance(task);
    return task->must;
}

/* ---- heap (heap.c) ----
 * Blocks by start address: a table cut into shards, each with its lock. */
struct block {
    uintptr_t addr; /* 0 = free entry */
    size_t size;
    uint32_t task, allocated;
    uint32_t freed_by, freed_at;      /* freed_by != 0: in quarantine */
    uint32_t freed_slot, freed_clock; /* epoch of the free */
};
struct heap_shard {
    struct spin lock;
    uint32_t count;
    _Atomic size_t live;  /* bytes in blocks that are not freed; changed with the lock held */
    size_t capacity;      /* power of two */
    struct block *blocks; /* open addressing, linear probing */
};
#define HEAP_SHARDS 64u
struct heap {
    struct heap_shard shards[HEAP_SHARDS];
    struct spin lock; /* guards the quarantine */
    struct quarantined {
        uintptr_t addr;
        size_t cost;
    } * queue; /* ring */
    size_t queue_first, queue_count;
    size_t bytes, bytes_max;
    size_t bytes_least; /* 0: nothing is kept */
    uint32_t pushes;    /* since bytes_max was found */
};
void heap_init(struct heap *heap, size_t quarantine_bytes);
void heap_done(struct heap *heap);

/* ---- the engine ---- */
struct hb {
    _Atomic uint32_t paused; /* who forks: nobody else may enter the engine */
    _Atomic uint32_t unseen; /* threads inside, or about to be, that no bound cursor shows */
    struct hb_config config;
    struct hb_callbacks callbacks;
    struct slots slots;
    struct clock_depot clocks;
    struct intern contexts, locksets, locks;
    struct shadow shadow;
    struct arena tasks, facts, names, caches;
    struct arena syncs, units, edges, crowds, crowd_entries, order_caches;
    struct must must;
    struct lockorder lockorder;
    struct spin live_lock; /* guards the list of live tasks */
    struct hb_task *live;
    uint32_t era_closed; /* while it lasts, who has an epoch knows all that its task did in it */
    uint32_t forks;      /* this process is so many forks away from the first */
    _Atomic bool atomics_mixed; /* somewhere objects of atomics share bytes, or one has a note */
    _Atomic bool remembers;     /* anything that a task did: see locks_order */
    _Atomic uint64_t tasks_live;
    /* Large, and last: what events change above lies in one page, which exploration puts back. */
    struct heap heap;
    struct hb_cache no_cache; /* keeps nothing */
};

static inline bool task_knows(const struct hb_task *task, uint32_t slot, uint32_t clock)
{
    return slot == task->slot || clock <= vclock_get(&task->known, slot) ||
           clock <= atomic_load_explicit(&task->hb->slots.slots[slot].floor, memory_order_relaxed);
}

/* The task is about to do what is remembered with its epoch. */
static inline void task_acts(struct hb_task *task)
{
    task->front.acted = true;
    if (__builtin_expect(!atomic_load_explicit(&task->hb->remembers, memory_order_relaxed), 0))
        atomic_store_explicit(&task->hb->remembers, true, memory_order_relaxed);
}

/*
 * Does it matter what is ordered by locks? Not before there is a first record: all that it is ever
 * compared with happens after the locks of until then. (Who gets a lock from one who remembers
 * something sees that here: the real lock orders it.) So a program of which no access is told, such
 * as one that was not instrumented, keeps no clocks for its locks.
 */
static inline bool locks_order(const struct hb *hb)
{
    return atomic_load_explicit(&hb->remembers, memory_order_relaxed);
}

static inline struct sync *sync_at(struct hb *hb, uint32_t index)
{
    return arena_at(&hb->syncs, index);
}

/* Where the task is; while no thread is it, where it stopped. */
static inline struct hb_frame *task_frame(const struct hb_task *task)
{
    return task->cursor ? task->cursor->top : task->frames + task->depth;
}

static inline uint32_t record_alloc(struct hb_task *task)
{
    struct hb_cache *cache = task->cache;
    uint32_t index = cache->records_free;
    if (__builtin_expect(!index, 0))
        return record_alloc_shared(task);
    cache->records_free = record_at(&task->hb->shadow, index)->next;
    cache->records_count--;
    return index;
}
static inline void record_free(struct hb_task *task, uint32_t index)
{
    struct hb_cache *cache = task->cache;
    if (__builtin_expect(cache->records_count >= cache->records_max, 0)) {
        record_free_shared(task, index);
        return;
    }
    record_at(&task->hb->shadow, index)->next = cache->records_free;
    cache->records_free = index;
    cache->records_count++;
}

static inline struct task_facts *task_facts(struct hb *hb, uint32_t number)
{
    return arena_at(&hb->facts, number);
}

/* What the hot path compares with. */
static inline void cursor_set_word(struct hb_cursor *cursor, const struct hb_task *task)
{
    bool slow = cursor->ignore || task->hb->config.all_slow;
    cursor->word = slow ? RECORD_LOCKED : task->word;
    cursor->quiet_word = slow || task->telling ? RECORD_LOCKED : task->word;
}

static inline void task_set_telling(struct hb_task *task)
{
    task->telling = true;
    if (task->cursor)
        task->cursor->quiet_word = RECORD_LOCKED;
}

static inline void task_learn_must(struct hb_task *task, uint32_t must)
{
    uint32_t joined = must_join(&task->hb->must, task->must, must);
    if (__builtin_expect(joined != task->must, 0)) {
        task->must = joined;
        task_set_telling(task);
    }
}

#endif
