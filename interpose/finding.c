/*
 * finding: see finding.h.
 *
 * A finding is built in a private mapping of its own (findings are rare, the tables can be large,
 * the caller's stack may be small), then copied into the journal in one go.
 *
 * Repetitions are dropped before (finding_seen.h).
 */
#include "interpose/finding.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/benign.h"
#include "interpose/finding_seen.h"
#include "interpose/journal.h"

enum {
    TASKS_MAX = 128,
    STACKS_MAX = 512,
    LOCKS_MAX = 64,
    STACK_PCS_MAX = 16384, /* innermost frames kept of one stack */
    STACK_PCS_SHORT = 256,
    PCS_MAX = 262144,
    FRAME_BYTES_MAX = 1 << 16, /* of a frame whose local variables can be named */
};

struct builder {
    struct proto_finding finding;
    struct proto_task tasks[TASKS_MAX];
    struct proto_stack stacks[STACKS_MAX];
    uint32_t stack_ctx[STACKS_MAX];
    struct proto_lock locks[LOCKS_MAX];
    uint64_t pcs[PCS_MAX];
};

static _Atomic uint32_t findings_count, findings_dropped;

/* ---- tables ---- */

/* Deep recursion must not fill the journal with a few findings: once a quarter of it is used, only
 * the innermost calls of a stack are kept. */
static size_t stack_room(const struct proto_finding *f)
{
    size_t most = journal_used_part() < 0.25 ? STACK_PCS_MAX : STACK_PCS_SHORT;
    size_t room = PCS_MAX - f->pc_count;
    return room < most ? room : most;
}

static uint32_t stack_add(struct builder *b, struct hb_ctx ctx)
{
    struct proto_finding *f = &b->finding;
    if (!ctx.id)
        return PROTO_NONE;
    for (uint32_t i = 0; i < f->stack_count; i++)
        if (b->stack_ctx[i] == ctx.id)
            return i;
    if (f->stack_count == STACKS_MAX)
        return PROTO_NONE;
    size_t room = stack_room(f);
    size_t count = hb_query_stack(rt_hb, ctx, (uintptr_t *)&b->pcs[f->pc_count], room);
    if (count > room)
        count = room;
    b->stack_ctx[f->stack_count] = ctx.id;
    b->stacks[f->stack_count] = (struct proto_stack){f->pc_count, (uint32_t)count};
    f->pc_count += (uint32_t)count;
    return f->stack_count++;
}

static uint32_t task_find(const struct builder *b, uint32_t number)
{
    for (uint32_t i = 0; i < b->finding.task_count; i++)
        if (b->tasks[i].number == number)
            return i;
    return PROTO_NONE;
}

/* The task and those that created it, up to the first. */
static uint32_t task_add(struct builder *b, uint32_t number)
{
    uint32_t first = PROTO_NONE, child = PROTO_NONE;
    while (number) {
        uint32_t index = task_find(b, number);
        bool known = index != PROTO_NONE;
        struct hb_task_info info = {0};
        if (!known) {
            if (b->finding.task_count == TASKS_MAX || !hb_query_task(rt_hb, number, &info))
                break;
            index = b->finding.task_count++;
            struct proto_task *task = &b->tasks[index];
            *task = (struct proto_task){.number = number,
                                        .os_id = info.os_id,
                                        .parent = PROTO_NONE,
                                        .created = stack_add(b, info.created),
                                        .ended = info.ended};
            memcpy(task->name, info.name, sizeof task->name);
        }
        if (child != PROTO_NONE)
            b->tasks[child].parent = index;
        if (first == PROTO_NONE)
            first = index;
        if (known)
            break;
        child = index;
        number = info.parent;
    }
    return first;
}

static void locks_add(struct builder *b, struct hb_ctx ctx, struct proto_access *access)
{
    struct hb_lock_info held[LOCKS_MAX];
    struct proto_finding *f = &b->finding;
    size_t count = hb_query_locks(rt_hb, ctx, held, LOCKS_MAX - f->lock_count);
    access->lock_first = f->lock_count;
    access->lock_count = (uint32_t)count;
    f->lock_count += (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        b->locks[access->lock_first + i] =
            (struct proto_lock){.addr = held[i].addr,
                                .uid = held[i].uid,
                                .kind = held[i].kind,
                                .shared = held[i].shared,
                                .acquired = stack_add(b, held[i].acquired),
                                .created = stack_add(b, held[i].created)};
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
                                 .task = task_add(b, access->task),
                                 .stack = stack_add(b, access->ctx)};
    locks_add(b, access->ctx, ret);
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
    f->place_task = task_add(b, block.task);
    f->place_stack = stack_add(b, block.allocated);
    if (block.freed) {
        f->freed_task = task_add(b, block.freed_by);
        f->freed_stack = stack_add(b, block.freed_at);
    }
    return true;
}

/* A word of memory that its owner may be giving back right now. */
static bool memory_word(uintptr_t addr, uintptr_t *ret_word)
{
    struct iovec to = {ret_word, sizeof *ret_word}, from = {(void *)addr, sizeof *ret_word};
    return sys_call6(SYS_process_vm_readv, sys_getpid(), (long)&to, 1, (long)&from, 1, 0) ==
           (long)sizeof *ret_word;
}

/*
 * Whose frame on the owner's stack holds `addr`, for the report to name the local variable. The
 * frame's stack pointer is known from its entry; the word below it is the return address of the
 * last call that the function made from there, a place in it. Its CFA is above the return address
 * into its own caller, looked for between its stack pointer and the caller's.
 */
static void frame_add(struct builder *b, uint32_t owner, uintptr_t addr)
{
    struct hb_frame_info frame;
    if (!hb_query_frame(rt_hb, owner, addr, &frame))
        return;
    uintptr_t place, word = 0, at = frame.sp;
    if (frame.outer_sp - frame.sp > FRAME_BYTES_MAX || !memory_word(frame.sp - 8, &place))
        return;
    while (at < frame.outer_sp && memory_word(at, &word) && word != frame.call_pc)
        at += sizeof word;
    if (word != frame.call_pc || addr >= at + sizeof word)
        return;
    b->finding.place_frame_pc = place;
    b->finding.place_frame_cfa = at + sizeof word;
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
    f->place_task = task_add(b, number);
    f->place_addr = tls ? owner.tls_low : owner.stack_low;
    f->place_size = tls ? owner.tls_size : owner.stack_size;
    if (!tls)
        frame_add(b, number, addr);
    return true;
}

/* What is not heap, stack or TLS may be static data: the tool knows, from the modules. */
static void place_add(struct builder *b, uintptr_t addr)
{
    struct proto_finding *f = &b->finding;
    f->place = PLACE_UNKNOWN;
    f->place_task = f->place_stack = f->freed_task = f->freed_stack = PROTO_NONE;
    if (!place_heap(b, addr))
        place_stack(b, addr);
}

/* ---- writing ---- */

static void *copy(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return (char *)to + size;
}

/* The record, or NULL when the journal is full. */
static struct proto_finding *finding_write(struct builder *b)
{
    const struct proto_finding *f = &b->finding;
    size_t tasks = f->task_count * sizeof *b->tasks, stacks = f->stack_count * sizeof *b->stacks;
    size_t locks = f->lock_count * sizeof *b->locks, pcs = f->pc_count * sizeof *b->pcs;
    struct proto_finding *record =
        journal_begin(RECORD_FINDING, sizeof *record + tasks + stacks + locks + pcs);
    if (!record)
        return NULL;
    copy((char *)record + sizeof record->head, (const char *)f + sizeof f->head,
         sizeof *f - sizeof f->head);
    void *to = record + 1;
    to = copy(to, b->tasks, tasks);
    to = copy(to, b->stacks, stacks);
    to = copy(to, b->locks, locks);
    copy(to, b->pcs, pcs);
    journal_end(record);
    return record;
}

/* --halt-on-error: suppressions are the tool's business, so it says whether this one counts. When
 * the tool is gone or silent for long, it does. */
static void finding_halt(struct proto_finding *record)
{
    enum { WAIT_MS = 60000 };
    static _Atomic uint32_t never;
    uint16_t verdict = VERDICT_NONE;
    for (int i = 0; record && i < WAIT_MS && verdict == VERDICT_NONE; i++) {
        verdict = atomic_load(&record->head.verdict);
        if (sys_call3(SYS_kill, rt_control->tool_pid, 0, 0) == -ESRCH)
            break;
        if (verdict == VERDICT_NONE)
            sys_futex_wait(&never, 0, 1000000, false);
    }
    if (verdict != VERDICT_QUIET)
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
    return true;
}

void finding_report(void *arg, struct hb_task *task, const struct hb_finding *finding)
{
    (void)arg;
    (void)task;
    if (!rt_control || !rt_control->options.report_races ||
        benign_overlaps(finding->now.addr, finding->now.size) || !finding_seen_first(finding))
        return;
    struct builder *b = sys_reserve(sizeof *b);
    CHECK_MSG(b, "out of memory for a finding");
    b->finding.kind = finding_kind(finding->kind);
    b->finding.ordered = finding->ordered;
    b->finding.tid = (uint32_t)sys_gettid();
    access_add(b, &b->finding.now, &finding->now);
    access_add(b, &b->finding.before, &finding->before);
    bool admitted = finding_admit();
    struct proto_finding *record = NULL;
    if (admitted) {
        place_add(b, finding->now.addr);
        record = finding_write(b);
    }
    sys_release(b, sizeof *b);
    if (admitted && rt_control->options.halt_on_error)
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
