/*
 * objects: sync objects and memory words by address, and who waits before an operation on them.
 */
#include "base/check.h"
#include "world.h"

enum { TABLE_INITIAL = 64 };

static uint32_t slot_of(const struct sched *sched, uint64_t address, uint8_t class)
{
    return (uint32_t)((address + class) * RNG_GOLDEN >> 32) & sched->table_mask;
}

static struct object *object_in(const struct sched *sched, uint32_t slot)
{
    return &sched->objects[sched->table[slot] - 1];
}

struct object *object_find(const struct sched *sched, uint64_t address, uint8_t class)
{
    for (uint32_t i = slot_of(sched, address, class); sched->table[i];
         i = (i + 1) & sched->table_mask) {
        struct object *object = object_in(sched, i);
        if (object->address == address && object->class == class)
            return object;
    }
    return NULL;
}

static void table_insert(struct sched *sched, uint32_t index)
{
    const struct object *object = &sched->objects[index];
    uint32_t i = slot_of(sched, object->address, object->class);
    while (sched->table[i])
        i = (i + 1) & sched->table_mask;
    sched->table[i] = index + 1;
}

static void table_clear(struct sched *sched)
{
    for (uint32_t i = 0; i <= sched->table_mask; i++)
        sched->table[i] = 0;
}

static SCHED_APART void table_grow(struct sched *sched)
{
    sched->table_mask = 2 * sched->table_mask + 1;
    table_clear(sched);
    for (uint32_t i = 0; i < sched->objects_count; i++)
        table_insert(sched, i);
}

void objects_begin(struct sched *sched)
{
    sched->objects_count = 0;
    sched->table_mask = TABLE_INITIAL - 1;
    table_clear(sched);
}

static SCHED_APART struct object *object_new(struct sched *sched, struct task *task,
                                             uint64_t address, uint8_t class)
{
    CHECK_MSG(sched->objects_count < OBJECTS_MAX, "too many sync objects under control");
    if (2 * sched->objects_count > sched->table_mask)
        table_grow(sched);
    uint32_t index = sched->objects_count++;
    struct object *object = &sched->objects[index];
    *object = (struct object){
        .address = address,
        .class = class,
        .uid = rng_mix(task->path + ++task->objects),
    };
    table_insert(sched, index);
    return object;
}

struct object *object_at(struct sched *sched, struct task *task, uint64_t address, uint8_t class)
{
    struct object *object = task->latest; /* most operations are on the same as the one before */
    if (object && object->address == address && object->class == class)
        return object;
    object = object_find(sched, address, class);
    task->latest = object ? object : object_new(sched, task, address, class);
    return task->latest;
}

/* Does it lie there? Tasks and descriptors have numbers, not addresses. */
static bool lies_in(const struct object *object, uint64_t address, uint64_t size)
{
    if (object->class == OBJECT_TASK || object->class == OBJECT_OUTSIDE)
        return false;
    uint64_t at = object->class == OBJECT_MEMORY ? 8 * object->address : object->address;
    return at - address < size;
}

void sched_forget(struct sched *sched, uint64_t address, uint64_t size)
{
    for (uint32_t i = 0; i < sched->objects_count; i++) {
        struct object *object = &sched->objects[i];
        if (object->address && !object->pending && lies_in(object, address, size))
            object->address = 0; /* keeps its slot: others were put behind it */
    }
}

/* ---- lists of pending operations; an entry is task + 1 << 1 | slot ---- */

static struct link *link_of(struct sched *sched, uint32_t entry)
{
    return &sched->tasks[(entry >> 1) - 1].link[entry & 1];
}

void object_attach(struct sched *sched, struct task *task, int slot, struct object *object)
{
    uint32_t entry = (task_number(sched, task) + 1) << 1 | (uint32_t)slot;
    task->object[slot] = object;
    task->link[slot] = (struct link){.next = object->pending};
    if (object->pending)
        link_of(sched, object->pending)->prev = entry;
    object->pending = entry;
}

void object_detach(struct sched *sched, struct task *task, int slot)
{
    struct object *object = task->object[slot];
    struct link *link = &task->link[slot];
    if (link->next)
        link_of(sched, link->next)->prev = link->prev;
    if (link->prev)
        link_of(sched, link->prev)->next = link->next;
    else
        object->pending = link->next;
    task->object[slot] = NULL;
}

void object_mark(struct sched *sched, struct object *object)
{
    if (object->marked)
        return;
    CHECK(sched->marked_count < sizeof sched->marked / sizeof sched->marked[0]);
    object->marked = true;
    sched->marked[sched->marked_count++] = object;
}
