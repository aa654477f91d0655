#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "report/finding.h"
#include "report/report.h"

const char *kind_title(enum proto_finding_kind kind)
{
    switch (kind) {
    case FINDING_DATA_RACE:
        return "data race";
    case FINDING_USE_AFTER_FREE:
        return "heap use-after-free";
    case FINDING_DOUBLE_FREE:
        return "double free";
    case FINDING_CRASH:
        return "crash";
    case FINDING_PANIC:
    case FINDING_FATAL:
        return "panic";
    case FINDING_LEAK:
        return "goroutine leak";
    case FINDING_THREAD_LEAK:
        return "thread leak";
    case FINDING_CONTEXT:
        return "misuse (context)";
    case FINDING_TIMER:
        return "misuse (timer)";
    case FINDING_DEADLOCK:
        return "deadlock";
    case FINDING_LOST_WAKEUP:
        return "lost wake-up";
    case FINDING_LIVELOCK:
        return "livelock";
    case FINDING_ASSERTION:
        return "assertion";
    case FINDING_KILLED:
        return "crash";
    case FINDING_STATUS:
        return "exit status";
    case FINDING_HANG:
        return "hang";
    case FINDING_LOCK_ORDER:
        return "lock-order inversion";
    case FINDING_OUTPUT:
        return "output differs";
    case FINDING_NONDETERMINISM:
        return "uncontrolled nondeterminism";
    case FINDING_MISUSE:
        break;
    }
    return "misuse (unknown)"; /* of a younger library */
}

const char *object_noun(enum proto_object_kind kind)
{
    static const char *const nouns[OBJECT_KINDS] = {
        [OBJECT_CHANNEL] = "channel",     [OBJECT_MUTEX] = "Mutex",
        [OBJECT_RWMUTEX] = "RWMutex",     [OBJECT_WAITGROUP] = "WaitGroup",
        [OBJECT_COND] = "Cond",           [OBJECT_ONCE] = "Once",
        [OBJECT_SEMAPHORE] = "semaphore", [OBJECT_CONTEXT] = "context",
        [OBJECT_TIMER] = "timer",         [OBJECT_LOCK] = "mutex",
        [OBJECT_RWLOCK] = "rwlock",       [OBJECT_CONDITION] = "condition variable",
        [OBJECT_BARRIER] = "barrier",     [OBJECT_SPINLOCK] = "spinlock",
        [OBJECT_THREAD] = "thread",       [OBJECT_HANDLER] = "signal handler",
        [OBJECT_ONCE_FLAG] = "once flag",
    };
    return kind < OBJECT_KINDS && nouns[kind] ? nouns[kind] : "object";
}

static const char *channel_facts(struct arena *arena, const struct object *channel)
{
    const char *room = channel->capacity
                           ? arena_printf(arena, "room for %" PRIu64, channel->capacity)
                           : "unbuffered";
    if (!channel->made.count)
        return ""; /* nothing is known of it */
    if (channel->element)
        return arena_printf(arena, " (of %s, %s)", channel->element, room);
    return arena_printf(arena, " (of %" PRIu64 " bytes, %s)", channel->element_size, room);
}

/* "SIGUSR1", "signal 40" */
static const char *signal_name(struct arena *arena, uint64_t number)
{
    const char *name = number < NSIG ? sigabbrev_np((int)number) : NULL;
    return name ? arena_printf(arena, "SIG%s", name)
                : arena_printf(arena, "signal %" PRIu64, number);
}

const char *object_label(struct arena *arena, const struct object *object)
{
    const char *noun = object_noun(object->kind);
    const char *name = object->variable ? object->variable->path : object->written;
    const char *facts = object->kind == OBJECT_CHANNEL ? channel_facts(arena, object) : "";
    if (object->kind == OBJECT_THREAD)
        return arena_printf(arena, "thread %" PRIu64, object->addr);
    if (object->kind == OBJECT_HANDLER)
        return arena_printf(arena, "signal handler of %s", signal_name(arena, object->addr));
    if (name)
        return arena_printf(arena, "%s `%s`%s", noun, name, facts);
    return arena_printf(arena, "%s at 0x%" PRIx64 "%s", noun, object->addr, facts);
}

const char *task_label(struct arena *arena, const struct task *task)
{
    if (!task)
        return "an unknown thread";
    if (task->goroutine)
        return task->number == 1 ? "main goroutine"
                                 : arena_printf(arena, "goroutine %u", task->goroutine);
    return task->number == 1 ? "main thread" : arena_printf(arena, "thread %u", task->number);
}

const char *task_label_long(struct arena *arena, const struct task *task)
{
    const char *label = task_label(arena, task);
    if (!task || task->number == 1)
        return label; /* its name and id are the process's */
    if (*task->name)
        label = arena_printf(arena, "%s \"%s\"", label, task->name);
    if (task->os_id)
        label = arena_printf(arena, "%s (tid %u)", label, task->os_id);
    return label;
}

const char *access_verb(enum proto_access_kind kind)
{
    switch (kind) {
    case ACCESS_WRITE:
        return "write";
    case ACCESS_READ:
        return "read";
    case ACCESS_ATOMIC_WRITE:
        return "atomic write";
    case ACCESS_ATOMIC_READ:
        return "atomic read";
    case ACCESS_FREE:
        return "free";
    }
    return "access";
}

const char *lock_label(struct arena *arena, const struct lock *lock)
{
    if (lock->variable)
        return arena_printf(arena, "%s `%s`", lock->kind, lock->variable->path);
    return arena_printf(arena, "%s M%u (0x%" PRIx64 ")", lock->kind, lock->uid, lock->addr);
}

static bool task_in_chain(const struct task *from, const struct task *task)
{
    for (; from; from = from->parent)
        if (from == task)
            return true;
    return false;
}

bool task_mentioned(const struct finding *finding, const struct task *task)
{
    for (size_t i = 0; i < finding->wait_count; i++)
        if (task_in_chain(finding->waits[i].task, task))
            return true;
    return task_in_chain(finding->now.task, task) ||
           (finding->has_before && task_in_chain(finding->before.task, task)) ||
           task_in_chain(finding->place.task, task) ||
           task_in_chain(finding->place.freed_task, task);
}

const struct frame *stack_own(const struct stack *stack)
{
    for (size_t i = 0; i < stack->count; i++)
        if (!stack->frames[i].library)
            return &stack->frames[i];
    return &stack->frames[0];
}

const struct stack *finding_stack(const struct finding *finding)
{
    if (finding->has_now && finding->now.stack.count)
        return &finding->now.stack;
    for (size_t i = 0; i < finding->wait_count; i++)
        if (finding->waits[i].stack.count)
            return &finding->waits[i].stack;
    return &finding->now.stack;
}

const char *finding_headline(struct arena *arena, const struct finding *finding)
{
    const char *text = finding->title;
    const struct stack *stack = finding_stack(finding);
    if (finding->about)
        text = arena_printf(arena, "%s on %s", text, object_label(arena, finding->about));
    else if (finding->place.variable)
        text = arena_printf(arena, "%s on `%s`", text, finding->place.variable->path);
    else if (finding->has_now && finding->place.kind == PLACE_HEAP)
        text = arena_printf(arena, "%s on a heap block of %" PRIu64 " bytes", text,
                            finding->place.size);
    if (stack->count && stack_own(stack)->function)
        text = arena_printf(arena, "%s in %s", text, stack_own(stack)->function);
    if (!stack->count && finding->words)
        text = arena_printf(arena, "%s: %s", text, finding->words);
    return text;
}

const char *report_status_word(enum report_status status)
{
    switch (status) {
    case REPORT_CLEAN:
        return "clean";
    case REPORT_FOUND:
        return "findings";
    case REPORT_FAILED:
        return "failed";
    case REPORT_FLAKY:
        return "flaky";
    case REPORT_NOT_RUN:
        break;
    }
    return "not run";
}
