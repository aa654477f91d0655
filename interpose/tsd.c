/*
 * tsd: thread-specific data (P7: the registration of a destructor happens before its run).
 *
 * libc calls a destructor with the value alone, so a wrapper could not know of which key it is.
 * Instead a thread that sets a value acquires what the creator of the key released: the set comes
 * before the destructor in its thread's own order.
 */
#include "interpose/thread.h"

#include <limits.h>
#include <threads.h>

/* One address a key; the bytes are never used. */
static uint64_t keys[PTHREAD_KEYS_MAX];

static void key_created(unsigned key)
{
    struct hb_task *task = key < PTHREAD_KEYS_MAX ? rt_enter() : NULL;
    if (task) {
        hb_release_store(task, (uintptr_t)&keys[key]);
        rt_leave();
    }
}

static void key_deleted(unsigned key)
{
    struct hb_task *task = key < PTHREAD_KEYS_MAX ? rt_enter() : NULL;
    if (task) {
        hb_range_reset(rt_hb, task, (uintptr_t)&keys[key], sizeof keys[key]);
        rt_leave();
    }
}

static void key_used(unsigned key)
{
    struct hb_task *task = key < PTHREAD_KEYS_MAX ? rt_enter() : NULL;
    if (task) {
        hb_acquire(task, (uintptr_t)&keys[key]);
        rt_leave();
    }
}

INTERCEPT(int, pthread_key_create, (pthread_key_t * ret_key, void (*destructor)(void *)))
{
    thread_key_other();
    int result = REAL(pthread_key_create)(ret_key, destructor);
    if (!result)
        key_created(*ret_key);
    return result;
}

/* libc's other name of it. */
INTERCEPT(int, __pthread_key_create, (pthread_key_t * ret_key, void (*destructor)(void *)))
{
    thread_key_other();
    int result = REAL(__pthread_key_create)(ret_key, destructor);
    if (!result)
        key_created(*ret_key);
    return result;
}

INTERCEPT(int, pthread_key_delete, (pthread_key_t key))
{
    key_deleted(key);
    return REAL(pthread_key_delete)(key);
}

INTERCEPT(int, pthread_setspecific, (pthread_key_t key, const void *value))
{
    key_used(key);
    return REAL(pthread_setspecific)(key, value);
}

INTERCEPT(int, tss_create, (tss_t * ret_key, tss_dtor_t destructor))
{
    thread_key_other();
    int result = REAL(tss_create)(ret_key, destructor);
    if (result == thrd_success)
        key_created(*ret_key);
    return result;
}

INTERCEPT(void, tss_delete, (tss_t key))
{
    key_deleted(key);
    REAL(tss_delete)(key);
}

INTERCEPT(int, tss_set, (tss_t key, void *value))
{
    key_used(key);
    return REAL(tss_set)(key, value);
}
