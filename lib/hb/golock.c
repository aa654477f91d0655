/*
 * golock: mutexes and rwmutexes of goroutines (G19, G21).
 *
 * They order as those of threads do, but belong to nobody: who locks one may leave the unlocking to
 * others, and end. So what a task holds is what it has locked and, as far as it can know, nobody
 * has unlocked for it. An unlock by another begins a new life of the lock, and an entry of a set
 * counts in the same life only; it need not be told which reader was meant, and who waits for such
 * a lock does not wait for who locked it: in lock order it is another one. Entries are reviewed
 * before the task takes another lock, and whenever it comes to run, as only then it can have
 * learned of the unlock.
 */
#include "hb/engine.h"

static bool held_still(struct hb_task *task, const struct held_lock *held, uintptr_t addr)
{
    struct sync_ref ref;
    sync_open(task, addr, &ref, true);
    const struct sync *sync = ref.sync;
    bool still = sync && sync->kind == SYNC_LOCK && sync->life == held->life &&
                 (held->shared || sync->owner == task->number);
    sync_close(&ref);
    return still;
}

void hb_go_locks_review(struct hb_task *task)
{
    for (uint32_t i = task->held_count; i-- > 0;) {
        struct lock_facts facts = lock_facts(&task->hb->locks, task->held[i].lock);
        if (facts.kind >= HB_GO_MUTEX && !held_still(task, &task->held[i], facts.addr))
            lockset_drop(task, i);
    }
}

static void lock_open(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind,
                      struct sync_ref *ret_ref)
{
    sync_use(task, lock, SYNC_LOCK, ret_ref);
    ret_ref->sync->lock_kind = (uint8_t)kind;
    lock_name(task->hb, ret_ref->sync, lock);
}

HB_WHOLE void hb_go_lock(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind, unsigned how,
                         uintptr_t pc)
{
    bool shared = how & HB_LOCK_SHARED;
    struct sync_ref ref;
    if (task->held_count)
        hb_go_locks_review(task);
    uint32_t here = context_place(task, pc);
    lock_open(task, lock, kind, &ref);
    struct sync *sync = ref.sync;
    struct held_lock held = {sync->lock, sync->life, here, shared};
    snapshot_acquire(task, &sync->released);
    sync->last_task = task->number;
    sync->last = here;
    bool again = !shared && sync->owner == task->number;
    if (shared) {
        sync->count++;
    } else {
        snapshot_acquire(task, &sync->second);
        sync->owner = task->number;
    }
    sync_close_used(task, lock, pc, &ref);
    if (again) /* it was set back where nobody saw it */
        lockset_pop(task, held.lock);
    lockset_push(task, held);
    if (task->held_count > 1 && !(how & HB_LOCK_TRIED))
        order_note(task);
}

HB_WHOLE void hb_go_unlock(struct hb_task *task, uintptr_t lock, enum hb_lock_kind kind,
                           bool shared)
{
    struct sync_ref ref;
    task_settle(task);
    lock_open(task, lock, kind, &ref);
    struct sync *sync = ref.sync;
    bool held = lockset_pop(task, sync->lock);
    if (shared) {
        lock_release_reader(task, sync);
    } else if (sync->owner == task->number) {
        lock_release_owner(task, sync);
        held = true;
    } else {
        snapshot_merge_lock(task, &sync->released);
        sync->owner = 0;
        held = false;
    }
    if (!held)
        sync->life = lock_life(task->hb);
    sync_close(&ref);
    task_advance(task);
}
