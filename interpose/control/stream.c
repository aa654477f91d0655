/*
 * stream: the lock of a stream that a program takes by hand (flockfile), under control. Between
 * that and funlockfile others may get the turn, so it is a lock of the scheduler's: libc's own
 * would make them wait where nobody sees it. A call on the stream takes and gives libc's within one
 * step; while somebody has the stream by hand it first waits here.
 */
#include "interpose/control/control.h"

static uint32_t taken; /* how often streams were taken by hand and not given back */

static uint64_t lock_of(const FILE *stream)
{
    return (uint64_t)(uintptr_t)stream->_lock;
}

#define STREAM_OP(kind, stream) CONTROL_OP(kind, lock_of(stream), .flags = SCHED_RECURSIVE)

CONTROLLED(void, flockfile, (FILE * stream))
{
    if (!CONTROL_HERE) {
        LIBC(flockfile)(stream);
        return;
    }
    control_step(STREAM_OP(LOCK, stream));
    taken++;
}

CONTROLLED(int, ftrylockfile, (FILE * stream))
{
    if (!CONTROL_HERE)
        return LIBC(ftrylockfile)(stream);
    int error = control_step(STREAM_OP(TRYLOCK, stream));
    taken += !error;
    return error;
}

CONTROLLED(void, funlockfile, (FILE * stream))
{
    if (!CONTROL_HERE || sched_owner(control_sched, lock_of(stream)) != control_self) {
        LIBC(funlockfile)(stream); /* taken where nobody saw it */
        return;
    }
    taken--;
    control_step(STREAM_OP(UNLOCK, stream));
}

void control_stream_await(const FILE *stream, uintptr_t pc)
{
    if (!taken || !control_active() || control_ours(pc))
        return;
    uint32_t owner = sched_owner(control_sched, lock_of(stream));
    if (owner == SCHED_NONE || owner == control_self)
        return;
    struct sched_op op = {.kind = SCHED_LOCK,
                          .flags = SCHED_RECURSIVE,
                          .address = lock_of(stream),
                          .deadline = SCHED_NEVER,
                          .pc = pc};
    control_step(&op);
    op.kind = SCHED_UNLOCK;
    control_step(&op);
}
