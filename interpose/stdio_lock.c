/*
 * stdio_lock: the lock of a stream, taken by hand (P2). It is recursive; what an inner release
 * tells comes before the outer one, without which nobody gets the lock. stdio's own calls take it,
 * too, and order nothing: their work is not the program's memory.
 */
#include <stdio.h>

#include "interpose/runtime.h"

static void stream_taken(FILE *stream)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_acquire(task, (uintptr_t)stream->_lock);
        rt_leave();
    }
}

INTERCEPT(void, flockfile, (FILE * stream))
{
    REAL(flockfile)(stream);
    stream_taken(stream);
}

INTERCEPT(int, ftrylockfile, (FILE * stream))
{
    int result = REAL(ftrylockfile)(stream);
    if (!result)
        stream_taken(stream);
    return result;
}

INTERCEPT(void, funlockfile, (FILE * stream))
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, (uintptr_t)stream->_lock);
        rt_leave();
    }
    REAL(funlockfile)(stream);
}
