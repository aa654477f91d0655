/*
 * cancel: asynchronous cancellation. It could end a thread at any instruction of the engine, with
 * locks held. So a thread of that type is switched to deferred cancellation while it is inside
 * (rt_enter, rt_leave); a request that came meanwhile acts when the type is switched back. Under
 * control nobody is cancelled there (control/cancel.c).
 */
#include "interpose/cancel.h"

#include "interpose/control/control.h"
#include "interpose/thread.h"

void cancel_defer(void)
{
    int before;
    REAL(pthread_setcanceltype)(PTHREAD_CANCEL_DEFERRED, &before);
}

void cancel_undefer(void)
{
    int before;
    REAL(pthread_setcanceltype)(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
}

INTERCEPT(int, pthread_setcanceltype, (int type, int *ret_before))
{
    if (control_active())
        return REAL(pthread_setcanceltype)(type, ret_before);
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        rt_self.cancel_asynchronous = true; /* first: the real call may not return */
    int result = REAL(pthread_setcanceltype)(type, ret_before);
    if (result == 0 && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        rt_self.cancel_asynchronous = false;
    return result;
}
