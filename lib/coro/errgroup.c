/*
 * errgroup: a count of goroutines, the first error among them, and perhaps a limit of how many
 * there are at a time. All is guarded by `guard`; whoever has set `active` to zero, or has handed
 * its place on, touches the group no more. A goroutine that ends gives its place to the one that
 * has waited longest to start another, so `active` stays.
 *
 * Happens-before: each end merges into the group's clock, which wait acquires; ends are not ordered
 * with each other. The limit is a semaphore like Go's channel of `limit` places: end k before begin
 * k + limit, by one clock for each place, exact for limits up to 8 and a little stricter above. An
 * error reaches the context before wait returns.
 */
#include "sync.h"

#include <stdio.h>
#include <stdlib.h>

#include "racerun/go/errgroup.h"

#define PLACES (sizeof((rgo_errgroup *)0)->places / sizeof(uint64_t))

static const void *place_at(const rgo_errgroup *group, uint64_t number)
{
    return &group->places[number % group->limit % PLACES];
}

/* `self` gets a place. */
static void place_taken(rgo_errgroup *group, const struct goroutine *self)
{
    if (!group->limited)
        return;
    HOOK(acquire(self->task, place_at(group, group->begun)));
    (void)self;
    group->begun++;
}

static void place_left(rgo_errgroup *group, const struct goroutine *self)
{
    if (!group->limited)
        return;
    HOOK(release_merge(self->task, place_at(group, group->ended)));
    (void)self;
    group->ended++;
}

/* Under the guard. */
static bool begin_now(rgo_errgroup *group)
{
    if (group->limited && (group->active >= group->limit || group->entering.first))
        return false;
    group->active++;
    place_taken(group, goroutine_self());
    return true;
}

void rgo_errgroup_begin_(rgo_errgroup *g)
{
    if (UNLIKELY(!g))
        panic_text(NIL_WORDS);
    struct waiter waiter = {.g = sync_self()};
    lock_take(sync_guard(&g->guard));
    if (begin_now(g)) {
        lock_release(sync_guard(&g->guard));
        return;
    }
    sync_append(&g->entering, &waiter);
    park(sync_guard(&g->guard), WAIT_SEMAPHORE, g, CALLER());
}

bool rgo_errgroup_try_begin_(rgo_errgroup *g)
{
    if (UNLIKELY(!g))
        panic_text(NIL_WORDS);
    runtime_start();
    lock_take(sync_guard(&g->guard));
    bool begun = begin_now(g);
    lock_release(sync_guard(&g->guard));
    return begun;
}

static void error_set(rgo_errgroup *group, int error)
{
    lock_take(sync_guard(&group->guard));
    bool first = !group->error;
    if (first)
        group->error = error;
    rgo_context *context = first ? rgo_context_retain(group->context) : NULL;
    lock_release(sync_guard(&group->guard));
    rgo_context_end(context);
}

void errgroup_finished(struct goroutine *g)
{
    rgo_errgroup *group = g->group;
    if ((uintptr_t)group & 1) { /* see rgo_waitgroup_tag */
        (rgo_waitgroup_add)((rgo_waitgroup *)(void *)((char *)group - 1), -1);
        return;
    }
    if (g->group_result)
        error_set(group, g->group_result);
    struct waiter *woken = NULL;
    lock_take(sync_guard(&group->guard));
    HOOK(release_merge(g->task, group));
    place_left(group, g);
    if (group->entering.first) {
        woken = sync_take_first(&group->entering);
        woken->next = NULL;
        place_taken(group, woken->g);
    } else if (--group->active == 0) {
        woken = sync_take_all(&group->waiting);
    }
    lock_release(sync_guard(&group->guard));
    sync_ready_all(woken);
}

int rgo_errgroup_wait(rgo_errgroup *g)
{
    if (UNLIKELY(!g))
        panic_text(NIL_WORDS);
    struct waiter waiter = {.g = sync_self()};
    lock_take(sync_guard(&g->guard));
    if (g->active) {
        sync_append(&g->waiting, &waiter);
        park(sync_guard(&g->guard), WAIT_WAITGROUP, g, CALLER());
        lock_take(sync_guard(&g->guard));
    }
    HOOK(acquire(goroutine_self()->task, g));
    int error = g->error;
    rgo_context *context = g->context;
    g->context = NULL;
    lock_release(sync_guard(&g->guard));
    rgo_context_end(context);
    return error;
}

/* Of a group that is in use: words for a panic, which may keep them. */
static char *in_use_words(unsigned active)
{
    static const char format[] =
        "errgroup: modify limit while %u goroutines in the group are still active";
    size_t size = sizeof format + 10;
    char *words = malloc(size);
    if (words)
        snprintf(words, size, format, active);
    return words;
}

void rgo_errgroup_set_limit(rgo_errgroup *g, int limit)
{
    if (UNLIKELY(!g))
        panic_text(NIL_WORDS);
    lock_take(sync_guard(&g->guard));
    unsigned active = g->active;
    if (!active) {
        g->limited = limit >= 0;
        g->limit = limit >= 0 ? (uint32_t)limit : 0;
        g->begun = g->ended = 0;
    }
    lock_release(sync_guard(&g->guard));
    if (active) {
        char *words = in_use_words(active);
        panic_text(words ? words : "errgroup: modify limit while goroutines are still active");
    }
}

rgo_context *rgo_errgroup_with_context(rgo_errgroup *g, rgo_context *parent)
{
    if (UNLIKELY(!g))
        panic_text(NIL_WORDS);
    rgo_context *made = rgo_context_with_cancel(parent);
    lock_take(sync_guard(&g->guard));
    rgo_context *before = g->context;
    g->context = rgo_context_retain(made);
    lock_release(sync_guard(&g->guard));
    rgo_context_release(before);
    return made;
}
