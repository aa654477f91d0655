/*
 * cancel: asynchronous cancellation. It could end a thread at any instruction of the engine, with
 * locks held. So a thread of that type is switched to deferred cancellation while it is inside
 * (rt_enter, rt_leave); a request that came meanwhile acts when the type is switched back.
 */
#include "interpose/cancel.h"

#include <stdatomic.h>

#include "base/check.h"
#include "interpose/thread.h"

typedef int setcanceltype_fn(int type, int *ret_before);

static setcanceltype_fn *real_setcanceltype(void)
{
    static void *_Atomic cache;
    void *function = atomic_load_explicit(&cache, memory_order_relaxed);
    if (!function) {
        function = real_find("pthread_setcanceltype");
        CHECK_MSG(function, "a function that the program calls is not in the C library");
        atomic_store_explicit(&cache, function, memory_order_relaxed);
    }
    return (setcanceltype_fn *)function;
}

void cancel_defer(void)
{
    int before;
    real_setcanceltype()(PTHREAD_CANCEL_DEFERRED, &before);
}

void cancel_undefer(void)
{
    int before;
    real_setcanceltype()(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
}

RT_EXPORT int pthread_setcanceltype(int type, int *ret_before);
int pthread_setcanceltype(int type, int *ret_before)
{
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        rt_self.cancel_asynchronous = true; /* first: the real call may not return */
    int result = real_setcanceltype()(type, ret_before);
    if (result == 0 && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        rt_self.cancel_asynchronous = false;
    return result;
}
