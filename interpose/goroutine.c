/*
 * goroutine: the detector's side of racerun/hooks.h. A goroutine is a task of the engine; the
 * worker thread that runs it has the goroutine's task bound to its cursor, and its own task while
 * it runs the scheduler. The runtime calls with the lock of the object held, and unbinds a
 * goroutine before it lets others see that it waits: so a task that is not the caller's own is
 * nobody's, and may be acted for.
 *
 * The task of main's thread, and of a thread of the program's own that uses the runtime, is itself
 * a goroutine's. While that waits the thread has another one, `between`, for what its scheduler and
 * its signal handlers do. (Under control one thread at a time is in the engine: then nobody needs
 * that.)
 */
#include <errno.h>

#include "racerun/hooks.h"

#include "base/check.h"
#include "base/sys.h"
#include "interpose/control/control.h"
#include "interpose/enter.h"
#include "interpose/goroutine.h"
#include "hb/fast.h"
#include "interpose/modules.h"
#include "interpose/tsan.h"

#define KEY(object) ((uintptr_t)(object))

/* ---- tasks ---- */

static void *task_main(void)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return NULL;
    rt_self.thread->is_goroutine = true;
    rt_leave();
    return task;
}

/* Of the calling thread, when it runs no goroutine. */
static struct hb_task *task_of_thread(void)
{
    struct thread *thread = rt_self.thread;
    if (!thread->is_goroutine || control_active())
        return thread->task;
    if (!thread->between) {
        thread->between = hb_task_create(rt_hb, rt_cursor.task, 0);
        hb_task_set_os_id(thread->between, (uint32_t)sys_gettid());
        hb_task_set_name(thread->between, "goroutine scheduler");
        hb_task_detach(thread->between);
    }
    return thread->between;
}

/* The thread does one after the other. Others may act for its goroutine at any moment: they wait
 * outside. */
void goroutine_handler_meets(void)
{
    const struct thread *thread = rt_self.thread;
    if (!thread->between || rt_cursor.task != thread->between)
        return;
    hb_fork_prepare(rt_hb, &rt_cursor);
    hb_task_lend(thread->task, &rt_cursor);
    hb_meet(rt_cursor.task, thread->task);
    hb_task_lend(thread->task, NULL);
    hb_fork_parent(rt_hb);
}

static void *task_create(void *creator, uint64_t id, const void *fn, const void *pc)
{
    if (!rt_enter())
        return NULL;
    struct hb_task *task = hb_task_create(rt_hb, creator, (uintptr_t)pc);
    hb_task_set_os_id(task, GOROUTINE_BIT | (uint32_t)id);
    hb_task_detach(task);
    control_goroutine_new(task, fn);
    rt_leave();
    return task;
}

/* Its own end, or, for a timer's, that of a task which nobody runs. A thread's task is it beyond
 * the end of the goroutine, until the thread's. */
static void task_end(void *task)
{
    struct hb_task *self = rt_enter();
    if (!self)
        return;
    control_goroutine_end(task);
    if (task == rt_self.thread->task) {
        rt_leave();
        return;
    }
    if (self == task) {
        struct hb_task *next = task_of_thread();
        rt_arrive();
        hb_task_end(task);
        hb_task_bind(next, &rt_cursor);
        rt_arrived();
    } else {
        hb_task_end(task);
    }
    rt_leave();
}

static void task_run(void *task)
{
    struct hb_task *before = rt_enter();
    if (!before)
        return;
    control_goroutine_run(task);
    struct hb_task *next = task ? task : task_of_thread();
    if (next != before) {
        rt_arrive();
        hb_task_unbind(&rt_cursor);
        hb_task_bind(next, &rt_cursor);
        rt_arrived();
        hb_go_locks_review(next);
        /* errno is the goroutine's, which finds in this thread's what it had left elsewhere. */
        if (task)
            hb_range_reset(rt_hb, next, KEY(__errno_location()), sizeof(int));
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

/* A task that waits lives on what this thread keeps, for that time. */
#define FOR_TASK(call)                                                                             \
    do {                                                                                           \
        struct hb_task *self = enter();                                                            \
        if (!self)                                                                                 \
            break;                                                                                 \
        if (task != self) {                                                                        \
            CHECK(control_active() || !hb_task_is_bound(task));                                    \
            hb_task_lend(task, &rt_cursor);                                                        \
        }                                                                                          \
        call;                                                                                      \
        if (task != self)                                                                          \
            hb_task_lend(task, NULL);                                                              \
        leave();                                                                                   \
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

static enum hb_lock_kind lock_kind(uint32_t how)
{
    return how & RGO_LOCK_RWMUTEX ? HB_GO_RWMUTEX : HB_GO_MUTEX;
}

static void locked(void *task, const void *lock, uint32_t how, const void *pc)
{
    unsigned hb_how =
        (how & RGO_LOCK_READ ? HB_LOCK_SHARED : 0u) | (how & RGO_LOCK_TRIED ? HB_LOCK_TRIED : 0u);
    FOR_TASK(hb_go_lock(task, KEY(lock), lock_kind(how), hb_how, KEY(pc)));
}

static void unlocked(void *task, const void *lock, uint32_t how)
{
    FOR_TASK(hb_go_unlock(task, KEY(lock), lock_kind(how), how & RGO_LOCK_READ));
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

/* What the task has just written itself, most often: sent values, received ones. */
static inline bool told_already(const void *task, const void *memory, size_t size,
                                uint64_t forbidden)
{
    return (size == 8 || size == 4) && task == rt_cursor.task &&
           fast_same_epoch(tsan_shadow_dir, rt_cursor.word, KEY(memory), (uint32_t)size, forbidden);
}

static __attribute__((noinline)) void access_for(void *task, const void *memory, size_t size,
                                                 enum hb_kind kind, const void *pc)
{
    FOR_TASK(hb_access(task, KEY(memory), size, kind, KEY(pc)));
}

/* Most often its own. */
static inline void access_by(void *task, const void *memory, size_t size, enum hb_kind kind,
                             const void *pc)
{
    if (__builtin_expect(task != rt_cursor.task, 0)) {
        access_for(task, memory, size, kind, pc);
    } else if (enter()) {
        hb_access(task, KEY(memory), size, kind, KEY(pc));
        leave();
    }
}

static void read_by(void *task, const void *memory, size_t size, const void *pc)
{
    if (size && !told_already(task, memory, size, FAST_READ))
        access_by(task, memory, size, HB_READ, pc);
}

static void write_by(void *task, const void *memory, size_t size, const void *pc)
{
    if (size && !told_already(task, memory, size, FAST_WRITE))
        access_by(task, memory, size, HB_WRITE, pc);
}

/* ---- objects ---- */

static void object_made(void *task, const struct rgo_object *object, const char *type,
                        size_t element_size, size_t capacity, const void *pc)
{
    if (!task || !rt_enter())
        return;
    facts_remember(&(struct object_facts){.addr = KEY(object->address),
                                          .kind = object->kind,
                                          .type = type,
                                          .element_size = element_size,
                                          .capacity = capacity,
                                          .task = hb_task_number(task),
                                          .made = hb_ctx_here(task, (uintptr_t)pc)});
    rt_leave();
}

static void object_gone(const void *object)
{
    if (!rt_enter())
        return;
    facts_forget(KEY(object));
    rt_leave();
}

/* Its last call may be one that does not return. */
static void code(const void *low, const void *high)
{
    if (!rt_enter())
        return;
    modules_exclude((uintptr_t)low, (uintptr_t)high + 1);
    control_ours_add((uintptr_t)low, (uintptr_t)high);
    rt_leave();
}

RT_EXPORT const struct rgo_hooks *racerun_go_hooks(uint32_t version);
const struct rgo_hooks *racerun_go_hooks(uint32_t version)
{
    static struct rgo_hooks hooks = {
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
        .locked = locked,
        .unlocked = unlocked,
        .die = die,
        .read = read_by,
        .write = write_by,
        .code = code,
        .use = goroutine_use,
        .object_made = object_made,
        .object_gone = object_gone,
        .wanted = goroutine_wanted,
        .finding = goroutine_tell,
    };
    rt_boot();
    if (!rt_hb || version != RGO_HOOKS_VERSION)
        return NULL;
    goroutines_begin();
    if (control_block)
        hooks.control = &control_goroutines;
    return &hooks;
}
