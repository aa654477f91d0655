/*
 * litmus_annotations.h: TSan's public annotations, declared as its users do, and a hand-made lock
 * that no detector understands unless it is told.
 */
#ifndef LITMUS_ANNOTATIONS_H
#define LITMUS_ANNOTATIONS_H

#include <stdint.h>

#include "litmus.h"

#ifdef __cplusplus
extern "C" {
#endif

void __tsan_acquire(void *key);
void __tsan_release(void *key);
void __tsan_mutex_create(void *mutex, unsigned flags);
void __tsan_mutex_destroy(void *mutex, unsigned flags);
void __tsan_mutex_pre_lock(void *mutex, unsigned flags);
void __tsan_mutex_post_lock(void *mutex, unsigned flags, int recursion);
int __tsan_mutex_pre_unlock(void *mutex, unsigned flags);
void __tsan_mutex_post_unlock(void *mutex, unsigned flags);
void __tsan_mutex_pre_signal(void *mutex, unsigned flags);
void __tsan_mutex_post_signal(void *mutex, unsigned flags);
void __tsan_mutex_pre_divert(void *mutex, unsigned flags);
void __tsan_mutex_post_divert(void *mutex, unsigned flags);
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_set_fiber_name(void *fiber, const char *name);
void *__tsan_external_register_tag(const char *type);
void __tsan_external_register_header(void *tag, const char *header);
void __tsan_external_assign_tag(void *object, void *tag);
void __tsan_external_read(void *object, void *caller, void *tag);
void __tsan_external_write(void *object, void *caller, void *tag);

enum {
    LINKER_INIT = 1 << 0,
    WRITE_REENTRANT = 1 << 1,
    READ_REENTRANT = 1 << 2,
    READ_LOCK = 1 << 3,
    TRY_LOCK = 1 << 4,
    TRY_LOCK_FAILED = 1 << 5,
    RECURSIVE_LOCK = 1 << 6,
    RECURSIVE_UNLOCK = 1 << 7,
    NOT_STATIC = 1 << 8,
};

#ifdef __cplusplus
}
#endif

/* Held or not. Taken and given back behind everybody's back. */
struct hand_lock {
    int held;
};

LITMUS_INLINE int hand_try(struct hand_lock *lock)
{
    int one = 1;
    __asm__ volatile("xchgl %0, (%1)" : "+r"(one) : "r"(lock) : "memory");
    return one == 0;
}

LITMUS_INLINE void hand_release(struct hand_lock *lock)
{
    int zero = 0;
    __asm__ volatile("xchgl %0, (%1)" : "+r"(zero) : "r"(lock) : "memory");
}

LITMUS_INLINE void hand_lock(struct hand_lock *lock)
{
    __tsan_mutex_pre_lock(lock, 0);
    while (!hand_try(lock))
        invisible_yield();
    __tsan_mutex_post_lock(lock, 0, 0);
}

LITMUS_INLINE void hand_unlock(struct hand_lock *lock)
{
    __tsan_mutex_pre_unlock(lock, 0);
    hand_release(lock);
    __tsan_mutex_post_unlock(lock, 0);
}

#endif
