#include "interpose/cycle.h"

#include <pthread.h>

#define RGO_NO_SHORT_NAMES
#define RGO_NO_INLINE
#include "racerun/go/sync.h"

#include "interpose/finding.h"
#include "interpose/finding_builder.h"
#include "interpose/finding_seen.h"
#include "interpose/goroutine.h"

static uint32_t lock_object(struct builder *b, const struct hb_lock_info *lock)
{
    static const struct {
        enum proto_object_kind kind;
        size_t size;
    } kinds[] = {[HB_MUTEX] = {OBJECT_LOCK, sizeof(pthread_mutex_t)},
                 [HB_SPINLOCK] = {OBJECT_SPINLOCK, sizeof(pthread_spinlock_t)},
                 [HB_RWLOCK] = {OBJECT_RWLOCK, sizeof(pthread_rwlock_t)},
                 [HB_GO_MUTEX] = {OBJECT_MUTEX, sizeof(rgo_mutex)},
                 [HB_GO_RWMUTEX] = {OBJECT_RWMUTEX, sizeof(rgo_rwmutex)}};
    uint32_t index = builder_object(b, kinds[lock->kind].kind, lock->addr, kinds[lock->kind].size);
    if (index != PROTO_NONE && b->objects[index].made == PROTO_NONE)
        b->objects[index].made = builder_stack(b, lock->created);
    return index;
}

static void edge_add(struct builder *b, const struct hb_order_edge *edge)
{
    b->waits[b->finding.wait_count++] = (struct proto_wait){
        .task = builder_task(b, edge->task),
        .stack = builder_stack(b, edge->wanted.acquired),
        .object = lock_object(b, &edge->wanted),
        .held = 1 + lock_object(b, &edge->held),
        .held_at = 1 + builder_stack(b, edge->held.acquired),
    };
}

/* The same places in another order of threads, or with other locks of an array, are the same. */
static bool cycle_first(const struct hb_order_edge *edges, size_t count)
{
    uint64_t sum = FINDING_LOCK_ORDER;
    for (size_t i = 0; i < count; i++) {
        uint64_t edge = (uint64_t)edges[i].wanted.acquired.id << 32 | edges[i].held.acquired.id;
        sum += (edge ^ edge >> 29) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return finding_seen_pair(sum, (struct hb_ctx){0}, (struct hb_ctx){0});
}

void cycle_report(void *arg, struct hb_task *task, const struct hb_order_edge *edges, size_t count)
{
    (void)arg, (void)task;
    if (!rt_control || !rt_control->options.report_lock_order || !cycle_first(edges, count))
        return;
    struct builder *b = builder_begin(FINDING_LOCK_ORDER);
    for (size_t i = 0; i < count; i++)
        edge_add(b, &edges[i]);
    finding_commit(b);
    builder_end(b);
}
