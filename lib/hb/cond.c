/*
 * cond: condition variables, and what is known of any synchronisation object when it is misused
 * (P14). A condition variable orders nothing (P4); its object counts who waits and who was
 * signalled.
 *
 * A wake-up is no happens-before, but whoever was woken could not have gone on before: it counts
 * for lock order (must.h).
 *
 * The counts err on the side of silence: a signal is counted before it is sent, and a waiter that a
 * time-out woke leaves the signals to the others. So `arrived`, the signalled ones, may be too
 * large and never too small. A fork leaves all waiters behind.
 */
#include "hb/engine.h"

void hb_cond_create(struct hb_task *task, uintptr_t cond, uintptr_t pc)
{
    struct sync_ref ref;
    sync_create(task, cond, SYNC_COND, pc, &ref);
    sync_close(&ref);
}

void hb_cond_destroy(struct hb_task *task, uintptr_t cond, uintptr_t pc)
{
    sync_bury(task, cond, pc);
}

static void waiters_refresh(const struct hb *hb, struct sync *sync)
{
    if (sync->phase == hb->forks)
        return;
    sync->phase = hb->forks;
    sync->count = sync->arrived = 0;
}

uintptr_t hb_cond_wait(struct hb_task *task, uintptr_t cond, uintptr_t mutex, uintptr_t pc)
{
    struct sync_ref ref;
    uint32_t here = context_place(task, pc);
    uintptr_t other = 0;
    sync_use(task, cond, SYNC_COND, &ref);
    struct sync *sync = ref.sync;
    waiters_refresh(task->hb, sync);
    if (sync->count > sync->arrived && sync->mutex != mutex)
        other = sync->mutex;
    sync->count++;
    sync->mutex = mutex;
    if (!other) { /* else the host asks for the other one */
        sync->last_task = task->number;
        sync->last = here;
    }
    sync_close_used(task, cond, pc, &ref);
    return other;
}

/* The object may be gone, or another one: the thread that woke this one was free to destroy it. */
void hb_cond_woken(struct hb_task *task, uintptr_t cond)
{
    struct sync_ref ref;
    sync_open(task, cond, &ref, true);
    struct sync *sync = ref.sync;
    if (sync && sync->kind == SYNC_COND) {
        task_learn_must(task, sync->released.must);
        waiters_refresh(task->hb, sync);
        sync->count -= sync->count > 0;
        if (sync->arrived > sync->count)
            sync->arrived = sync->count;
    }
    sync_close(&ref);
}

void hb_cond_signal(struct hb_task *task, uintptr_t cond, bool all, uintptr_t pc)
{
    struct sync_ref ref;
    sync_use(task, cond, SYNC_COND, &ref);
    struct sync *sync = ref.sync;
    sync->released.must = must_join(&task->hb->must, sync->released.must, task_must(task));
    waiters_refresh(task->hb, sync);
    if (all)
        sync->arrived = sync->count;
    else if (sync->arrived < sync->count)
        sync->arrived++;
    sync_close_used(task, cond, pc, &ref);
}

/* ---- queries ---- */

static uint32_t waiting_of(const struct hb *hb, const struct sync *sync)
{
    switch ((enum sync_kind)sync->kind) {
    case SYNC_LOCK:
        return sync->count;
    case SYNC_BARRIER:
        return sync->arrived;
    case SYNC_COND:
        return sync->phase == hb->forks ? sync->count - sync->arrived : 0;
    default:
        return 0;
    }
}

/* A live task of this process, or NULL: a fork left the others behind. Live lock held. */
static struct hb_task *task_find(struct hb *hb, uint32_t number)
{
    uint32_t live = task_facts(hb, number)->live;
    struct hb_task *task = live ? arena_at(&hb->tasks, live) : NULL;
    return task && task->number == number && task->forks == hb->forks ? task : NULL;
}

static bool task_lives(struct hb *hb, uint32_t number)
{
    spin_lock(&hb->live_lock);
    bool lives = task_find(hb, number);
    spin_unlock(&hb->live_lock);
    return lives;
}

void *hb_query_host(struct hb *hb, uint32_t number)
{
    spin_lock(&hb->live_lock);
    const struct hb_task *task = task_find(hb, number);
    void *host = task ? task->host : NULL;
    spin_unlock(&hb->live_lock);
    return host;
}

static enum hb_sync_life life_of(const struct sync *sync)
{
    switch ((enum sync_kind)sync->kind) {
    case SYNC_EDGE:
        return HB_SYNC_UNKNOWN;
    case SYNC_GRAVE:
        return HB_SYNC_DESTROYED;
    case SYNC_FREED:
        return HB_SYNC_FREED;
    default:
        return HB_SYNC_ALIVE;
    }
}

void hb_query_sync(struct hb_task *task, uintptr_t addr, struct hb_sync_info *ret_info)
{
    struct hb *hb = task->hb;
    struct sync_ref ref;
    *ret_info = (struct hb_sync_info){.life = HB_SYNC_UNKNOWN};
    sync_open(task, addr, &ref, true);
    const struct sync *sync = ref.sync;
    if (sync && sync->kind != SYNC_EDGE) {
        ret_info->life = life_of(sync);
        if (sync->kind != SYNC_GRAVE) {
            ret_info->object = object_of(sync);
            ret_info->created.id = sync->created;
        }
        ret_info->owner = sync->kind == SYNC_LOCK ? sync->owner : 0;
        ret_info->waiting = waiting_of(hb, sync);
        ret_info->last_task = sync->last_task;
        ret_info->last.id = sync->last;
    }
    sync_close(&ref);
    if (ret_info->owner && !task_lives(hb, ret_info->owner))
        ret_info->owner = 0;
}

bool hb_query_held(struct hb_task *task, uint32_t index, struct hb_lock_info *ret_lock)
{
    if (index >= task->held_count)
        return false;
    const struct held_lock *held = &task->held[index];
    struct lock_facts facts = lock_facts(&task->hb->locks, held->lock);
    *ret_lock = (struct hb_lock_info){.addr = facts.addr,
                                      .uid = held->lock,
                                      .kind = (enum hb_lock_kind)facts.kind,
                                      .shared = held->shared,
                                      .acquired = {held->acquired},
                                      .created = {facts.created}};
    return true;
}
