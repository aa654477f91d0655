/*
 * Deferred calls: linking, running at the end of a block, and working off the list for a panic or
 * an exit. A record is unlinked after its call at the end of a block and before it for a panic, so
 * that a call that panics is not run twice, and so that recover knows which of the two it is in.
 */
#include "panic.h"
#include "worker.h"

_Static_assert(offsetof(struct goroutine, defers) == 120, "defer.S knows it");
_Static_assert(offsetof(struct rgo_defer, general) == 24, "defer.S knows it");
_Static_assert(offsetof(struct rgo_defer, rax) == 72, "defer.S knows it");
_Static_assert(offsetof(struct rgo_defer, vector) == 80, "defer.S knows it");
_Static_assert(sizeof(struct rgo_defer) == 208, "defer.S knows it");

void defer_link(struct defer_record *record);

/* For whoever has no goroutine at hand. */
void defer_link(struct defer_record *record)
{
    runtime_start();
    struct goroutine *g = goroutine_self();
    record->head.next = &g->defers->head;
    g->defers = record;
}

void rgo_defer_enter(struct rgo_defer *call)
{
    defer_link((struct defer_record *)call);
}

void rgo_defer_leave(void *call)
{
    struct defer_record *record = call;
    record->head.state = 1;
    defer_call(record);
    struct worker *w = worker_self(); /* perhaps another one than before */
    struct goroutine *g = LIKELY(w != NULL) ? w->current : goroutine_self();
    g->defers = (struct defer_record *)record->head.next;
}

/* ---- panic and exit ---- */

static void call_run(struct goroutine *g, struct panic *p, struct defer_record *record)
{
    if (record->head.state)
        return; /* it is this one that panicked, or ended the goroutine */
    p->below = g->defers;
    p->calling = true;
    defer_call(record);
    p->calling = false;
}

void defers_work_off(struct goroutine *g, struct panic *p)
{
    p->frame = __builtin_frame_address(0);
    p->older = g->panics;
    g->panics = p;
    while (g->defers) {
        struct defer_record *record = g->defers;
        g->defers = (struct defer_record *)record->head.next;
        if (record->head.kind == RGO_DEFER_CALL)
            call_run(g, p, record);
        else if (p->recovered || (record->head.kind == RGO_DEFER_CATCH && !p->exit))
            landing_take(g, p, (struct rgo_landing *)(void *)record);
        else
            record->head.state = 0;
    }
    if (p->recovered)
        landing_missing(g);
}

void defers_run(struct goroutine *g)
{
    struct panic p = {.exit = true};
    defers_work_off(g, &p);
    g->panics = p.older;
}
