/*
 * goroutine: the detector's side of racerun/hooks.h. A goroutine is a task of the engine; the worker
 * thread that runs it has the goroutine's task bound to its cursor, and its own task while it runs the
 * scheduler. The runtime calls with the lock of the object held, and unbinds a goroutine before it lets
 * others see that it waits: so a task that is not the caller's own is nobody's, and may be acted for.
 */
#include "racerun/hooks.h"

#include "interpose/thread.h"

#define KEY(object) ((uintptr_t)(object))

/* ---- tasks ---- */

static void *task_main(void)
{
    struct hb_task *task = rt_enter();
    if (task)
        rt_leave();
    return task;
}

static void *task_create(void *creator, uint64_t id, const void *fn, const void *pc)
{
    (void)id, (void)fn;
    if (!rt_enter())
        return NULL;
    struct hb_task *task = hb_task_create(rt_hb, creator, (uintptr_t)pc);
    hb_task_detach(task);
    rt_leave();
    return task;
}

static void task_end(void *task)
{
    if (!rt_enter())
        return;
    rt_arrive();
    hb_task_end(task);
    hb_task_bind(rt_self.thread->task, &rt_cursor);
    rt_arrived();
    rt_leave();
}

static void task_run(void *task)
{
    struct hb_task *before = rt_enter();
    if (!before)
        return;
    struct hb_task *next = task ? task : rt_self.thread->task;
    if (next != before) {
        rt_arrive();
        hb_task_unbind(&rt_cursor);
        hb_task_bind(next, &rt_cursor);
        rt_arrived();
    }
    rt_leave();
}

static void task_name(void *task, const char *name)
{
    if (!rt_enter())
        return;
    hb_task_set_name(task, name);
    rt_leave();
}

static void task_stack(void *task, const void *low, size_t size)
{
    struct hb_task *self = rt_enter();
    if (!self)
        return;
    hb_task_set_stack(task, (uintptr_t)low, size);
    hb_range_reset(rt_hb, self, (uintptr_t)low, size);
    rt_leave();
}

/* ---- order ---- */

#define FOR_TASK(call)                                                                             \
    do {                                                                                           \
        if (rt_enter()) {                                                                          \
            call;                                                                                  \
            rt_leave();                                                                            \
        }                                                                                          \
    } while (0)

static void acquire(void *task, const void *object)
{
    FOR_TASK(hb_acquire(task, KEY(object)));
}

static void release(void *task, const void *object)
{
    FOR_TASK(hb_release_store(task, KEY(object)));
}

static void release_merge(void *task, const void *object)
{
    FOR_TASK(hb_release(task, KEY(object)));
}

static void swap(void *task, const void *object)
{
    FOR_TASK(hb_swap(task, KEY(object)));
}

static void meet(void *task, void *other)
{
    FOR_TASK(hb_meet(task, other));
}

static void die(const void *object, size_t size)
{
    struct hb_task *self = rt_enter();
    if (!self)
        return;
    hb_range_reset(rt_hb, self, KEY(object), size);
    rt_leave();
}

/* ---- accesses ---- */

static void read_by(void *task, const void *memory, size_t size, const void *pc)
{
    if (size)
        FOR_TASK(hb_access(task, KEY(memory), size, HB_READ, (uintptr_t)pc));
}

static void write_by(void *task, const void *memory, size_t size, const void *pc)
{
    if (size)
        FOR_TASK(hb_access(task, KEY(memory), size, HB_WRITE, (uintptr_t)pc));
}

RT_EXPORT const struct rgo_hooks *racerun_go_hooks(uint32_t version);
const struct rgo_hooks *racerun_go_hooks(uint32_t version)
{
    static const struct rgo_hooks hooks = {
        .version = RGO_HOOKS_VERSION,
        .size = sizeof hooks,
        .task_main = task_main,
        .task_create = task_create,
        .task_end = task_end,
        .task_run = task_run,
        .task_name = task_name,
        .task_stack = task_stack,
        .acquire = acquire,
        .release = release,
        .release_merge = release_merge,
        .swap = swap,
        .meet = meet,
        .die = die,
        .read = read_by,
        .write = write_by,
    };
    rt_boot();
    return rt_hb && version == RGO_HOOKS_VERSION ? &hooks : NULL;
}
