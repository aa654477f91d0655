/*
 * flow: tells a detector that the write of bytes happens before their read (G28), where both ends
 * of a connection are in this process and known to belong together: pipes and pairs made here, and
 * TCP connections dialled here whose accept is here too (they find each other by their addresses).
 * All other descriptors are left to the detector's own interception of system calls.
 *
 * There is a clock for each direction. A write merges the writer's clock into it before the system
 * call, a read joins it after: which bytes were read is not looked at, so a read is ordered after
 * some writes whose bytes it did not get. The same holds of close and of shutting down the writing
 * half.
 *
 * Nothing is done, and no flow exists, without a detector.
 */
#ifndef RACERUN_CORO_FLOW_H
#define RACERUN_CORO_FLOW_H

#include "conn.h"

/* The two ends belong together. */
void flow_join(struct rgo_conn *a, struct rgo_conn *b);
/* The other end may be here. */
void flow_find(struct rgo_conn *c);
void flow_leave(struct rgo_conn *c);

void flow_told_write(struct rgo_conn *c, const void *memory, size_t size, const void *pc);
void flow_told_read(struct rgo_conn *c, void *memory, size_t size, const void *pc);

static inline void flow_write(struct rgo_conn *c, const void *memory, size_t size, const void *pc)
{
    if (UNLIKELY(runtime_hooks != NULL))
        flow_told_write(c, memory, size, pc);
}
static inline void flow_read(struct rgo_conn *c, void *memory, size_t size, const void *pc)
{
    if (UNLIKELY(runtime_hooks != NULL))
        flow_told_read(c, memory, size, pc);
}

#endif
