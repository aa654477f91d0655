/*
 * thread_fate: see thread_fate.h. The entry is made before the real call, by who makes it, and
 * taken back when that fails; a new thread of the same id, which there cannot be before the call,
 * removes it. So a late return never overwrites what a new thread's creator wrote.
 */
#include "interpose/thread_fate.h"

#include "interpose/lock.h"
#include "interpose/misuse.h"
#include "interpose/thread.h"

enum { FATES = 4096 };

struct entry {
    pthread_t id;
    enum fate fate;
    uint32_t target; /* number of the thread's task */
    struct misuse_other by;
};

static struct rt_lock lock;
static _Alignas(4096) struct entry entries[FATES]; /* in few pages: see control/pages.c */

static struct entry *entry_of(pthread_t id)
{
    return &entries[thread_place(id) % FATES];
}

void fate_fork_child(void)
{
    rt_lock_give(&lock);
}

static enum proto_misuse judge(const struct entry *found, enum fate fate)
{
    if (found->fate == FATE_JOINED)
        return fate == FATE_DETACHED ? MISUSE_DETACH_JOINED : MISUSE_JOIN_TWICE;
    if (found->fate == FATE_DETACHED)
        return fate == FATE_DETACHED ? MISUSE_DETACH_TWICE : MISUSE_JOIN_DETACHED;
    return MISUSE_NONE;
}

void fate_begin(struct hb_task *task, pthread_t id, enum fate fate, uint32_t target, uintptr_t pc)
{
    struct misuse_other by = {hb_task_number(task), hb_ctx_here(task, pc)};
    rt_lock_take(&lock);
    struct entry *entry = entry_of(id), found = *entry;
    enum proto_misuse misuse = found.id == id ? judge(&found, fate) : MISUSE_NONE;
    if (misuse == MISUSE_NONE)
        *entry = (struct entry){id, fate, target, by};
    rt_lock_give(&lock);
    if (fate != FATE_DETACHED && id == pthread_self()) {
        misuse = MISUSE_JOIN_SELF;
        found = (struct entry){.target = by.task};
    }
    if (misuse != MISUSE_NONE)
        misuse_report(task, misuse, OBJECT_THREAD, (void *)(uintptr_t)found.target, pc, found.by);
}

void fate_end(struct hb_task *task, pthread_t id, bool success)
{
    rt_lock_take(&lock);
    struct entry *entry = entry_of(id);
    if (entry->id == id && entry->by.task == hb_task_number(task)) {
        if (!success)
            entry->fate = FATE_NONE;
        else if (entry->fate == FATE_TRIED)
            entry->fate = FATE_JOINED;
    }
    rt_lock_give(&lock);
}

void fate_born(struct hb_task *task, pthread_t id, enum fate fate, uint32_t target, uintptr_t pc)
{
    struct entry born = {.id = id, .fate = fate, .target = target};
    if (fate == FATE_DETACHED)
        born.by = (struct misuse_other){hb_task_number(task), hb_ctx_here(task, pc)};
    rt_lock_take(&lock);
    struct entry *entry = entry_of(id);
    if (entry->id == id || fate == FATE_DETACHED)
        *entry = born;
    rt_lock_give(&lock);
}
