/*
 * once: pthread_once, call_once and the guards of C++ local statics under control. The done state
 * is written where libc and compiled code look for it.
 */
#include "interpose/control/control.h"
#include "interpose/once.h"

enum {
    PTHREAD_DONE = 2,
    GUARD_DONE = 1
}; /* glibc's control word; the Itanium C++ ABI's first byte */

static bool begin(void *object, bool done, uintptr_t pc)
{
    return control_step(&(struct sched_op){
               .kind = SCHED_ONCE_BEGIN,
               .flags = done ? SCHED_CLAIMED : 0,
               .address = (uintptr_t)object,
               .deadline = SCHED_NEVER,
               .pc = pc,
           }) != 0;
}

static void end(void *object, bool done, uintptr_t pc)
{
    control_step(&(struct sched_op){
        .kind = SCHED_ONCE_END,
        .count = done,
        .address = (uintptr_t)object,
        .deadline = SCHED_NEVER,
        .pc = pc,
    });
}

/* The routine was left by cancellation or an exception. */
static void undo(void *control)
{
    end(control, false, 0);
}

static void run(int *control, void (*routine)(void), uintptr_t pc)
{
    if (!begin(control, *control & PTHREAD_DONE, pc))
        return;
    once_tell_left(undo);
    routine();
    __atomic_store_n(control, PTHREAD_DONE, __ATOMIC_RELEASE);
    end(control, true, pc);
}

CONTROLLED(int, pthread_once, (pthread_once_t * control, void (*routine)(void)))
{
    if (!CONTROL_HERE)
        return LIBC(pthread_once)(control, routine);
    run(control, routine, CONTROL_CALLER);
    return 0;
}

CONTROLLED(void, call_once, (once_flag * flag, void (*routine)(void)))
{
    if (CONTROL_HERE)
        run((int *)flag, routine, CONTROL_CALLER);
    else
        LIBC(call_once)(flag, routine);
}

CONTROLLED(int, __cxa_guard_acquire, (void *guard))
{
    if (!CONTROL_HERE)
        return LIBC(__cxa_guard_acquire)(guard);
    return begin(guard, *(char *)guard & GUARD_DONE, CONTROL_CALLER);
}

CONTROLLED(void, __cxa_guard_release, (void *guard))
{
    if (!CONTROL_HERE) {
        LIBC(__cxa_guard_release)(guard);
        return;
    }
    __atomic_store_n((char *)guard, GUARD_DONE, __ATOMIC_RELEASE);
    end(guard, true, CONTROL_CALLER);
}

CONTROLLED(void, __cxa_guard_abort, (void *guard))
{
    if (CONTROL_HERE)
        end(guard, false, CONTROL_CALLER);
    else
        LIBC(__cxa_guard_abort)(guard);
}
