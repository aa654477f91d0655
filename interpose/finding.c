/*
 * finding: see finding.h. Built by finding_builder.c; repetitions are dropped before
 * (finding_seen.h).
 */
#include "interpose/finding.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/benign.h"
#include "interpose/control/control.h"
#include "interpose/finding_builder.h"
#include "interpose/finding_seen.h"
#include "interpose/goroutine.h"
#include "interpose/journal.h"
#include "interpose/misuse.h"
#include "interpose/thread.h"
#include "interpose/tsan.h"

static _Atomic uint32_t findings_count, findings_dropped;

static void locks_add(struct builder *b, struct hb_ctx ctx, struct proto_access *access)
{
    struct hb_lock_info held[BUILDER_LOCKS];
    struct proto_finding *f = &b->finding;
    size_t count = hb_query_locks(rt_hb, ctx, held, BUILDER_LOCKS - f->lock_count);
    access->lock_first = f->lock_count;
    access->lock_count = (uint32_t)count;
    f->lock_count += (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        b->locks[access->lock_first + i] =
            (struct proto_lock){.addr = held[i].addr,
                                .uid = held[i].uid,
                                .kind = held[i].kind,
                                .shared = held[i].shared,
                                .acquired = builder_stack(b, held[i].acquired),
                                .created = builder_stack(b, held[i].created)};
}

/* ---- parts ---- */

static uint32_t access_kind(enum hb_kind kind)
{
    switch (kind) {
    case HB_WRITE:
        return ACCESS_WRITE;
    case HB_READ:
        return ACCESS_READ;
    case HB_ATOMIC_WRITE:
        return ACCESS_ATOMIC_WRITE;
    case HB_ATOMIC_READ:
        return ACCESS_ATOMIC_READ;
    case HB_FREE:
        return ACCESS_FREE;
    }
    return ACCESS_WRITE;
}

static uint32_t finding_kind(enum hb_finding_kind kind)
{
    switch (kind) {
    case HB_DATA_RACE:
        return FINDING_DATA_RACE;
    case HB_USE_AFTER_FREE:
        return FINDING_USE_AFTER_FREE;
    case HB_DOUBLE_FREE:
        return FINDING_DOUBLE_FREE;
    }
    return FINDING_DATA_RACE;
}

static void access_add(struct builder *b, struct proto_access *ret, const struct hb_access *access)
{
    *ret = (struct proto_access){.addr = access->addr,
                                 .size = access->size,
                                 .kind = access_kind(access->kind),
                                 .task = builder_task(b, access->task),
                                 .stack = builder_stack(b, access->ctx)};
    locks_add(b, access->ctx, ret);
}

/* What lies in memory that was freed and is used: the engine writes it then. */
static void object_add(struct builder *b, struct hb_task *task, const struct hb_finding *finding)
{
    struct hb_sync_info info;
    if (finding->kind != HB_USE_AFTER_FREE || finding->now.kind != HB_ATOMIC_WRITE)
        return;
    hb_query_sync(task, finding->now.addr, &info);
    if (info.life != HB_SYNC_ALIVE && info.life != HB_SYNC_FREED)
        return;
    enum proto_object_kind kind = misuse_object_kind(info.object);
    uint32_t index = builder_object(b, kind, finding->now.addr, misuse_object_size(kind));
    if (index != PROTO_NONE) {
        b->objects[index].made = builder_stack(b, info.created);
        b->finding.about = 1 + index;
    }
}

static bool place_heap(struct builder *b, uintptr_t addr)
{
    struct proto_finding *f = &b->finding;
    struct hb_block_info block;
    if (!hb_query_block(rt_hb, addr, &block))
        return false;
    f->place = PLACE_HEAP;
    f->place_addr = block.addr;
    f->place_size = block.size;
    f->place_task = builder_task(b, block.task);
    f->place_stack = builder_stack(b, block.allocated);
    if (block.freed) {
        f->freed_task = builder_task(b, block.freed_by);
        f->freed_stack = builder_stack(b, block.freed_at);
    }
    return true;
}

static bool place_stack(struct builder *b, uintptr_t addr)
{
    struct proto_finding *f = &b->finding;
    struct hb_task_info owner;
    bool tls = false;
    uint32_t number = hb_query_stack_owner(rt_hb, addr, &tls);
    if (!number || !hb_query_task(rt_hb, number, &owner))
        return false;
    f->place = tls ? PLACE_TLS : PLACE_STACK;
    f->place_task = builder_task(b, number);
    f->place_addr = tls ? owner.tls_low : owner.stack_low;
    f->place_size = tls ? owner.tls_size : owner.stack_size;
    if (!tls)
        builder_frame(number, addr, &f->place_frame_pc, &f->place_frame_cfa);
    return true;
}

/* What is not heap, stack or TLS may be static data: the tool knows, from the modules. */
static void place_add(struct builder *b, uintptr_t addr)
{
    struct proto_finding *f = &b->finding;
    f->place = PLACE_UNKNOWN;
    if (!place_heap(b, addr))
        place_stack(b, addr);
}

/* --halt-on-error: suppressions are the tool's business, so it says whether this one counts. When
 * the tool is gone or silent for long, it does. */
void finding_halt(const struct proto_finding *record)
{
    if (!record || journal_verdict(&record->head) != VERDICT_QUIET)
        sys_exit_group((int)rt_control->options.exit_code);
}

static bool finding_admit(void)
{
    uint32_t max = rt_control->options.findings_max;
    if (max && atomic_load(&findings_count) >= max) {
        atomic_fetch_add(&findings_dropped, 1);
        return false;
    }
    atomic_fetch_add(&findings_count, 1);
    atomic_fetch_add(&rt_control->findings, 1);
    if (control_block)
        atomic_fetch_add(&control_block->findings, 1);
    return true;
}

/* The calling thread's own memory (__thread), used by goroutines that it runs: they take turns.
 * That the earlier one was in it from another thread is possible, but nothing tells. */
static bool thread_takes_turns(const struct hb_finding *finding)
{
    struct hb_task_info own, before;
    const struct hb_task *between = rt_self.thread->between;
    uint32_t number = hb_task_number(rt_self.thread->task);
    if (!hb_query_task(rt_hb, number, &own) || finding->now.addr - own.tls_low >= own.tls_size)
        return false;
    return finding->before.task == number ||
           (between && finding->before.task == hb_task_number(between)) ||
           (hb_query_task(rt_hb, finding->before.task, &before) && (before.os_id & GOROUTINE_BIT));
}

void finding_report(void *arg, struct hb_task *task, const struct hb_finding *finding)
{
    (void)arg;
    if (!rt_control || !rt_control->options.report_races ||
        benign_overlaps(finding->now.addr, finding->now.size))
        return;
    goroutine_raced(finding);
    if (!finding_seen_first(finding) || thread_takes_turns(finding) ||
        (control_active() && !control_race_first(finding)))
        return;
    struct builder *b = builder_begin(finding_kind(finding->kind));
    b->finding.ordered = finding->ordered;
    access_add(b, &b->finding.now, &finding->now);
    access_add(b, &b->finding.before, &finding->before);
    place_add(b, finding->now.addr);
    object_add(b, task, finding);
    goroutine_finding(b);
    finding_commit(b);
    builder_end(b);
}

void finding_commit(struct builder *b)
{
    if (!rt_control || !finding_admit())
        return;
    struct proto_finding *record = builder_write(b);
    if (control_active())
        control_stop();
    if (b->is_last) {
        finding_halt(record);
        return;
    }
    bool goes_on = b->goes_on || b->finding.kind < FINDING_CRASH ||
                   b->finding.kind == FINDING_MISUSE || b->finding.kind == FINDING_LOCK_ORDER ||
                   b->finding.kind == FINDING_THREAD_LEAK;
    if (goes_on && !tsan_report_keep(record) && rt_control->options.halt_on_error)
        finding_halt(record);
}

void finding_counts(uint32_t *ret_findings, uint32_t *ret_dropped)
{
    *ret_findings = atomic_load(&findings_count);
    *ret_dropped = atomic_load(&findings_dropped);
}

void finding_fork_child(void)
{
    atomic_store(&findings_count, 0);
    atomic_store(&findings_dropped, 0);
}
