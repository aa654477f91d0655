/*
 * tsan_memory: memory functions that clang's instrumentation calls by its own names. The calling
 * code is instrumented by definition.
 */
#include "interpose/tsan.h"

RT_EXPORT void *__tsan_memcpy(void *target, const void *source, unsigned long size);
void *__tsan_memcpy(void *target, const void *source, unsigned long size)
{
    struct hb_task *task = rt_enter();
    if (task) {
        rt_range(task, source, size, HB_READ, RT_CALLER);
        rt_range(task, target, size, HB_WRITE, RT_CALLER);
        rt_leave();
    }
    return REAL(memcpy)(target, source, size);
}

RT_EXPORT void *__tsan_memmove(void *target, const void *source, unsigned long size);
void *__tsan_memmove(void *target, const void *source, unsigned long size)
{
    struct hb_task *task = rt_enter();
    if (task) {
        rt_range(task, source, size, HB_READ, RT_CALLER);
        rt_range(task, target, size, HB_WRITE, RT_CALLER);
        rt_leave();
    }
    return REAL(memmove)(target, source, size);
}

RT_EXPORT void *__tsan_memset(void *target, int byte, unsigned long size);
void *__tsan_memset(void *target, int byte, unsigned long size)
{
    struct hb_task *task = rt_enter();
    if (task) {
        rt_range(task, target, size, HB_WRITE, RT_CALLER);
        rt_leave();
    }
    return REAL(memset)(target, byte, size);
}
