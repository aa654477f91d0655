#include "interpose/finding_builder.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/goroutine.h"
#include "interpose/journal.h"

enum {
    STACK_PCS_MAX = 16384, /* innermost frames kept of one stack */
    STACK_PCS_SHORT = 256,
    FRAME_BYTES_MAX = 1 << 16, /* of a frame whose local variables can be named */
};

struct builder *builder_begin(enum proto_finding_kind kind)
{
    struct builder *b = sys_reserve(sizeof *b);
    CHECK_MSG(b, "out of memory for a finding");
    struct proto_finding *f = &b->finding;
    f->kind = kind;
    f->tid = (uint32_t)sys_gettid();
    f->worker = control_worker;
    f->step = control_active() ? control_block->answer.steps : 0;
    f->now.task = f->now.stack = f->before.task = f->before.stack = PROTO_NONE;
    f->place_task = f->place_stack = f->freed_task = f->freed_stack = PROTO_NONE;
    return b;
}

void builder_end(struct builder *b)
{
    sys_release(b, sizeof *b);
}

/* ---- tables ---- */

/* Deep recursion must not fill the journal with a few findings: once a quarter of it is used, only
 * the innermost calls of a stack are kept. */
static size_t stack_room(const struct proto_finding *f)
{
    size_t most = journal_used_part() < 0.25 ? STACK_PCS_MAX : STACK_PCS_SHORT;
    size_t room = BUILDER_PCS - f->pc_count;
    return room < most ? room : most;
}

uint32_t builder_stack(struct builder *b, struct hb_ctx ctx)
{
    struct proto_finding *f = &b->finding;
    if (!ctx.id)
        return PROTO_NONE;
    for (uint32_t i = 0; i < f->stack_count; i++)
        if (b->stack_ctx[i] == ctx.id)
            return i;
    if (f->stack_count == BUILDER_STACKS)
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

uint32_t builder_stack_pcs(struct builder *b, const void *const *pcs, size_t count)
{
    struct proto_finding *f = &b->finding;
    size_t room = stack_room(f);
    if (!count || f->stack_count == BUILDER_STACKS)
        return PROTO_NONE;
    if (count > room)
        count = room;
    for (size_t i = 0; i < count; i++)
        b->pcs[f->pc_count + i] = (uint64_t)(uintptr_t)pcs[i];
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

static void task_fill(struct builder *b, struct proto_task *task, const struct hb_task_info *info)
{
    *task = (struct proto_task){.number = info->number,
                                .parent = PROTO_NONE,
                                .created = builder_stack(b, info->created),
                                .ended = info->ended,
                                .goroutine = goroutine_of(info->number, info->os_id)};
    if (!task->goroutine && !control_running) /* under control: another in each schedule */
        task->os_id = info->os_id;
    memcpy(task->name, info->name, sizeof task->name);
}

uint32_t builder_task(struct builder *b, uint32_t number)
{
    uint32_t first = PROTO_NONE, child = PROTO_NONE;
    while (number) {
        uint32_t index = task_find(b, number);
        bool known = index != PROTO_NONE;
        struct hb_task_info info = {0};
        if (!known) {
            if (b->finding.task_count == BUILDER_TASKS || !hb_query_task(rt_hb, number, &info))
                break;
            index = b->finding.task_count++;
            struct proto_task *task = &b->tasks[index];
            task_fill(b, task, &info);
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

/* ---- frames ---- */

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
bool builder_frame(uint32_t owner, uintptr_t addr, uint64_t *ret_pc, uint64_t *ret_cfa)
{
    struct hb_frame_info frame;
    if (!hb_query_frame(rt_hb, owner, addr, &frame))
        return false;
    uintptr_t place, word = 0, at = frame.sp;
    if (frame.outer_sp - frame.sp > FRAME_BYTES_MAX || !memory_word(frame.sp - 8, &place))
        return false;
    while (at < frame.outer_sp && memory_word(at, &word) && word != frame.call_pc)
        at += sizeof word;
    if (word != frame.call_pc || addr >= at + sizeof word)
        return false;
    *ret_pc = place;
    *ret_cfa = at + sizeof word;
    return true;
}

/* ---- writing ---- */

static void *copy(void *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return (char *)to + size;
}

struct proto_finding *builder_write(struct builder *b)
{
    const struct proto_finding *f = &b->finding;
    size_t tasks = f->task_count * sizeof *b->tasks, stacks = f->stack_count * sizeof *b->stacks;
    size_t locks = f->lock_count * sizeof *b->locks, pcs = f->pc_count * sizeof *b->pcs;
    size_t objects = f->object_count * sizeof *b->objects, waits = f->wait_count * sizeof *b->waits;
    struct proto_finding *record =
        journal_begin(RECORD_FINDING, sizeof *record + tasks + stacks + locks + pcs + objects +
                                          waits + f->text_size);
    if (!record)
        return NULL;
    copy((char *)record + sizeof record->head, (const char *)f + sizeof f->head,
         sizeof *f - sizeof f->head);
    void *to = record + 1;
    to = copy(to, b->tasks, tasks);
    to = copy(to, b->stacks, stacks);
    to = copy(to, b->locks, locks);
    to = copy(to, b->pcs, pcs);
    to = copy(to, b->objects, objects);
    to = copy(to, b->waits, waits);
    copy(to, b->text, f->text_size);
    journal_end(record);
    return record;
}
