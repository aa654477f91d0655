/*
 * thread_leak: see thread_leak.h.
 *
 * A thread is leaked when it has ended before the process does, and was neither joined nor
 * detached: libc keeps its stack and control block for a join that never comes. Not leaked is
 *   - one that still runs: the end of the process ends it, as many programs intend;
 *   - one that ended after main had called pthread_exit: then the threads that were left are the
 *     program, and the last of them has nobody who could join it;
 *   - one that somebody is just joining;
 *   - one that a library made for itself.
 */
#include "interpose/thread_leak.h"

#include "interpose/control/control.h"
#include "interpose/finding.h"
#include "interpose/finding_builder.h"
#include "interpose/finding_seen.h"
#include "interpose/goroutine.h"
#include "interpose/thread.h"

enum { PLACES_MAX = 64, JOINS_MAX = 64 };

struct place {
    uint32_t created; /* calling context */
    uint32_t task;    /* the first of the threads made there */
    uint32_t count;
};

struct leaks {
    struct place places[PLACES_MAX];
    size_t place_count;
    pthread_t joins[JOINS_MAX]; /* of joins that are under way */
    size_t join_count;
};

/* ---- collecting, under the lock of the table ---- */

static bool join_collect(struct thread *thread, void *arg)
{
    struct leaks *leaks = arg;
    if (thread->joins && leaks->join_count < JOINS_MAX)
        leaks->joins[leaks->join_count++] = thread->joins;
    return false;
}

static bool is_being_joined(const struct leaks *leaks, pthread_t id)
{
    size_t i = 0;
    while (i < leaks->join_count && leaks->joins[i] != id)
        i++;
    return i < leaks->join_count || i == JOINS_MAX;
}

static void place_count(struct leaks *leaks, const struct hb_task_info *info)
{
    size_t i = 0;
    while (i < leaks->place_count && leaks->places[i].created != info->created.id)
        i++;
    if (i == PLACES_MAX)
        return;
    if (i == leaks->place_count)
        leaks->places[leaks->place_count++] = (struct place){info->created.id, info->number, 0};
    leaks->places[i].count++;
}

static bool leak_collect(struct thread *thread, void *arg)
{
    struct leaks *leaks = arg;
    struct hb_task_info info;
    if (thread->by_program && thread->ended && !thread->detached && !thread->outlived_main &&
        !is_being_joined(leaks, thread->id) &&
        hb_query_task(rt_hb, hb_task_number(thread->task), &info))
        place_count(leaks, &info);
    return false;
}

/* ---- telling ---- */

static void place_report(const struct place *place)
{
    struct hb_ctx created = {place->created};
    struct hb_task_info info;
    if (!finding_seen_pair(FINDING_THREAD_LEAK, created, (struct hb_ctx){0}) ||
        !hb_query_task(rt_hb, place->task, &info))
        return;
    struct builder *b = builder_begin(FINDING_THREAD_LEAK);
    b->waits[b->finding.wait_count++] = (struct proto_wait){
        .task = builder_task(b, info.parent),
        .stack = builder_stack(b, created),
        .object = PROTO_NONE,
        .like = place->count - 1,
    };
    builder_task(b, place->task);
    b->finding.about = 1 + builder_object(b, OBJECT_THREAD, place->task, 1);
    finding_commit(b);
    builder_end(b);
}

/* The last thread of a process calls exit when its own task has ended: then nobody else is left who
 * could be in the way. */
void thread_leaks_report(void)
{
    if (!rt_control || !rt_control->options.report_thread_leaks || control_block)
        return;
    bool entered = rt_enter() != NULL;
    if (!entered && rt_self.state != THREAD_ENDED)
        return;
    struct leaks leaks = {.place_count = 0};
    threads_visit(join_collect, &leaks);
    threads_visit(leak_collect, &leaks);
    for (size_t i = 0; i < leaks.place_count; i++)
        place_report(&leaks.places[i]);
    if (entered)
        rt_leave();
}
