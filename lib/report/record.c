#include "report/record.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Of all stacks together. Stacks that share program counters could otherwise unfold to any size. */
#define RECORD_FRAMES_MAX ((uint64_t)4 << 20)
/* Above what one process writes by far; bounds our memory, not a user's finding. */
#define RECORD_SIZE_MAX ((size_t)16 << 20)

static bool index_ok(uint32_t index, uint32_t count)
{
    return index == PROTO_NONE || index < count;
}

static bool span_ok(uint32_t first, uint32_t count, uint32_t total)
{
    return first <= total && count <= total - first;
}

static bool access_ok(const struct proto_finding *f, const struct proto_access *access)
{
    return access->kind <= ACCESS_FREE && index_ok(access->task, f->task_count) &&
           index_ok(access->stack, f->stack_count) &&
           span_ok(access->lock_first, access->lock_count, f->lock_count);
}

/* Parents form no cycle. Each task is marked with the walk that met it first: linear. */
static bool parents_end(struct arena *arena, const struct record *record)
{
    uint32_t count = record->finding->task_count;
    uint32_t *walk = arena_array(arena, count, sizeof(*walk));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at != PROTO_NONE && !walk[at]; at = record->tasks[at].parent)
            walk[at] = i + 1;
        if (at != PROTO_NONE && walk[at] == i + 1)
            return false;
    }
    return true;
}

static bool tasks_ok(struct arena *arena, const struct record *record)
{
    const struct proto_finding *f = record->finding;
    for (uint32_t i = 0; i < f->task_count; i++) {
        if (!index_ok(record->tasks[i].parent, f->task_count) ||
            !index_ok(record->tasks[i].created, f->stack_count))
            return false;
    }
    return parents_end(arena, record);
}

static bool tables_ok(struct arena *arena, const struct record *record)
{
    const struct proto_finding *f = record->finding;
    uint64_t frames = 0;
    for (uint32_t i = 0; i < f->stack_count; i++) {
        if (!span_ok(record->stacks[i].pc_first, record->stacks[i].pc_count, f->pc_count))
            return false;
        frames += record->stacks[i].pc_count;
    }
    if (frames > RECORD_FRAMES_MAX)
        return false;
    for (uint32_t i = 0; i < f->lock_count; i++)
        if (!index_ok(record->locks[i].acquired, f->stack_count) ||
            !index_ok(record->locks[i].created, f->stack_count))
            return false;
    return tasks_ok(arena, record);
}

static bool objects_ok(const struct record *record)
{
    const struct proto_finding *f = record->finding;
    for (uint32_t i = 0; i < f->object_count; i++)
        if (record->objects[i].kind >= OBJECT_KINDS ||
            !index_ok(record->objects[i].made_task, f->task_count) ||
            !index_ok(record->objects[i].made, f->stack_count))
            return false;
    for (uint32_t i = 0; i < f->wait_count; i++)
        if (!index_ok(record->waits[i].task, f->task_count) ||
            !index_ok(record->waits[i].stack, f->stack_count) ||
            !index_ok(record->waits[i].object, f->object_count) ||
            record->waits[i].held_by > f->task_count || record->waits[i].held_at > f->stack_count ||
            record->waits[i].held > f->object_count)
            return false;
    return f->about <= f->object_count;
}

/* The tables must fit; with hostile counts the sum may be huge but not wrap (64 bits). */
static bool finding_sizes_ok(const struct proto_finding *f, size_t size)
{
    uint64_t need = sizeof(*f);
    need += (uint64_t)f->task_count * sizeof(struct proto_task);
    need += (uint64_t)f->stack_count * sizeof(struct proto_stack);
    need += (uint64_t)f->lock_count * sizeof(struct proto_lock);
    need += (uint64_t)f->pc_count * sizeof(uint64_t);
    need += (uint64_t)f->object_count * sizeof(struct proto_object);
    need += (uint64_t)f->wait_count * sizeof(struct proto_wait);
    need += f->text_size;
    return need <= size;
}

static bool finding_ok(struct arena *arena, struct record *record, size_t size)
{
    const struct proto_finding *f = (const struct proto_finding *)record->head;
    if (size < sizeof(*f) || !finding_sizes_ok(f, size))
        return false;
    record->finding = f;
    record->tasks = (const struct proto_task *)(f + 1);
    record->stacks = (const struct proto_stack *)(record->tasks + f->task_count);
    record->locks = (const struct proto_lock *)(record->stacks + f->stack_count);
    record->pcs = (const uint64_t *)(record->locks + f->lock_count);
    record->objects = (const struct proto_object *)(record->pcs + f->pc_count);
    record->waits = (const struct proto_wait *)(record->objects + f->object_count);
    record->words = (const char *)(record->waits + f->wait_count);
    return f->kind && access_ok(f, &f->now) && access_ok(f, &f->before) &&
           index_ok(f->place_task, f->task_count) && index_ok(f->place_stack, f->stack_count) &&
           index_ok(f->freed_task, f->task_count) && index_ok(f->freed_stack, f->stack_count) &&
           objects_ok(record) && tables_ok(arena, record);
}

static bool text_ok(struct record *record, size_t size, size_t offset)
{
    const char *text = (const char *)record->head + offset;
    if (size <= offset || !memchr(text, '\0', size - offset))
        return false;
    record->text = text;
    return true;
}

static bool module_ok(struct record *record, size_t size)
{
    const struct proto_module *module = (const struct proto_module *)record->head;
    return text_ok(record, size, offsetof(struct proto_module, path)) &&
           module->low < module->high && module->build_id_size <= sizeof(module->build_id);
}

int record_check(struct arena *arena, const struct proto_record *raw, size_t readable,
                 struct record *ret_record)
{
    if (readable < sizeof(*raw))
        return -EBADMSG;
    if (atomic_load_explicit(&raw->state, memory_order_acquire) != RECORD_COMPLETE)
        return -EBADMSG;
    size_t size = raw->size;
    if (size < sizeof(*raw) || size > readable || size > RECORD_SIZE_MAX)
        return -EBADMSG;
    struct record record = {.text = ""};
    char *copy = arena_copy(arena, (const char *)raw, size);
    record.head = (const struct proto_record *)copy;
    bool ok = true;
    switch (record.head->type) {
    case RECORD_PROCESS:
        ok = text_ok(&record, size, offsetof(struct proto_process, path));
        break;
    case RECORD_MODULE:
        ok = module_ok(&record, size);
        break;
    case RECORD_FINDING:
        ok = finding_ok(arena, &record, size);
        break;
    case RECORD_NOTICE:
        ok = text_ok(&record, size, offsetof(struct proto_notice, text));
        break;
    case RECORD_EXIT:
        ok = size >= sizeof(struct proto_exit);
        break;
    case RECORD_DEFAULTS:
        ok = text_ok(&record, size, offsetof(struct proto_defaults, text));
        break;
    default: /* of a younger library: nothing to us */
        break;
    }
    if (!ok)
        return -EBADMSG;
    *ret_record = record;
    return 0;
}
