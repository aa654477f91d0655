/* query: what reports ask. */
#include "hb/engine.h"

bool hb_query_task(struct hb *hb, uint32_t number, struct hb_task_info *ret_info)
{
    if (number == 0 || number >= atomic_load_explicit(&hb->facts.used, memory_order_acquire))
        return false;
    const struct task_facts *facts = task_facts(hb, number);
    *ret_info = (struct hb_task_info){.number = number,
                                      .parent = facts->parent,
                                      .os_id = facts->os_id,
                                      .created = {facts->created}};
    const char *name = arena_at(&hb->names, facts->name);
    for (size_t i = 0; facts->name && i < sizeof ret_info->name; i++)
        ret_info->name[i] = name[i];
    spin_lock(&hb->live_lock);
    ret_info->ended = facts->live == 0;
    if (facts->live) {
        const struct hb_task *task = arena_at(&hb->tasks, facts->live);
        ret_info->stack_low = task->stack_low;
        ret_info->stack_size = task->stack_size;
        ret_info->tls_low = task->tls_low;
        ret_info->tls_size = task->tls_size;
    }
    spin_unlock(&hb->live_lock);
    return true;
}

size_t hb_query_stack(struct hb *hb, struct hb_ctx ctx, uintptr_t *ret_pcs, size_t max)
{
    size_t depth = 0;
    for (uint32_t id = ctx.id; id;) {
        struct intern_key key = intern_key(&hb->contexts, id);
        if (depth < max)
            ret_pcs[depth] = key.a;
        depth++;
        id = (uint32_t)(key.b >> 32);
    }
    return depth;
}

size_t hb_query_locks(struct hb *hb, struct hb_ctx ctx, struct hb_lock_info *ret_locks, size_t max)
{
    if (!ctx.id)
        return 0;
    uint32_t set = (uint32_t)intern_key(&hb->contexts, ctx.id).b;
    size_t count = 0;
    for (uint32_t s = set; s; s = (uint32_t)(intern_key(&hb->locksets, s).a >> 32))
        count++;
    size_t place = count;
    for (uint32_t s = set; s;) {
        struct intern_key key = intern_key(&hb->locksets, s);
        uint32_t lock = (uint32_t)key.a;
        struct lock_facts facts = lock_facts(&hb->locks, lock);
        if (--place < max)
            ret_locks[place] = (struct hb_lock_info){.addr = facts.addr,
                                                     .uid = lock,
                                                     .kind = (enum hb_lock_kind)facts.kind,
                                                     .shared = (uint32_t)key.b & 1,
                                                     .acquired = {(uint32_t)(key.b >> 32)},
                                                     .created = {facts.created}};
        s = (uint32_t)(key.a >> 32);
    }
    return count < max ? count : max;
}

uint32_t hb_query_stack_owner(struct hb *hb, uintptr_t addr, bool *ret_tls)
{
    uint32_t owner = 0;
    spin_lock(&hb->live_lock);
    for (const struct hb_task *task = hb->live; task && !owner; task = task->next_live) {
        bool tls = addr - task->tls_low < task->tls_size;
        if (tls || addr - task->stack_low < task->stack_size) {
            owner = task->number;
            *ret_tls = tls;
        }
    }
    spin_unlock(&hb->live_lock);
    return owner;
}

/* Frames keep the low half of the stack pointer; `addr` lies on the same stack. */
static uintptr_t frame_sp(const struct hb_frame *frame, uintptr_t addr)
{
    return addr - (uintptr_t)(int64_t)(int32_t)((uint32_t)addr - frame->sp);
}

/* Of a task that no thread is at the moment: where it stopped. */
static const struct hb_frame *frames_top(const struct hb_task *task)
{
    const struct hb_cursor *cursor = task->cursor;
    if (!cursor)
        return task->frames + task->depth;
    return *(struct hb_frame *const volatile *)&cursor->top;
}

static bool frame_find(const struct hb_task *task, uintptr_t addr, struct hb_frame_info *ret_frame)
{
    const struct hb_frame *frames = task->frames;
    const struct hb_frame *top = frames_top(task);
    if (!frames || top < frames || (size_t)(top - frames) >= task->frames_size / sizeof *frames)
        return false; /* not bound, or just growing (calls.c keeps the old frames readable) */
    uintptr_t outer_sp = task->stack_low + task->stack_size;
    for (const struct hb_frame *frame = frames + 1; frame <= top; frame++) {
        if (frame->call_pc == 0)
            return false; /* a signal handler, maybe on another stack */
        uintptr_t sp = frame_sp(frame, addr);
        if (sp <= addr) {
            *ret_frame = (struct hb_frame_info){sp, frame->call_pc, outer_sp};
            return true;
        }
        outer_sp = sp;
    }
    return false;
}

bool hb_query_frame(struct hb *hb, uint32_t number, uintptr_t addr, struct hb_frame_info *ret_frame)
{
    bool found = false;
    spin_lock(&hb->live_lock);
    for (const struct hb_task *task = hb->live; task && !found; task = task->next_live) {
        if (task->number == number)
            found = frame_find(task, addr, ret_frame);
    }
    spin_unlock(&hb->live_lock);
    return found;
}

void hb_query_stats(struct hb *hb, struct hb_stats *ret_stats)
{
    *ret_stats = (struct hb_stats){
        .tasks = atomic_load_explicit(&hb->facts.used, memory_order_relaxed) - 1,
        .tasks_live = atomic_load_explicit(&hb->tasks_live, memory_order_relaxed),
        .contexts = intern_count(&hb->contexts),
        .locksets = intern_count(&hb->locksets),
        .records = atomic_load_explicit(&hb->shadow.records.used, memory_order_relaxed) - 1,
        .sync_objects = atomic_load_explicit(&hb->syncs.used, memory_order_relaxed) - 1,
        .shadow_bytes = atomic_load_explicit(&hb->shadow.chunk_count, memory_order_relaxed) * 2 *
                        (UINT64_C(1) << SHADOW_CHUNK_BITS),
    };
    for (uint32_t i = 0; i < HEAP_SHARDS; i++)
        ret_stats->blocks_live += hb->heap.shards[i].count;
}
