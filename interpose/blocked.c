/*
 * blocked: see blocked.h.
 *
 * The cycle. A thread first writes what it waits for, then follows owner by owner (the engine knows
 * them). Of the threads that close a cycle at the same time, the last to write sees it all. What is
 * read while others run is true only if it stays: so the cycle is looked at twice. Each thread in
 * it has the same serial both times, so it waited all the time between; and who waits gives no lock
 * back. So at the moment between the walks all of it was true at once, and it stays true: nobody in
 * the cycle can go on.
 */
#include "interpose/blocked.h"

#include <string.h>

#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/finding_builder.h"
#include "interpose/goroutine.h"
#include "interpose/journal.h"
#include "interpose/misuse.h"
#include "interpose/once.h"
#include "interpose/signals.h"

enum { CYCLE_MAX = 64, STEPS_MAX = 1000 };

static _Atomic uint32_t threads_live, threads_blocked, serials, cycles_told;
static struct thread *_Atomic cycle_left; /* one in a cycle that the watcher is to tell */

bool blocked_all(void)
{
    return atomic_load(&threads_blocked) >= atomic_load(&threads_live);
}

void blocked_thread_begin(void)
{
    atomic_fetch_add(&threads_live, 1);
}

static bool is_blocked(const struct thread *thread)
{
    return __atomic_load_n(&thread->blocked.kind, __ATOMIC_SEQ_CST) != OBJECT_NONE;
}

void blocked_thread_end(struct thread *thread)
{
    if (is_blocked(thread)) /* it was cancelled there */
        atomic_fetch_sub(&threads_blocked, 1);
    __atomic_store_n(&thread->blocked.kind, OBJECT_NONE, __ATOMIC_SEQ_CST);
    atomic_fetch_sub(&threads_live, 1);
    if (threads_live && blocked_all())
        watcher_start();
}

void blocked_fork_child(void)
{
    atomic_store(&threads_live, 1);
    atomic_store(&threads_blocked, 0);
    atomic_store(&cycles_told, 0);
    atomic_store(&cycle_left, NULL);
    if (rt_self.thread)
        rt_self.thread->blocked.kind = OBJECT_NONE;
    watcher_fork_child();
}

/* ---- cycles ---- */

static bool is_lock(uint32_t kind)
{
    return kind == OBJECT_LOCK || kind == OBJECT_RWLOCK || kind == OBJECT_SPINLOCK;
}

static bool holds_since(struct hb_task *task, uintptr_t lock, struct hb_ctx *ret_acquired)
{
    struct hb_lock_info held;
    for (uint32_t i = 0; hb_query_held(task, i, &held); i++)
        if (held.addr == lock) {
            *ret_acquired = held.acquired;
            return true;
        }
    return false;
}

static bool holds(struct hb_task *task, uintptr_t lock)
{
    struct hb_ctx acquired;
    return holds_since(task, lock, &acquired);
}

/* Who has the lock that the thread waits for, or runs what it waits for, or NULL: nobody for sure.
 * Of several readers the last. */
static struct thread *holder_of(struct hb_task *task, const struct blocked *blocked,
                                struct hb_sync_info *ret_info)
{
    if (blocked->kind == OBJECT_ONCE_FLAG)
        return once_runner(blocked->object, &ret_info->last);
    if (!is_lock(blocked->kind))
        return NULL;
    hb_query_sync(task, blocked->object, ret_info);
    if (ret_info->owner)
        return hb_query_host(rt_hb, ret_info->owner);
    if (blocked->kind != OBJECT_RWLOCK || !ret_info->waiting)
        return NULL;
    struct thread *reader = hb_query_host(rt_hb, ret_info->last_task);
    return reader && is_blocked(reader) && holds(reader->task, blocked->object) ? reader : NULL;
}

struct reader {
    uintptr_t lock;
    uint32_t skip;
    struct thread *found;
};

static bool reader_find(struct thread *thread, void *arg)
{
    struct reader *reader = arg;
    if (thread->ended || !is_blocked(thread) || !holds(thread->task, reader->lock) ||
        reader->skip-- > 0)
        return false;
    reader->found = thread;
    return true;
}

/* The nth thread that keeps the waiting one from going on and waits itself, or NULL. Not a reader
 * another reader: what kept that one may be gone. */
static struct thread *keeper_nth(struct hb_task *task, const struct blocked *blocked, uint32_t n)
{
    struct hb_sync_info info = {.owner = 0};
    struct thread *holder = holder_of(task, blocked, &info);
    if (blocked->kind != OBJECT_RWLOCK || info.owner)
        return n == 0 ? holder : NULL;
    if (blocked->shared || n >= info.waiting)
        return NULL;
    struct reader reader = {.lock = blocked->object, .skip = n};
    threads_visit(reader_find, &reader);
    return reader.found;
}

static bool keeps(struct hb_task *task, struct thread *keeper, const struct blocked *blocked)
{
    struct thread *found;
    for (uint32_t n = 0; (found = keeper_nth(task, blocked, n)) != NULL; n++)
        if (found == keeper)
            return true;
    return false;
}

struct cycle {
    uint32_t length, steps;
    struct thread *threads[CYCLE_MAX]; /* each waits for the next one */
    uint32_t serials[CYCLE_MAX];
};

static bool cycle_has(const struct cycle *cycle, const struct thread *thread)
{
    for (uint32_t i = 0; i < cycle->length; i++)
        if (cycle->threads[i] == thread)
            return true;
    return false;
}

/* Goes on from the last one to `at`, until the first is there again. */
static bool cycle_walk(struct hb_task *task, struct cycle *cycle, struct thread *at)
{
    if (cycle->length == CYCLE_MAX || cycle->steps++ == STEPS_MAX || !is_blocked(at))
        return false;
    cycle->threads[cycle->length] = at;
    cycle->serials[cycle->length++] = __atomic_load_n(&at->blocked.serial, __ATOMIC_SEQ_CST);
    struct thread *next;
    for (uint32_t n = 0; (next = keeper_nth(task, &at->blocked, n)) != NULL; n++)
        if (next == cycle->threads[0] || (!cycle_has(cycle, next) && cycle_walk(task, cycle, next)))
            return true;
    cycle->length--;
    return false;
}

static bool cycle_stays(struct hb_task *task, const struct cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->length; i++) {
        struct thread *at = cycle->threads[i], *next = cycle->threads[(i + 1) % cycle->length];
        if (!is_blocked(at) || !keeps(task, next, &at->blocked) ||
            __atomic_load_n(&at->blocked.serial, __ATOMIC_SEQ_CST) != cycle->serials[i])
            return false;
    }
    return true;
}

static bool cycle_find(struct hb_task *task, struct thread *first, struct cycle *ret_cycle)
{
    *ret_cycle = (struct cycle){.length = 0};
    return cycle_walk(task, ret_cycle, first) && cycle_stays(task, ret_cycle);
}

/* ---- telling ---- */

static const char *state_of(uint32_t kind)
{
    switch (kind) {
    case OBJECT_CONDITION:
        return "signal";
    case OBJECT_BARRIER:
        return "others at the barrier";
    case OBJECT_SEMAPHORE:
        return "post";
    case OBJECT_THREAD:
        return "join";
    case OBJECT_ONCE_FLAG:
        return "end of the routine";
    default:
        return "lock";
    }
}

/* `keeper`: for whom it waits, if that is known; NULL: whoever is found. */
static void wait_add(struct builder *b, struct thread *thread, struct thread *keeper)
{
    const struct blocked *blocked = &thread->blocked;
    struct proto_finding *f = &b->finding;
    if (f->wait_count == BUILDER_WAITS) {
        f->more++;
        return;
    }
    struct proto_wait *wait = &b->waits[f->wait_count++];
    *wait = (struct proto_wait){
        .task = builder_task(b, hb_task_number(thread->task)),
        .stack = builder_stack(b, blocked->ctx),
        .object =
            builder_object(b, blocked->kind, blocked->object, misuse_object_size(blocked->kind)),
    };
    strncpy(wait->state, state_of(blocked->kind), sizeof wait->state - 1);
    struct hb_sync_info info;
    struct thread *holder = holder_of(thread->task, blocked, &info);
    if (!keeper)
        keeper = holder;
    else if (is_lock(blocked->kind))
        holds_since(keeper->task, blocked->object, &info.last);
    if (keeper || (is_lock(blocked->kind) && info.owner)) {
        wait->held_by = 1 + builder_task(b, keeper ? hb_task_number(keeper->task) : info.owner);
        wait->held_at = 1 + builder_stack(b, info.last);
    } else if (blocked->kind == OBJECT_THREAD && blocked->object) {
        wait->held_by = 1 + builder_task(b, (uint32_t)blocked->object);
    }
}

static void cycle_tell(const struct cycle *cycle)
{
    atomic_fetch_add(&cycles_told, 1);
    struct builder *b = builder_begin(FINDING_DEADLOCK);
    b->goes_on = true;
    for (uint32_t i = 0; i < cycle->length; i++)
        wait_add(b, cycle->threads[i], cycle->threads[(i + 1) % cycle->length]);
    finding_commit(b);
    builder_end(b);
}

void blocked_not_all(void)
{
    struct cycle cycle;
    struct thread *first = atomic_exchange(&cycle_left, NULL);
    if (first && cycle_find(first->task, first, &cycle))
        cycle_tell(&cycle);
}

static bool signal_waiter_find(struct thread *thread, void *arg)
{
    (void)arg;
    return !thread->ended && thread->blocked.kind == OBJECT_CONDITION;
}

static bool waiting_add(struct thread *thread, void *arg)
{
    if (!thread->ended && is_blocked(thread))
        wait_add(arg, thread, NULL);
    return false;
}

void blocked_for_ever(void)
{
    static const char text[] = "no thread can go on any more, after the deadlock above";
    static _Atomic bool told; /* and suppressed */
    if (atomic_exchange(&told, true))
        return;
    struct thread *first = atomic_exchange(&cycle_left, NULL);
    if (!first && atomic_load(&cycles_told)) {
        journal_notice(text, NULL);
        sys_exit_group((int)rt_control->options.exit_code);
    }
    bool signal = threads_visit(signal_waiter_find, NULL);
    struct builder *b = builder_begin(signal ? FINDING_LOST_WAKEUP : FINDING_DEADLOCK);
    b->is_last = true;
    threads_visit(waiting_add, b);
    finding_commit(b);
    builder_end(b);
}

static bool waits_within(struct thread *thread, void *arg)
{
    return thread->blocked.tid == *(const uint32_t *)arg && !thread->ended &&
           (thread->blocked.kind == OBJECT_THREAD || thread->blocked.kind == OBJECT_ONCE_FLAG);
}

bool blocked_within(uint32_t tid)
{
    return threads_visit(waits_within, &tid);
}

struct spinner {
    uint32_t tid;
    struct thread **ret_thread;
};

static bool spinner_find(struct thread *thread, void *arg)
{
    const struct spinner *spinner = arg;
    *spinner->ret_thread = thread;
    return thread->blocked.tid == spinner->tid && !thread->ended &&
           thread->blocked.kind == OBJECT_SPINLOCK;
}

static bool holder_find(struct thread *thread, void *lock)
{
    return !thread->ended && is_blocked(thread) && holds(thread->task, *(const uintptr_t *)lock);
}

/* Who has just taken the lock, but not said so yet, spins no more: then nobody is known to hold it,
 * as its last holder said so before it gave it back. */
uint32_t blocked_spins(uint32_t tid)
{
    struct thread *thread = NULL;
    struct spinner spinner = {.tid = tid, .ret_thread = &thread};
    if (!threads_visit(spinner_find, &spinner))
        return 0;
    uint32_t serial = __atomic_load_n(&thread->blocked.serial, __ATOMIC_SEQ_CST);
    uintptr_t lock = thread->blocked.object;
    bool held = threads_visit(holder_find, &lock);
    bool stays =
        is_blocked(thread) && __atomic_load_n(&thread->blocked.serial, __ATOMIC_SEQ_CST) == serial;
    return held && stays ? serial : 0;
}

/* ---- begin and end ---- */

static void cycle_look(struct hb_task *task, struct thread *thread)
{
    struct cycle cycle;
    uint32_t kind = thread->blocked.kind;
    if (!cycle_find(task, thread, &cycle))
        return;
    if (cycle.length == 1 && (kind == OBJECT_LOCK || kind == OBJECT_SPINLOCK))
        return; /* a relock, which is told as misuse */
    if (blocked_all() && !signals_may_come())
        atomic_store(&cycle_left, thread);
    else
        cycle_tell(&cycle);
}

static struct blocked wait_begin(struct hb_task *task, enum proto_object_kind kind, bool shared,
                                 uintptr_t object, uintptr_t pc)
{
    struct thread *thread = rt_self.thread;
    struct blocked before = {.kind = OBJECT_NONE};
    if (is_lock(kind) || kind == OBJECT_SEMAPHORE) /* else who comes back looks, or came by */
        hb_check_freed(task, object, pc);
    if (!thread || control_active() || !rt_control->options.report_deadlocks)
        return before;
    before = thread->blocked;
    uint32_t outer = before.kind;
    thread->blocked.ctx = hb_ctx_here(task, pc);
    thread->blocked.object = object;
    thread->blocked.shared = shared;
    thread->blocked.tid = (uint32_t)sys_gettid();
    thread->blocked.serial = 1 + atomic_fetch_add(&serials, 1);
    __atomic_store_n(&thread->blocked.kind, kind, __ATOMIC_SEQ_CST);
    if (outer == OBJECT_NONE)
        atomic_fetch_add(&threads_blocked, 1);
    if (is_lock(kind) || kind == OBJECT_ONCE_FLAG)
        cycle_look(task, thread);
    if (blocked_all())
        watcher_start();
    return before;
}

struct blocked blocked_begin(struct hb_task *task, enum proto_object_kind kind, uintptr_t object,
                             uintptr_t pc)
{
    return wait_begin(task, kind, false, object, pc);
}

void blocked_end(const struct blocked *before)
{
    struct thread *thread = rt_self.thread;
    if (!thread || !is_blocked(thread))
        return;
    if (before->kind == OBJECT_NONE)
        atomic_fetch_sub(&threads_blocked, 1);
    __atomic_store_n(&thread->blocked.kind, OBJECT_NONE, __ATOMIC_SEQ_CST);
    uint32_t kind = before->kind;
    thread->blocked = *before;
    thread->blocked.kind = OBJECT_NONE;
    __atomic_store_n(&thread->blocked.kind, kind, __ATOMIC_SEQ_CST);
}

bool blocked_enter(struct blocked *before, enum proto_object_kind kind, uintptr_t object,
                   uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    *before = blocked_begin(task, kind, object, pc);
    rt_leave();
    return true;
}

bool blocked_enter_shared(struct blocked *before, uintptr_t rwlock, uintptr_t pc)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return false;
    *before = wait_begin(task, OBJECT_RWLOCK, true, rwlock, pc);
    rt_leave();
    return true;
}

/* ---- who waits for an object ---- */

struct waiter {
    struct blocked wanted;
    uint32_t task;
};

static bool waiter_find(struct thread *thread, void *arg)
{
    struct waiter *waiter = arg;
    const struct blocked *blocked = &thread->blocked;
    if (thread->ended || blocked->kind != waiter->wanted.kind ||
        blocked->object != waiter->wanted.object)
        return false;
    waiter->task = hb_task_number(thread->task);
    waiter->wanted.ctx = blocked->ctx;
    return true;
}

uint32_t blocked_waiter(enum proto_object_kind kind, uintptr_t object, struct hb_ctx *ret_ctx)
{
    struct waiter waiter = {.wanted = {.kind = kind, .object = object}};
    threads_visit(waiter_find, &waiter);
    *ret_ctx = waiter.wanted.ctx;
    return waiter.task;
}
