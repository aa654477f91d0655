/*
 * recover, the places where a recovered panic continues, and the end of a goroutine by rgo_exit.
 *
 * As in Go, an exit goes on when a panic in one of its deferred calls is recovered by an older one,
 * and a panic is over when one of its deferred calls ends the goroutine.
 */
#include <pthread.h>
#include <stdlib.h>

#include "panic.h"
#include "worker.h"

void __asan_handle_no_return(void) __attribute__((weak));
void goroutine_returned(void);

static _Atomic bool main_left;

bool main_exited(void)
{
    return atomic_load_explicit(&main_left, memory_order_relaxed);
}

/* Whether a call that was deferred after p's present one is running because its block was left. */
static bool runs_normally(const struct goroutine *g, const struct panic *p)
{
    for (struct defer_record *record = g->defers; record && record != p->below;
         record = (struct defer_record *)record->head.next)
        if (record->head.kind == RGO_DEFER_CALL && record->head.state)
            return true;
    return false;
}

/* What was recovered last lives in the goroutine's own storage. */
static const char kept_key;

static const rgo_panicked *panic_keep(struct panic *p)
{
    if (rgo_local_get(&kept_key) != p) {
        free(rgo_local_get(&kept_key));
        rgo_local_set(&kept_key, p, free);
    }
    return &p->shown;
}

const rgo_panicked *rgo_recover(void)
{
    struct goroutine *g = goroutine_self();
    struct panic *p = g->panics;
    if (!p || p->exit || !p->calling || p->recovered || runs_normally(g, p))
        return NULL;
    p->recovered = true;
    return &p->shown;
}

/* ---- landing places ---- */

static void landing_link(struct rgo_landing *landing, int kind)
{
    runtime_start();
    struct goroutine *g = goroutine_self();
    landing->head.kind = (uint8_t)kind;
    landing->head.state = 1;
    landing->head.next = &g->defers->head;
    landing->panicked = NULL;
    g->defers = (struct defer_record *)landing;
}

void rgo_landing_enter(struct rgo_landing *landing, int kind)
{
    landing_link(landing, kind);
}

int rgo_landing_once(struct rgo_landing *landing)
{
    if (landing->rounds++)
        return 0;
    landing_link(landing, RGO_DEFER_CATCH);
    return 1;
}

void rgo_landing_leave(struct rgo_landing *landing)
{
    if (!landing->head.state)
        return; /* a panic landed here */
    landing->head.state = 0;
    goroutine_self()->defers = (struct defer_record *)landing->head.next;
}

/* The panics whose frames the jump leaves are over; an exit among them is not: returned. */
static struct panic *panics_leave(struct goroutine *g, const struct panic *kept, const char *frame)
{
    while (g->panics && g->panics->frame < frame) {
        struct panic *p = g->panics;
        if (p->exit)
            return p;
        g->panics = p->older;
        if (p != kept)
            free(p);
    }
    return NULL;
}

/* An exit that a panic interrupted goes on. */
RGO_NORETURN static void exit_resume(struct goroutine *g)
{
    struct panic *p = g->panics;
    g->panics = p->older;
    struct panic again = {.exit = true};
    defers_work_off(g, &again);
    exit_finish(g);
}

void landing_take(struct goroutine *g, struct panic *p, struct rgo_landing *landing)
{
    p->recovered = true;
    const rgo_panicked *shown = panic_keep(p);
    if (panics_leave(g, p, landing->registers[2])) {
        g->defers = (struct defer_record *)landing; /* it is an older place that the exit passes */
        exit_resume(g);
    }
    landing->head.state = 0;
    landing->panicked = shown;
    if (__asan_handle_no_return)
        __asan_handle_no_return();
    landing_jump(landing->registers);
}

void landing_missing(struct goroutine *g)
{
    bool exiting = false;
    for (struct panic *p = g->panics; p; p = p->older)
        exiting |= p->exit;
    if (g->id == 1 && !exiting)
        fatal_text("main recovered a panic, but has no go_on_recover to continue at");
    exit_finish(g);
}

/* ---- rgo_exit ---- */

void exit_finish(struct goroutine *g)
{
    while (g->panics) {
        struct panic *p = g->panics;
        g->panics = p->older;
        if (!p->exit && rgo_local_get(&kept_key) != p)
            free(p);
    }
    if (g->guest)
        pthread_exit(NULL);
    if (g->id == 1)
        atomic_store(&main_left, true);
    goroutine_returned();
    __builtin_unreachable();
}

void rgo_exit(void)
{
    runtime_start();
    struct goroutine *g = goroutine_self();
    defers_run(g);
    exit_finish(g);
}
