/*
 * why: the sentences that tell why nothing orders the two accesses. Each must follow from the
 * record: a race means that no chain of happens-before leads from the earlier access to the later
 * one, and that is all that is known beside locks and creation.
 */
#include <string.h>

#include "report/finding.h"

static void say(struct finding *finding, const char *sentence)
{
    if (sentence && finding->why_count < FINDING_WHY_MAX)
        finding->why[finding->why_count++] = sentence;
}

/* "holds mutex `a` and mutex `b`", "holds no lock" */
static const char *holds(struct arena *arena, const struct access *access)
{
    const char *text = "holds no lock";
    for (size_t i = 0; i < access->lock_count; i++) {
        const struct lock *lock = &access->locks[i];
        const char *label = lock_label(arena, lock);
        if (lock->shared)
            label = arena_printf(arena, "%s for reading", label);
        text = i == 0 ? arena_printf(arena, "holds %s", label)
                      : arena_printf(arena, "%s and %s", text, label);
    }
    return text;
}

/* Held by both; a pair that is held for reading on both sides is preferred. */
static const struct lock *common_lock(const struct access *a, const struct access *b,
                                      bool *ret_shared)
{
    const struct lock *common = NULL;
    *ret_shared = false;
    for (size_t i = 0; i < a->lock_count; i++)
        for (size_t j = 0; j < b->lock_count; j++)
            if (a->locks[i].uid == b->locks[j].uid && a->locks[i].addr == b->locks[j].addr) {
                *ret_shared = a->locks[i].shared && b->locks[j].shared;
                common = &a->locks[i];
                if (*ret_shared)
                    return common;
            }
    return common;
}

static bool has_goroutines(const struct finding *finding)
{
    const struct task *now = finding->now.task, *before = finding->before.task;
    return (now && now->goroutine) || (before && before->goroutine);
}

static const char *why_locks(const struct finding *finding, struct arena *arena)
{
    const struct access *now = &finding->now, *before = &finding->before;
    bool shared;
    const struct lock *common = common_lock(now, before, &shared);
    if (common && shared)
        return arena_printf(arena, "both hold %s, but only for reading: readers are not ordered",
                            lock_label(arena, common));
    if (common)
        return NULL;
    if (now->lock_count == 0 && before->lock_count == 0)
        return "neither holds a lock";
    const struct access *first = before->lock_count ? before : now;
    const struct access *second = first == now ? before : now;
    bool both = second->lock_count != 0;
    return arena_printf(arena, "%s %s%s %s %s%s", task_label(arena, first->task),
                        holds(arena, first), both ? "," : ", but", task_label(arena, second->task),
                        holds(arena, second), both ? ": no lock in common" : "");
}

static bool is_atomic(const struct access *access)
{
    return access->kind == ACCESS_ATOMIC_WRITE || access->kind == ACCESS_ATOMIC_READ;
}

static const char *why_atomic(const struct finding *finding, struct arena *arena)
{
    if (is_atomic(&finding->now) == is_atomic(&finding->before))
        return NULL;
    bool now = is_atomic(&finding->now);
    return arena_printf(arena,
                        "the %s is atomic but the %s is not: unless synchronised otherwise, both "
                        "must be",
                        access_verb((now ? &finding->now : &finding->before)->kind) +
                            strlen("atomic "),
                        access_verb((now ? &finding->before : &finding->now)->kind));
}

static bool descends_from(const struct task *task, const struct task *ancestor)
{
    for (task = task->parent; task; task = task->parent)
        if (task == ancestor)
            return true;
    return false;
}

/* How the two tasks are related, and what that would have had to give. */
static const char *why_tasks(const struct finding *finding, struct arena *arena)
{
    const struct task *now = finding->now.task, *before = finding->before.task;
    if (!now || !before || now == before)
        return NULL;
    const char *a = task_label(arena, before), *b = task_label(arena, now);
    if (descends_from(now, before))
        return arena_printf(arena, "%s made its access after it had created %s%s", a, b,
                            now->parent == before ? "" : " (through other tasks)");
    if (descends_from(before, now))
        return arena_printf(arena,
                            before->goroutine ? "%s had not waited for %s before its own access"
                                              : "%s had not joined %s before its own access",
                            b, a);
    if (now->parent && now->parent == before->parent)
        return arena_printf(arena, "both were created by %s and run side by side",
                            task_label(arena, now->parent));
    return NULL;
}

static void explain_unordered(struct finding *finding, struct arena *arena)
{
    say(finding, why_locks(finding, arena));
    say(finding, why_atomic(finding, arena));
    say(finding, why_tasks(finding, arena));
    say(finding, has_goroutines(finding)
                     ? "no go, channel operation, WaitGroup, lock or other synchronisation "
                       "leads from one to the other"
                     : "no create or join, lock hand-over, semaphore, barrier or "
                       "release/acquire pair leads from one to the other");
}

/* ---- deadlocks ---- */

/* The wait of whoever the wait is for, or NULL. */
static const struct wait *wait_behind(const struct finding *finding, const struct wait *wait)
{
    for (size_t i = 0; wait && wait->holder && i < finding->wait_count; i++)
        if (finding->waits[i].task == wait->holder)
            return &finding->waits[i];
    return NULL;
}

/* "thread 2 waits for thread 3, thread 3 for thread 2": the first cycle. Among n waits every walk
 * of n steps is in one, if it does not end. */
static const char *why_cycle(const struct finding *finding, struct arena *arena)
{
    const struct wait *start = NULL;
    for (size_t i = 0; i < finding->wait_count && !start; i++) {
        start = &finding->waits[i];
        for (size_t step = 0; step < finding->wait_count; step++)
            start = wait_behind(finding, start);
    }
    const struct wait *at = start;
    const char *text = "the cycle: ";
    while (at) {
        text = arena_printf(arena, "%s%s%s %s%s", text, at == start ? "" : ", ",
                            task_label(arena, at->task), at == start ? "waits for " : "for ",
                            task_label(arena, at->holder));
        at = wait_behind(finding, at);
        if (at == start)
            return text;
    }
    return NULL;
}

void finding_explain(struct finding *finding, struct arena *arena)
{
    bool access_first = finding->now.kind == ACCESS_FREE;
    switch (finding->kind) {
    case FINDING_DATA_RACE:
        explain_unordered(finding, arena);
        break;
    case FINDING_USE_AFTER_FREE:
        if (finding->ordered) {
            say(finding, "the block was freed before this access: it is used after free");
            break;
        }
        say(finding, access_first ? "the free races with the earlier access"
                                  : "the free races with this access");
        explain_unordered(finding, arena);
        break;
    case FINDING_DOUBLE_FREE:
        if (finding->ordered) {
            say(finding, "the block had been freed before: the second free must go");
            break;
        }
        say(finding, "both free the same block");
        explain_unordered(finding, arena);
        break;
    case FINDING_MISUSE:
        if (finding->has_before)
            say(finding, "nothing orders the Add that raises the counter from zero with the Wait: "
                         "Wait may return before it has counted");
        break;
    case FINDING_DEADLOCK:
    case FINDING_LOST_WAKEUP:
        say(finding, why_cycle(finding, arena));
        break;
    case FINDING_LEAK:
        say(finding, finding->words ? "the test has ended, and no goroutine, timer, connection or "
                                      "thread is left that could wake it"
                                    : "main has returned, and no goroutine, timer, connection or "
                                      "thread is left that could wake it");
        break;
    case FINDING_CONTEXT:
        say(finding, "main has returned, and nobody has cancelled it");
        break;
    case FINDING_TIMER:
        say(finding, "main has returned, and nobody has stopped it");
        break;
    default:
        break;
    }
}
