/*
 * tsan_fiber: tasks that are not threads, as programs with their own stack switching declare them
 * (TSan's fiber interface). A fiber is a task of the engine; switching rebinds the thread's cursor.
 */
#include "interpose/tsan.h"

#define FIBER_NO_SYNC 1u /* __tsan_switch_to_fiber_no_sync */

RT_EXPORT void *__tsan_get_current_fiber(void);
void *__tsan_get_current_fiber(void)
{
    struct hb_task *task = rt_enter();
    if (task)
        rt_leave();
    return task;
}

RT_EXPORT void *__tsan_create_fiber(unsigned flags);
void *__tsan_create_fiber(unsigned flags)
{
    (void)flags;
    struct hb_task *task = rt_enter();
    if (!task)
        return NULL;
    struct hb_task *fiber = hb_task_create(rt_hb, task, RT_CALLER);
    rt_leave();
    return fiber;
}

/* Must not be the current one. */
RT_EXPORT void __tsan_destroy_fiber(void *fiber);
void __tsan_destroy_fiber(void *fiber)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (fiber && fiber != task) {
        hb_task_detach(fiber);
        hb_task_end(fiber);
    }
    rt_leave();
}

/* Unless told otherwise, what the current fiber did happens before what the next one does. Another
 * task may have lain where the next one does: what was released there is of no use. */
RT_EXPORT void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_switch_to_fiber(void *fiber, unsigned flags)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (fiber && fiber != task) {
        if (!(flags & FIBER_NO_SYNC))
            hb_release_store(task, (uintptr_t)fiber);
        hb_task_unbind(&rt_cursor);
        hb_task_bind(fiber, &rt_cursor);
        if (!(flags & FIBER_NO_SYNC))
            hb_acquire(fiber, (uintptr_t)fiber);
    }
    rt_leave();
}

RT_EXPORT void __tsan_set_fiber_name(void *fiber, const char *name);
void __tsan_set_fiber_name(void *fiber, const char *name)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return;
    if (fiber)
        hb_task_set_name(fiber, name);
    rt_leave();
}
