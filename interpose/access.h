/*
 * access: what a libc function does to the memory of its caller.
 *
 * Only calls from instrumented code count (runtime.h: rt_instrumented). An interceptor states the
 * bytes that its function may touch, before the real call for what is read and after
 * it for what is written, so that they sit on the right side of any release or acquire:
 *
 *     ACCESSES(READS(source, size); WRITES(target, size));
 */
#ifndef RACERUN_INTERPOSE_ACCESS_H
#define RACERUN_INTERPOSE_ACCESS_H

#include "interpose/runtime.h"

/* The task, with the runtime entered, if accesses by the code at `pc` count; else NULL. */
static inline struct hb_task *access_enter(uintptr_t pc)
{
    if (!rt_hb || rt_cursor.inside || !rt_instrumented(pc))
        return NULL;
    return rt_enter();
}

/* Statements that run within the runtime, or not at all. They never return. */
#define ACCESSES(...)                                                                              \
    do {                                                                                           \
        struct hb_task *task = access_enter(RT_CALLER);                                            \
        if (task) {                                                                                \
            __VA_ARGS__;                                                                           \
            rt_leave();                                                                            \
        }                                                                                          \
    } while (0)

/* No access at all for a null pointer: an optional result that was not asked for. */
static inline void access_range(struct hb_task *task, const void *p, size_t size, enum hb_kind kind,
                                uintptr_t pc)
{
    if (p)
        rt_range(task, p, size, kind, pc);
}

static inline void access_string(struct hb_task *task, const char *s, uintptr_t pc)
{
    if (s)
        rt_range(task, s, REAL(strlen)(s) + 1, HB_READ, pc);
}

#define READS_STRING(s) access_string(task, (s), RT_CALLER)
#define READS(p, size) access_range(task, (p), (size), HB_READ, RT_CALLER)
#define WRITES(p, size) access_range(task, (p), (size), HB_WRITE, RT_CALLER)

#endif
