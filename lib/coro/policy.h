/*
 * policy: which runnable goroutine is next, where it is not the default (work stealing). A policy
 * is a handful of functions; the classic ones differ only in the key by which one ordered queue is
 * kept (policy.c). All calls come under the policy lock, take() from a worker that may run what it
 * returns.
 */
#ifndef RACERUN_CORO_POLICY_H
#define RACERUN_CORO_POLICY_H

#include "worker.h"

enum policy_event {
    POLICY_CREATED,
    POLICY_WOKEN,
    POLICY_YIELDED,   /* by itself */
    POLICY_PREEMPTED, /* by the monitor */
};

#pragma GCC visibility push(hidden)

struct policy {
    const char *name;
    void (*put)(struct goroutine *g, enum policy_event event);
    struct goroutine *(*take)(struct worker *w); /* NULL: none */
    bool (*empty)(void);                         /* without the lock */
};

extern const struct policy *scheduler_policy; /* NULL: work stealing */

void policy_start(void);                   /* from RGO_SCHED */
void policy_put(struct goroutine *g);      /* became runnable: created or woken */
void policy_put_back(struct goroutine *g); /* yielded */
void policy_put_preempted(struct goroutine *g);
struct goroutine *policy_take(struct worker *w); /* NULL: none that w may run */
bool policy_empty(void);
/* from is switched away and to begins or goes on: accounts for time. */
void policy_switched(struct goroutine *from, struct goroutine *to);
/* How long a goroutine may compute before it is preempted; 0: the default. */
int64_t policy_quantum_ns(void);

#pragma GCC visibility pop

#endif
