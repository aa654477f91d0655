/*
 * hb_oracle: the engine against a naive happens-before engine that keeps the full history.
 *
 * Random scripts over tasks, memory and every kind of synchronisation run on both. The oracle has
 * one flat vector clock a task, advanced at every event, and remembers every access to every byte
 * for ever. Checked after each event:
 *   - every race that the engine reports is a race in the oracle's history, on each byte that it
 *     names, with an access at the place that it names;
 *   - the first event that races on a byte is reported for that byte.
 * Environment: HB_ORACLE_SEED and HB_ORACLE_SCRIPTS override the defaults; a failure prints both.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hb/engine.h"

#ifndef TASKS
#define TASKS 12 /* per script, over its whole life */
#endif
#define REGION 48u /* bytes of memory under test */
#define BASE UINT64_C(0x7f0000001000)
#define EVENTS 600
#define SCRIPTS_DEFAULT 2000
#define LOCKS 3
#define RWLOCKS 2
#define SEMS 2
#define EDGES 3
#define ATOMICS 3 /* four-byte locations within the region */
#define HISTORY 4096

typedef uint32_t clocks[TASKS];

struct head { /* of a release sequence */
    int task;
    clocks vc;
};

struct location {
    struct head heads[TASKS * 4];
    int count;
};

struct past { /* one access to one byte */
    int task;
    uint32_t time;
    enum hb_kind kind;
    uintptr_t pc;
};

struct oracle {
    clocks vc[TASKS];
    clocks fence[TASKS], seen[TASKS];
    bool has_fence[TASKS];
    clocks lock[LOCKS], rw_write[RWLOCKS], rw_read[RWLOCKS], edge[EDGES];
    clocks sem[SEMS][64];
    int sem_count[SEMS];
    clocks barrier[64]; /* by phase */
    struct location atomics[ATOMICS];
    struct past history[REGION][HISTORY];
    int history_count[REGION];
    bool raced[REGION];
};

enum state { UNBORN, ALIVE, ENDED, JOINED };

struct script {
    struct hb *hb;
    struct hb_task *task[TASKS];
    struct hb_cursor cursor[TASKS];
    enum state state[TASKS];
    int number_of[TASKS * 8]; /* engine's task number -> index */
    int owner[LOCKS], levels[LOCKS];
    int rw_owner[RWLOCKS], rw_readers[RWLOCKS][TASKS];
    int in_barrier[TASKS]; /* phase + 1, 0 = outside */
    uint32_t barrier_token[TASKS];
    int arrived, phase;
    uint64_t rng;
    uint64_t seed;
    int event;
    /* the access under check */
    int now_task;
    uint32_t now_offset, now_size;
    enum hb_kind now_kind;
    uintptr_t now_pc;
    bool reported[REGION];
    uint64_t reports;
    struct oracle *oracle;
    bool adopts, may_miss;
    bool frees; /* it is a free */
    bool talks; /* as goroutines do: every third event is one of theirs */
};

#define BARRIER_WIDTH 3
#define LOCK_ADDR(i) (BASE + 0x1000 + 40 * (uintptr_t)(i))
#define RW_ADDR(i) (BASE + 0x2000 + 56 * (uintptr_t)(i))
#define SEM_ADDR(i) (BASE + 0x3000 + 32 * (uintptr_t)(i))
#define EDGE_ADDR(i) (BASE + 0x4000 + 4 * (uintptr_t)(i)) /* share granules on purpose */
#define BARRIER_ADDR (BASE + 0x5000)
#define ATOMIC_OFFSET(i) (4u * (uint32_t)(i) + 8)

static uint32_t draw(struct script *s, uint32_t below)
{
    s->rng ^= s->rng << 13;
    s->rng ^= s->rng >> 7;
    s->rng ^= s->rng << 17;
    return (uint32_t)(s->rng >> 16) % below;
}

static void clocks_join(clocks into, const clocks from)
{
    for (int i = 0; i < TASKS; i++)
        into[i] = from[i] > into[i] ? from[i] : into[i];
}

#define FAIL_UNLESS(s, condition, ...)                                                             \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "HB_ORACLE_SEED=%llu event %d: ", (unsigned long long)(s)->seed,       \
                    (s)->event);                                                                   \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            ck_abort_msg("oracle disagrees, seed printed above");                                  \
        }                                                                                          \
    } while (0)

/* ---- the oracle's view of memory ---- */

static bool conflicts(enum hb_kind a, enum hb_kind b)
{
    bool reads = (a == HB_READ || a == HB_ATOMIC_READ) && (b == HB_READ || b == HB_ATOMIC_READ);
    bool atomic = a >= HB_ATOMIC_WRITE && b >= HB_ATOMIC_WRITE;
    return !reads && !atomic;
}

static bool races_with(const struct script *s, const struct past *past, int task, enum hb_kind kind)
{
    return past->task != task && conflicts(past->kind, kind) &&
           s->oracle->vc[task][past->task] < past->time;
}

static bool byte_races(const struct script *s, uint32_t byte, int task, enum hb_kind kind)
{
    for (int i = 0; i < s->oracle->history_count[byte]; i++) {
        if (races_with(s, &s->oracle->history[byte][i], task, kind))
            return true;
    }
    return false;
}

/* Called after the engine has processed the access and reported. */
static void oracle_access(struct script *s, int task, uint32_t offset, uint32_t size,
                          enum hb_kind kind)
{
    struct oracle *o = s->oracle;
    for (uint32_t b = offset; b < offset + size; b++) {
        if (!o->raced[b] && byte_races(s, b, task, kind)) {
            o->raced[b] = true;
            FAIL_UNLESS(s, s->reported[b] || s->may_miss,
                        "missed: first race on byte %u, task %d kind %d", b, task, kind);
        }
    }
    for (uint32_t b = offset; b < offset + size; b++) {
        FAIL_UNLESS(s, o->history_count[b] < HISTORY, "history too short");
        o->history[b][o->history_count[b]++] =
            (struct past){task, o->vc[task][task], kind, s->now_pc};
    }
}

/* `before`, or what of it is of that byte, was there; and raced, if the access has that byte. */
static bool byte_was_accessed(const struct script *s, uint32_t byte, int task,
                              const struct hb_access *before)
{
    bool now = byte >= s->now_offset && byte < s->now_offset + s->now_size;
    uintptr_t place = 0;
    hb_query_stack(s->hb, before->ctx, &place, 1);
    for (int i = 0; i < s->oracle->history_count[byte]; i++) {
        const struct past *past = &s->oracle->history[byte][i];
        if (past->task == task && past->kind == before->kind && past->pc == place &&
            (!now || races_with(s, past, s->now_task, s->now_kind)))
            return true;
    }
    return false;
}

static void finding(void *arg, struct hb_task *task, const struct hb_finding *f)
{
    (void)task;
    struct script *s = arg;
    int before = s->number_of[f->before.task];
    uint32_t first = (uint32_t)(f->before.addr - BASE), shared = 0;
    FAIL_UNLESS(s, f->kind == (s->frees ? HB_USE_AFTER_FREE : HB_DATA_RACE), "kind %d", f->kind);
    for (uint32_t b = first; b < first + f->before.size; b++) {
        FAIL_UNLESS(
            s, b < REGION && byte_was_accessed(s, b, before, &f->before),
            "invented: task %d kind %d at offset %u size %u against task %d kind %d byte %u",
            s->now_task, s->now_kind, s->now_offset, s->now_size, before, f->before.kind, b);
        if (b >= s->now_offset && b < s->now_offset + s->now_size) {
            s->reported[b] = true;
            shared++;
        }
    }
    FAIL_UNLESS(s, shared, "a finding of other bytes than the access has");
    s->reports++;
}

static void access_begin(struct script *s, int t, uint32_t offset, uint32_t size, enum hb_kind kind,
                         uintptr_t pc)
{
    s->now_pc = pc;
    s->now_task = t;
    s->now_offset = offset;
    s->now_size = size;
    s->now_kind = kind;
    memset(s->reported, 0, sizeof s->reported);
}

/* ---- events ---- */

static uintptr_t some_pc(struct script *s)
{
    return 0x400000 + draw(s, 6);
}

static void access_do(struct script *s, int t, uint32_t offset, uint32_t size, enum hb_kind kind)
{
    access_begin(s, t, offset, size, kind, some_pc(s));
    hb_access(s->task[t], BASE + offset, size, kind, s->now_pc);
    oracle_access(s, t, offset, size, kind);
    for (int i = 0; i < ATOMICS && kind == HB_WRITE; i++) {
        if (offset <= ATOMIC_OFFSET(i) && ATOMIC_OFFSET(i) < offset + size)
            s->oracle->atomics[i].count = 0; /* a plain store ends the release sequences */
    }
}

/* Parts of one granule at several places, as loops over small elements have them. */
static void event_parts(struct script *s, int t)
{
    uint32_t granule = draw(s, REGION / 8) * 8, turns = 1 + draw(s, 12);
    uint32_t log = draw(s, 3);
    for (uint32_t i = 0; i < turns; i++) {
        uint32_t size = draw(s, 4) ? 1u << log : 1 + draw(s, 8);
        uint32_t offset = draw(s, 9 - size);
        if (size == 1u << log)
            offset -= offset % size;
        s->oracle->vc[t][t]++;
        access_do(s, t, granule + offset, size, draw(s, 3) ? HB_READ : HB_WRITE);
    }
}

static void event_access(struct script *s, int t)
{
    if (draw(s, 8) == 0) {
        event_parts(s, t);
        return;
    }
    uint32_t size = 1u << draw(s, 4);
    if (draw(s, 8) == 0)
        size = 1 + draw(s, 24);
    uint32_t offset = draw(s, REGION - size + 1);
    if (draw(s, 4))
        offset -= offset % (size < 8 ? size : 8);
    access_do(s, t, offset, size, draw(s, 3) ? HB_READ : HB_WRITE);
}

static bool acquires(enum hb_order order)
{
    return order == HB_CONSUME || order == HB_ACQUIRE || order >= HB_ACQ_REL;
}

static bool releases(enum hb_order order)
{
    return order >= HB_RELEASE;
}

static void location_read(struct script *s, int t, int a, enum hb_order order)
{
    struct location *l = &s->oracle->atomics[a];
    for (int i = 0; i < l->count; i++)
        clocks_join(acquires(order) ? s->oracle->vc[t] : s->oracle->seen[t], l->heads[i].vc);
}

static void location_write(struct script *s, int t, int a, enum hb_order order, bool rmw)
{
    struct oracle *o = s->oracle;
    struct location *l = &o->atomics[a];
    int kept = 0;
    for (int i = 0; i < l->count; i++) {
        if (rmw || l->heads[i].task == t)
            l->heads[kept++] = l->heads[i];
    }
    l->count = kept;
    FAIL_UNLESS(s, l->count < TASKS * 4 - 1, "too many heads");
    if (releases(order) || o->has_fence[t]) {
        /* a later head of the same task carries all that its earlier ones do: merge them */
        struct head *head = NULL;
        for (int i = 0; i < l->count; i++)
            head = l->heads[i].task == t ? &l->heads[i] : head;
        if (!head) {
            head = &l->heads[l->count++];
            memset(head, 0, sizeof *head);
        }
        head->task = t;
        clocks_join(head->vc, releases(order) ? o->vc[t] : o->fence[t]);
    }
}

static uint64_t quiet_count;

/* The host does not call the engine at all: 0 load, 1 store, 2 read-modify-write. */
static bool atomic_is_quiet(const struct script *s, int t, uint32_t offset, uint32_t what,
                            enum hb_order order)
{
    const struct granule *granule = fast_location(s->hb->shadow.dir, BASE + offset, 4);
    const struct hb_cursor *cursor = &s->cursor[t];
    if (!granule || (what != 0 && order != HB_RELAXED))
        return false;
    bool quiet = what == 0   ? fast_settled(granule, cursor->word, BASE + offset, 4)
                 : what == 1 ? fast_settled_store(granule, cursor->quiet_word, BASE + offset, 4)
                             : fast_settled_update(granule, cursor->quiet_word, BASE + offset, 4);
    quiet_count += quiet && what != 0;
    return quiet;
}

static void atomic_do(struct script *s, int t, int a)
{
    uint32_t offset = ATOMIC_OFFSET(a);
    uint32_t what = draw(s, 3);
    static const enum hb_order loads[] = {HB_RELAXED, HB_ACQUIRE, HB_SEQ_CST, HB_CONSUME};
    static const enum hb_order stores[] = {HB_RELAXED, HB_RELEASE, HB_SEQ_CST, HB_RELAXED};
    static const enum hb_order rmws[] = {HB_RELAXED, HB_ACQUIRE, HB_RELEASE, HB_ACQ_REL,
                                         HB_SEQ_CST};
    enum hb_kind kind = what == 0 ? HB_ATOMIC_READ : HB_ATOMIC_WRITE;
    struct hb_atomic op;
    access_begin(s, t, offset, 4, kind, some_pc(s));
    enum hb_order order = what == 0   ? loads[draw(s, 4)]
                          : what == 1 ? stores[draw(s, 4)]
                                      : rmws[draw(s, 5)];
    if (what != 1)
        location_read(s, t, a, order);
    if (!atomic_is_quiet(s, t, offset, what, order)) {
        hb_atomic_begin(s->task[t], &op, BASE + offset, 4);
        if (what == 0)
            hb_atomic_load(&op, order, s->now_pc);
        else if (what == 1)
            hb_atomic_store(&op, order, s->now_pc);
        else
            hb_atomic_rmw(&op, order, s->now_pc);
    }
    oracle_access(s, t, offset, 4, kind);
    if (what != 0)
        location_write(s, t, a, order, what == 2);
}

/* Now and then several: who comes back to a location finds it as it left it. */
static void event_atomic(struct script *s, int t)
{
    int a = (int)draw(s, ATOMICS);
    do {
        s->oracle->vc[t][t]++;
        atomic_do(s, t, a);
    } while (draw(s, 3) == 0);
}

static void event_fence(struct script *s, int t)
{
    static const enum hb_order orders[] = {HB_ACQUIRE, HB_RELEASE, HB_ACQ_REL, HB_SEQ_CST};
    enum hb_order order = orders[draw(s, 4)];
    hb_fence(s->task[t], order);
    struct oracle *o = s->oracle;
    if (acquires(order))
        clocks_join(o->vc[t], o->seen[t]);
    if (releases(order)) {
        memcpy(o->fence[t], o->vc[t], sizeof(clocks));
        o->has_fence[t] = true;
    }
}

static void event_lock(struct script *s, int t)
{
    int m = (int)draw(s, LOCKS);
    struct oracle *o = s->oracle;
    if (s->owner[m] == -1 || (s->owner[m] == t && s->levels[m] < 3 && draw(s, 3) == 0)) {
        hb_lock_acquire(s->task[t], LOCK_ADDR(m), HB_MUTEX, false, some_pc(s));
        if (s->owner[m] == -1)
            clocks_join(o->vc[t], o->lock[m]);
        s->owner[m] = t;
        s->levels[m]++;
    } else if (s->owner[m] == t) {
        hb_lock_release(s->task[t], LOCK_ADDR(m));
        if (--s->levels[m] == 0) {
            s->owner[m] = -1;
            memcpy(o->lock[m], o->vc[t], sizeof(clocks));
        }
    }
}

static void event_rwlock(struct script *s, int t)
{
    int r = (int)draw(s, RWLOCKS);
    struct oracle *o = s->oracle;
    int readers = 0;
    for (int i = 0; i < TASKS; i++)
        readers += s->rw_readers[r][i];
    if (s->rw_owner[r] == t) {
        hb_lock_release(s->task[t], RW_ADDR(r));
        s->rw_owner[r] = -1;
        memcpy(o->rw_write[r], o->vc[t], sizeof(clocks));
    } else if (s->rw_readers[r][t] && draw(s, 2)) {
        hb_lock_release(s->task[t], RW_ADDR(r));
        s->rw_readers[r][t]--;
        clocks_join(o->rw_read[r], o->vc[t]);
    } else if (s->rw_owner[r] == -1 && readers == 0 && draw(s, 2)) {
        hb_lock_acquire(s->task[t], RW_ADDR(r), HB_RWLOCK, false, some_pc(s));
        s->rw_owner[r] = t;
        clocks_join(o->vc[t], o->rw_write[r]);
        clocks_join(o->vc[t], o->rw_read[r]);
    } else if (s->rw_owner[r] == -1) {
        hb_lock_acquire(s->task[t], RW_ADDR(r), HB_RWLOCK, true, some_pc(s));
        s->rw_readers[r][t]++;
        clocks_join(o->vc[t], o->rw_write[r]);
    }
}

static void event_sem(struct script *s, int t)
{
    int m = (int)draw(s, SEMS);
    struct oracle *o = s->oracle;
    if (o->sem_count[m] < 64 && draw(s, 2)) {
        hb_sem_post(s->task[t], SEM_ADDR(m), some_pc(s));
        memcpy(o->sem[m][o->sem_count[m]++], o->vc[t], sizeof(clocks));
    } else if (o->sem_count[m] > 0) {
        hb_sem_wait(s->task[t], SEM_ADDR(m), some_pc(s));
        clocks_join(o->vc[t], o->sem[m][0]);
        memmove(o->sem[m][0], o->sem[m][1], sizeof(clocks) * (size_t)--o->sem_count[m]);
    }
}

static void event_swap(struct script *s, int t, int e)
{
    struct oracle *o = s->oracle;
    clocks before;
    hb_swap(s->task[t], EDGE_ADDR(e));
    memcpy(before, o->vc[t], sizeof(clocks));
    clocks_join(o->vc[t], o->edge[e]);
    memcpy(o->edge[e], before, sizeof(clocks));
}

static void event_edge(struct script *s, int t)
{
    int e = (int)draw(s, EDGES);
    struct oracle *o = s->oracle;
    switch (draw(s, 4)) {
    case 0:
        hb_release(s->task[t], EDGE_ADDR(e));
        clocks_join(o->edge[e], o->vc[t]);
        break;
    case 1:
        hb_release_store(s->task[t], EDGE_ADDR(e));
        memcpy(o->edge[e], o->vc[t], sizeof(clocks));
        break;
    case 2:
        event_swap(s, t, e);
        break;
    default:
        hb_acquire(s->task[t], EDGE_ADDR(e));
        clocks_join(o->vc[t], o->edge[e]);
    }
}

static void event_meet(struct script *s, int t)
{
    struct oracle *o = s->oracle;
    int other = (int)draw(s, TASKS);
    if (other == t || s->state[other] != ALIVE)
        return;
    hb_meet(s->task[t], s->task[other]);
    clocks before;
    memcpy(before, o->vc[t], sizeof(clocks));
    clocks_join(o->vc[t], o->vc[other]);
    clocks_join(o->vc[other], before);
}

/* A task that arrived can only go on when its phase is complete. */
static void event_barrier(struct script *s, int t)
{
    struct oracle *o = s->oracle;
    if (s->in_barrier[t]) {
        int phase = s->in_barrier[t] - 1;
        hb_barrier_depart(s->task[t], BARRIER_ADDR, s->barrier_token[t]);
        clocks_join(o->vc[t], o->barrier[phase]);
        s->in_barrier[t] = 0;
        return;
    }
    if (s->phase == 63)
        return;
    s->barrier_token[t] = hb_barrier_arrive(s->task[t], BARRIER_ADDR, some_pc(s));
    clocks_join(o->barrier[s->phase], o->vc[t]);
    s->in_barrier[t] = s->phase + 1;
    if (++s->arrived == BARRIER_WIDTH) {
        s->arrived = 0;
        s->phase++;
    }
}

static bool task_idle(const struct script *s, int t)
{
    bool holds = s->in_barrier[t] != 0;
    for (int i = 0; i < LOCKS; i++)
        holds = holds || s->owner[i] == t;
    for (int i = 0; i < RWLOCKS; i++)
        holds = holds || s->rw_owner[i] == t || s->rw_readers[i][t];
    return !holds;
}

static void task_born(struct script *s, int child, int parent)
{
    s->task[child] = hb_task_create(s->hb, parent < 0 ? NULL : s->task[parent], 0x400100);
    s->cursor[child] = (struct hb_cursor)HB_CURSOR_INIT;
    hb_task_bind(s->task[child], &s->cursor[child]);
    s->number_of[hb_task_number(s->task[child])] = child;
    s->state[child] = ALIVE;
    if (parent >= 0)
        clocks_join(s->oracle->vc[child], s->oracle->vc[parent]);
    s->oracle->vc[child][child] = 1;
}

/* A task of unknown past comes after all that was done so far, and after what others do in the
 * epochs that they are in: races with that are missed. */
static void event_adopt(struct script *s, int child)
{
    s->may_miss = true;
    for (int i = 0; i < TASKS; i++)
        if (s->state[i] != UNBORN)
            clocks_join(s->oracle->vc[child], s->oracle->vc[i]);
    task_born(s, child, -1);
}

static void event_task(struct script *s, int t)
{
    int other = (int)draw(s, TASKS);
    if (s->adopts && s->state[other] == UNBORN && !draw(s, 3)) {
        event_adopt(s, other);
    } else if (s->state[other] == UNBORN) {
        task_born(s, other, t);
    } else if (s->state[other] == ENDED) {
        hb_task_join(s->task[t], s->task[other]);
        clocks_join(s->oracle->vc[t], s->oracle->vc[other]);
        s->state[other] = JOINED;
    } else if (s->state[other] == ALIVE && other != t && task_idle(s, other) && !draw(s, 4)) {
        hb_task_end(s->task[other]);
        s->state[other] = ENDED;
    }
}

/* Memory begins a new life, mostly after it was freed. */
static void event_reset(struct script *s, int t)
{
    uint32_t offset = draw(s, REGION), size = 1 + draw(s, REGION - offset);
    if (draw(s, 4))
        return;
    s->frees = draw(s, 3) != 0;
    if (s->frees) {
        access_begin(s, t, offset, size, HB_WRITE, some_pc(s));
        hb_access(s->task[t], BASE + offset, size, HB_FREE, s->now_pc);
        oracle_access(s, t, offset, size, HB_WRITE);
        s->frees = false;
    }
    hb_range_reset(s->hb, s->task[t], BASE + offset, size);
    for (uint32_t b = offset; b < offset + size; b++) {
        s->oracle->history_count[b] = 0;
        for (int i = 0; i < ATOMICS; i++) {
            if (ATOMIC_OFFSET(i) == b)
                s->oracle->atomics[i].count = 0;
        }
    }
}

static void script_step(struct script *s)
{
    int t = (int)draw(s, TASKS);
    while (s->state[t] != ALIVE)
        t = (t + 1) % TASKS;
    if (s->in_barrier[t]) {
        if (s->in_barrier[t] - 1 < s->phase)
            event_barrier(s, t);
        return;
    }
    s->oracle->vc[t][t]++;
    if (s->talks && draw(s, 3) == 0) {
        if (draw(s, 4))
            event_meet(s, t);
        else
            event_swap(s, t, (int)draw(s, EDGES));
        return;
    }
    uint32_t dice = draw(s, 100);
    if (dice < 45)
        event_access(s, t);
    else if (dice < 62)
        event_atomic(s, t);
    else if (dice < 66)
        event_fence(s, t);
    else if (dice < 76)
        event_lock(s, t);
    else if (dice < 82)
        event_rwlock(s, t);
    else if (dice < 86)
        event_sem(s, t);
    else if (dice < 90)
        event_edge(s, t);
    else if (dice < 91)
        event_meet(s, t);
    else if (dice < 93)
        event_barrier(s, t);
    else if (dice < 99)
        event_task(s, t);
    else
        event_reset(s, t);
}

static uint64_t script_run(uint64_t seed, bool cxx20, bool adopts)
{
    static struct oracle oracle;
    static struct script s;
    memset(&oracle, 0, sizeof oracle);
    memset(&s, 0, sizeof s);
    s.seed = seed;
    s.rng = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    s.oracle = &oracle;
    s.adopts = adopts;
    s.talks = seed % 3 == 0;
    memset(s.owner, -1, sizeof s.owner);
    memset(s.rw_owner, -1, sizeof s.rw_owner);
    struct hb_config config = {.release_sequence_cxx20 = cxx20};
    struct hb_callbacks callbacks = {.finding = finding, .arg = &s};
    s.hb = hb_create(&config, &callbacks);
    task_born(&s, 0, -1);
    hb_barrier_create(s.task[0], BARRIER_ADDR, BARRIER_WIDTH, 0x400000);
    for (s.event = 0; s.event < EVENTS; s.event++)
        script_step(&s);
    hb_destroy(s.hb);
    return s.reports;
}

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

START_TEST(engine_agrees_with_full_history)
{
    uint64_t seed = env_number("HB_ORACLE_SEED", 1);
    uint64_t scripts = env_number("HB_ORACLE_SCRIPTS", SCRIPTS_DEFAULT);
    uint64_t reports = 0;
    for (uint64_t i = 0; i < scripts; i++)
        reports += script_run(seed + i, false, false);
    printf("%llu events, %llu races reported, %llu quiet writes\n",
           (unsigned long long)(scripts * EVENTS), (unsigned long long)reports,
           (unsigned long long)quiet_count);
    ck_assert_uint_gt(reports, scripts); /* the scripts are not vacuous */
    ck_assert(scripts < 100 || quiet_count > scripts / 10);
}
END_TEST

START_TEST(tasks_of_unknown_past_bring_no_false_alarm)
{
    uint64_t seed = env_number("HB_ORACLE_SEED", 1);
    uint64_t scripts = env_number("HB_ORACLE_SCRIPTS", SCRIPTS_DEFAULT) / 4;
    uint64_t reports = 0;
    for (uint64_t i = 0; i < scripts; i++)
        reports += script_run(seed + i, false, true);
    ck_assert_uint_gt(reports, scripts / 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hb_oracle");
    TCase *tcase = tcase_create("oracle");
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, engine_agrees_with_full_history);
    tcase_add_test(tcase, tasks_of_unknown_past_bring_no_false_alarm);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
