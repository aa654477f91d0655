/*
 * verdict: see verdict.h. It writes the same record that the detector would (proto/proto.h), in
 * memory of its own.
 */
#include "verdict.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sched/sched.h"
#include "step_words.h"

enum { WAITS_MAX = 64, CALLS_MAX = 64, TEXT = 600, STACK_POINTER = 7 };
enum { PCS_MAX = EXPLORE_TASKS_MAX + WAITS_MAX * (CALLS_MAX + 1) + EXPLORE_STACK_PCS };

struct record {
    struct proto_finding finding;
    struct proto_task tasks[EXPLORE_TASKS_MAX];
    struct proto_stack stacks[EXPLORE_TASKS_MAX + 2 * WAITS_MAX];
    uint64_t pcs[PCS_MAX];
    struct proto_object objects[WAITS_MAX];
    struct proto_wait waits[WAITS_MAX];
    char text[TEXT];
};

/* ---- parts ---- */

static uint32_t place_add(struct record *r, uint64_t pc)
{
    struct proto_finding *f = &r->finding;
    r->stacks[f->stack_count] = (struct proto_stack){.pc_first = f->pc_count, .pc_count = 1};
    r->pcs[f->pc_count++] = pc;
    return f->stack_count++;
}

/* Where tasks were made: what each begins with says it. */
static void creations_add(struct record *r, const struct trace_event *steps, uint32_t count)
{
    struct proto_finding *f = &r->finding;
    for (uint32_t i = 0; i < count; i++) {
        struct proto_task *task = &r->tasks[steps[i].task];
        if (steps[i].kind != SCHED_START || !steps[i].pc || steps[i].task >= f->task_count)
            continue;
        task->created = place_add(r, steps[i].pc);
    }
}

static void tasks_add(struct record *r, const struct explore_block *block, uint32_t count)
{
    r->finding.task_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const struct explore_task *task = &block->tasks[i];
        r->tasks[i] = (struct proto_task){
            .number = i + 1,
            .parent = task->creator < i ? task->creator : PROTO_NONE,
            .created = PROTO_NONE,
            .ended = task->ended,
            .goroutine = task->goroutine ? i + 1 : 0,
        };
    }
}

static enum proto_object_kind object_kind(uint32_t operation)
{
    switch (operation) {
    case SCHED_LOCK:
        return OBJECT_LOCK;
    case SCHED_RDLOCK:
    case SCHED_WRLOCK:
        return OBJECT_RWLOCK;
    case SCHED_WAKE:
        return OBJECT_CONDITION;
    case SCHED_SEM_WAIT:
        return OBJECT_SEMAPHORE;
    case SCHED_LEAVE:
        return OBJECT_BARRIER;
    case SCHED_JOIN:
        return OBJECT_THREAD;
    default:
        return OBJECT_NONE;
    }
}

/* As the detector says it of a run (interpose/blocked.c): what is the same has one id. */
static const char *state_words(const struct explore_task *task)
{
    switch (task->pending) {
    case TRACE_NONE:
        return "runs";
    case SCHED_JOIN:
        return "join";
    case SCHED_LOCK:
    case SCHED_RDLOCK:
    case SCHED_WRLOCK:
        return "lock";
    case SCHED_WAKE:
        return "signal";
    case SCHED_SEM_WAIT:
        return "post";
    case SCHED_LEAVE:
        return "others at the barrier";
    default:
        return trace_words(task->pending);
    }
}

/* From the operation's place on: what we or a library do to wait is not told. */
static uint32_t snapshot_unwind(const struct worker *worker, const struct explore_task *task,
                                uint64_t ret_pcs[CALLS_MAX])
{
    const struct explore_block *block = worker->block;
    if (!task->snapshot || task->snapshot > EXPLORE_SNAPSHOTS)
        return 0;
    const struct explore_snapshot *snapshot = &block->snapshots[task->snapshot - 1];
    struct report_standing standing = {
        .low = snapshot->registers[STACK_POINTER],
        .stack = snapshot->stack,
        .size = snapshot->size <= sizeof snapshot->stack ? snapshot->size : 0,
    };
    static_assert(sizeof standing.registers == sizeof snapshot->registers, "both are all");
    memcpy(standing.registers, snapshot->registers, sizeof standing.registers);
    uint32_t count =
        (uint32_t)report_unwind(worker->session->report, atomic_load(&worker->shared->zygote),
                                &standing, ret_pcs, CALLS_MAX);
    uint32_t first = 0;
    while (first < count && task->pending != TRACE_NONE && ret_pcs[first] != task->pc)
        first++;
    memmove(ret_pcs, ret_pcs + first, (count - first) * sizeof *ret_pcs);
    return count - first;
}

/* All calls where they are known, else the place alone. Its index. */
static uint32_t stack_add(struct record *r, const struct worker *worker,
                          const struct explore_task *task)
{
    const struct explore_block *block = worker->block;
    struct proto_finding *f = &r->finding;
    uint64_t unwound[CALLS_MAX];
    const uint64_t *pcs = &task->pc;
    uint32_t count = 1, index = f->stack_count++, calls = snapshot_unwind(worker, task, unwound);
    if (calls) {
        pcs = unwound;
        count = calls;
    } else if (task->stack_count && task->stack_first < EXPLORE_STACK_PCS &&
               task->stack_count <= EXPLORE_STACK_PCS - task->stack_first) {
        pcs = &block->stacks[task->stack_first];
        count = task->stack_count;
    }
    memcpy(&r->pcs[f->pc_count], pcs, count * sizeof *pcs);
    r->stacks[index] = (struct proto_stack){.pc_first = f->pc_count, .pc_count = count};
    f->pc_count += count;
    return index;
}

/* Where the task took the lock that it holds: a stack, + 1; 0: not in a step of its own. */
static uint32_t holding_add(struct record *r, const struct failure *failure, uint32_t holder,
                            uint64_t lock)
{
    for (uint32_t i = failure->count; i-- > 0;) {
        const struct trace_event *step = &failure->steps[i];
        bool takes = step->kind == SCHED_LOCK || step->kind == SCHED_TRYLOCK ||
                     step->kind == SCHED_WRLOCK || step->kind == SCHED_TRYWRLOCK;
        if (takes && step->task == holder && step->address == lock && step->pc)
            return 1 + place_add(r, step->pc);
    }
    return 0;
}

static void wait_add(struct record *r, const struct worker *worker, const struct failure *failure,
                     uint32_t number)
{
    const struct explore_task *task = &worker->block->tasks[number];
    struct proto_finding *f = &r->finding;
    uint32_t at = f->wait_count++;
    struct proto_wait *wait = &r->waits[at];
    *wait = (struct proto_wait){.task = number, .stack = PROTO_NONE, .object = PROTO_NONE};
    strncpy(wait->state, state_words(task), sizeof wait->state - 1);
    if (task->waits_for != TRACE_NONE) {
        wait->held_by = task->waits_for + 1;
        wait->held_at = holding_add(r, failure, task->waits_for, task->address);
    }
    if (task->pc)
        wait->stack = stack_add(r, worker, task);
    enum proto_object_kind kind =
        task->pending == TRACE_NONE ? OBJECT_NONE : object_kind(task->pending);
    if (kind == OBJECT_NONE || (kind == OBJECT_THREAD && task->waits_for == TRACE_NONE))
        return;
    wait->object = f->object_count;
    r->objects[f->object_count++] = (struct proto_object){
        .addr = kind == OBJECT_THREAD ? task->waits_for + 1 : task->address,
        .kind = kind,
        .made_task = PROTO_NONE,
        .made = PROTO_NONE,
    };
}

/* Those that have not ended, of a deadlock those that it holds; who runs comes first. */
static void waits_add(struct record *r, const struct worker *worker, const struct failure *failure)
{
    uint32_t count = failure->answer.tasks_count;
    for (int runs = 1; runs >= 0; runs--)
        for (uint32_t i = 0; i < count; i++) {
            const struct explore_task *task = &worker->block->tasks[i];
            if (task->ended || (task->pending == TRACE_NONE) != runs ||
                (failure->outcome == OUTCOME_DEADLOCK && !failure_holds(worker, failure, i)))
                continue;
            if (r->finding.wait_count < WAITS_MAX)
                wait_add(r, worker, failure, i);
            else
                r->finding.more++;
        }
}

static bool holds_for_signal(const struct worker *worker, const struct failure *failure)
{
    for (uint32_t i = 0; i < failure->answer.tasks_count; i++)
        if (worker->block->tasks[i].pending == SCHED_WAKE && failure_holds(worker, failure, i))
            return true;
    return false;
}

/* "thread 2 (spin) took no step for 10 s, the limit ...: it computes ...; its last step was 5, lock
 * m (a.c:3)" */
static void hang_words(struct record *r, const struct worker *worker, const struct failure *failure)
{
    const struct explore_block *block = worker->block;
    struct step_words words = step_words_of(worker);
    char who[STEP_WORDS], step[STEP_WORDS], place[STEP_WORDS];
    uint32_t runner = 0, last = failure->count;
    while (runner < failure->answer.tasks_count &&
           (block->tasks[runner].ended || block->tasks[runner].pending != TRACE_NONE))
        runner++;
    if (runner == failure->answer.tasks_count) /* it could not tell; who came last ran */
        runner = failure->count ? failure->steps[failure->count - 1].task : 0;
    while (last && failure->steps[last - 1].task != runner)
        last--;
    step_words_task(&words, runner, who);
    int length = snprintf(
        r->text, TEXT,
        "%.100s took no step for %llu s, the limit that --hang=SECONDS sets: %.100s; ", who,
        (unsigned long long)(block->settings.hang_ns / 1000000000), failure->answer.text);
    char *rest = r->text + length;
    size_t room = TEXT - (size_t)length;
    if (!last) {
        snprintf(rest, room, "it had taken none before");
        return;
    }
    const struct trace_event *event = &failure->steps[last - 1];
    step_words_operation(&words, event->kind, event->address, event->outcome, step);
    step_words_place(&words, event->pc, place);
    snprintf(rest, room, "its last was step %u, %s%s%s", last, step, *place ? ", at " : "", place);
}

static void words_set(struct record *r, const struct worker *worker, const struct failure *failure)
{
    const struct explore_answer *answer = &failure->answer;
    const char *name = sigabbrev_np((int)answer->status);
    switch (failure->outcome) {
    case OUTCOME_EXIT:
        snprintf(r->text, TEXT, "the program ended with exit status %u instead of %u",
                 answer->status, worker->block->settings.expect_exit);
        break;
    case OUTCOME_CRASH:
        snprintf(r->text, TEXT, "the program was killed by signal %u%s%s", answer->status,
                 name ? ", SIG" : "", name ? name : "");
        break;
    case OUTCOME_OUTPUT:
        snprintf(r->text, TEXT, "it writes or returns something else than another schedule does");
        break;
    case OUTCOME_LIVELOCK:
        snprintf(r->text, TEXT, "%u steps, and no end (--max-steps)", failure->count);
        break;
    case OUTCOME_HANG:
        hang_words(r, worker, failure);
        break;
    default:
        snprintf(r->text, TEXT, "%s", answer->text);
    }
    r->finding.text_size = (uint32_t)strlen(r->text);
}

static enum proto_finding_kind kind_of(const struct worker *worker, const struct failure *failure)
{
    switch (failure->outcome) {
    case OUTCOME_DEADLOCK:
        return holds_for_signal(worker, failure) ? FINDING_LOST_WAKEUP : FINDING_DEADLOCK;
    case OUTCOME_LIVELOCK:
        return FINDING_LIVELOCK;
    case OUTCOME_ASSERT:
        return FINDING_ASSERTION;
    case OUTCOME_CRASH:
        return FINDING_KILLED;
    case OUTCOME_EXIT:
        return FINDING_STATUS;
    case OUTCOME_OUTPUT:
        return FINDING_OUTPUT;
    default:
        return FINDING_HANG;
    }
}

/* ---- the record in one piece ---- */

static void *append(char **to, const void *from, size_t size)
{
    void *at = *to;
    memcpy(at, from, size);
    *to += size;
    return at;
}

static struct proto_record *record_pack(const struct record *r, size_t *ret_size)
{
    const struct proto_finding *f = &r->finding;
    size_t size = sizeof *f + f->task_count * sizeof *r->tasks +
                  f->stack_count * sizeof *r->stacks + f->pc_count * sizeof *r->pcs +
                  f->object_count * sizeof *r->objects + f->wait_count * sizeof *r->waits +
                  f->text_size;
    size = (size + 7) & ~(size_t)7;
    char *packed = calloc(1, size), *to = packed;
    CHECK_MSG(packed, "out of memory");
    append(&to, f, sizeof *f);
    append(&to, r->tasks, f->task_count * sizeof *r->tasks);
    append(&to, r->stacks, f->stack_count * sizeof *r->stacks);
    append(&to, r->pcs, f->pc_count * sizeof *r->pcs);
    append(&to, r->objects, f->object_count * sizeof *r->objects);
    append(&to, r->waits, f->wait_count * sizeof *r->waits);
    append(&to, r->text, f->text_size);
    struct proto_record *head = (struct proto_record *)packed;
    head->size = (uint32_t)size;
    head->type = RECORD_FINDING;
    atomic_store(&head->state, RECORD_COMPLETE);
    *ret_size = size;
    return head;
}

static void finding_begin(struct record *r, enum proto_finding_kind kind, uint32_t pid)
{
    r->finding.kind = kind;
    r->finding.head.pid = pid;
    r->finding.now.task = r->finding.now.stack = PROTO_NONE;
    r->finding.before.task = r->finding.before.stack = PROTO_NONE;
    r->finding.place_task = r->finding.place_stack = PROTO_NONE;
    r->finding.freed_task = r->finding.freed_stack = PROTO_NONE;
}

bool verdict_report(const struct worker *worker, const struct failure *failure)
{
    if (failure->outcome == OUTCOME_FOUND)
        return false;
    struct record *r = calloc(1, sizeof *r);
    CHECK_MSG(r, "out of memory");
    finding_begin(r, kind_of(worker, failure), atomic_load(&worker->shared->zygote));
    tasks_add(r, worker->block, failure->answer.tasks_count);
    creations_add(r, failure->steps, failure->count);
    if (failure->outcome == OUTCOME_DEADLOCK || failure->outcome == OUTCOME_LIVELOCK ||
        failure->outcome == OUTCOME_HANG)
        waits_add(r, worker, failure);
    words_set(r, worker, failure);
    size_t size;
    struct proto_record *packed = record_pack(r, &size);
    bool printed = report_add(worker->session->report, packed, size) > 0;
    free(packed);
    free(r);
    return printed;
}

/* Where the second run left the first, and what it did there. */
static void chance_words(struct record *r, const struct worker *worker,
                         const struct failure *failure)
{
    const struct explore_answer *again = &worker->block->answer;
    char function[TEXT], place[TEXT];
    int length = snprintf(r->text, TEXT, "a schedule that ended with \"%s\" was run again and ",
                          failure_words(failure->outcome));
    char *rest = r->text + length;
    size_t room = (size_t)(TEXT - length);
    if (again->outcome == OUTCOME_DIVERGED && again->steps < failure->count) {
        const struct trace_event *step = &failure->steps[again->steps];
        report_place(worker->session->report, atomic_load(&worker->shared->zygote),
                     step->pc ? step->pc - 1 : 0, function, place, sizeof place);
        snprintf(rest, room, "was different at step %u: task %u could not %s there%s%s",
                 again->steps + 1, step->task + 1,
                 step->kind < SCHED_KINDS ? trace_words(step->kind) : "go on",
                 *place ? ", at " : "", place);
    } else if (failure->outcome == OUTCOME_OUTPUT) {
        snprintf(rest, room, "wrote or returned something else in the same steps");
    } else {
        snprintf(rest, room, "ended with \"%s\" after %u steps instead of %u",
                 failure_words(again->outcome), again->steps, failure->count);
    }
}

bool verdict_report_chance(const struct worker *worker, const struct failure *failure)
{
    struct record *r = calloc(1, sizeof *r);
    CHECK_MSG(r, "out of memory");
    finding_begin(r, FINDING_NONDETERMINISM, atomic_load(&worker->shared->zygote));
    tasks_add(r, worker->block, 1);
    chance_words(r, worker, failure);
    r->finding.text_size = (uint32_t)strlen(r->text);
    size_t size;
    struct proto_record *packed = record_pack(r, &size);
    bool printed = report_add(worker->session->report, packed, size) > 0;
    free(packed);
    free(r);
    return printed;
}
