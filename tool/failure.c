/*
 * failure: see failure.h.
 */
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "identify.h"
#include "launch.h"
#include "sched/sched.h"
#include "trace/digest.h"
#include "trace/schedule.h"

enum { TRIES_MAX = 400 };
#define MINIMIZE_NS UINT64_C(3000000000)

const char *failure_words(uint32_t outcome)
{
    static const char *const words[] = {
        [OUTCOME_CLEAN] = "nothing",         [OUTCOME_FOUND] = "finding",
        [OUTCOME_DEADLOCK] = "deadlock",     [OUTCOME_LIVELOCK] = "livelock",
        [OUTCOME_ASSERT] = "assertion",      [OUTCOME_CRASH] = "crash",
        [OUTCOME_EXIT] = "exit status",      [OUTCOME_HANG] = "hang",
        [OUTCOME_OUTPUT] = "output differs", [OUTCOME_DIVERGED] = "divergence",
        [OUTCOME_REFUSED] = "refusal",       [OUTCOME_ASLEEP] = "repetition",
    };
    return outcome < sizeof words / sizeof words[0] ? words[outcome] : "?";
}

/* ---- life ---- */

static struct trace_event *steps_copy(const struct trace_event *steps, size_t count)
{
    struct trace_event *copy = malloc((count + 1) * sizeof *copy);
    CHECK_MSG(copy, "out of memory");
    memcpy(copy, steps, count * sizeof *copy);
    return copy;
}

/* Which accesses were scheduling points. */
static void places_take(struct failure *failure, const struct explore_shared *shared)
{
    uint32_t count = atomic_load(&shared->racy_count);
    failure->places = calloc((size_t)count + 1, sizeof *failure->places);
    CHECK_MSG(failure->places, "out of memory");
    for (uint32_t i = 0; i < EXPLORE_FINDINGS && failure->places_count < count; i++) {
        uint64_t place = atomic_load(&shared->racy[i]);
        if (place)
            failure->places[failure->places_count++] = place - shared->image_bias;
    }
}

void failure_take(struct failure *failure, const struct worker *worker)
{
    const struct explore_answer *answer = &worker->block->answer;
    *failure = (struct failure){
        .outcome = answer->outcome,
        .schedule = answer->schedule,
        .answer = *answer,
        .count = answer->steps,
        .steps = steps_copy(worker->block->trace, answer->steps),
    };
    places_take(failure, worker->shared);
}

void failure_done(struct failure *failure)
{
    free(failure->steps);
    free(failure->places);
    free(failure->moments);
    free(failure->sights);
    failure->steps = NULL;
    failure->places = NULL;
    failure->moments = NULL;
    failure->sights = NULL;
}

uint32_t failure_switches(const struct failure *failure)
{
    uint32_t switches = 0;
    for (uint32_t i = 1; i < failure->count; i++)
        switches += failure->steps[i].task != failure->steps[i - 1].task;
    return switches;
}

/* ---- running a plan ---- */

/* False when nobody is left to run it. */
static bool plan_run(struct worker *worker, const struct trace_event *steps, uint32_t count)
{
    struct explore_block *block = worker->block;
    struct explore_command before = block->command;
    memcpy(block->plan, steps, count * sizeof *steps);
    block->command.plan_count = count;
    block->command.strategy = strategy_find("steady");
    block->command.take = 0;
    block->command.count = 1;
    block->command.uncounted = 1;
    block->command.deadline_ns = 0;
    block->command.stop = 0;
    bool ran = worker_run(worker);
    block->command = before;
    return ran;
}

static bool plan_fails(struct worker *worker, const struct trace_event *steps, uint32_t count,
                       uint32_t outcome)
{
    return plan_run(worker, steps, count) && worker->block->answer.outcome == outcome;
}

uint64_t failure_key(const struct worker *worker, const struct failure *failure)
{
    const struct explore_answer *answer = &failure->answer;
    uint64_t key = digest_add(DIGEST_INITIAL, &failure->outcome, sizeof failure->outcome);
    key = digest_add(key, &answer->status, sizeof answer->status);
    key = digest_add(key, answer->text, strlen(answer->text));
    if (failure->outcome != OUTCOME_DEADLOCK)
        return key;
    for (uint32_t i = 0; i < answer->tasks_count; i++) {
        const struct explore_task *task = &worker->block->tasks[i];
        key += task->ended ? 0 : digest_add(DIGEST_INITIAL, &task->pc, sizeof task->pc);
    }
    return key;
}

/* Can it go on, as soon as the one task does that it waits for? */
static bool waits_for_task(const struct explore_task *task)
{
    bool lock = task->pending == SCHED_LOCK || task->pending == SCHED_RDLOCK ||
                task->pending == SCHED_WRLOCK;
    return !task->ended && (lock || task->pending == SCHED_JOIN);
}

/* All that have not ended; where one of them runs, and ends the program, those that wait for each
 * other, and who waits for them. */
bool failure_holds(const struct worker *worker, const struct failure *failure, uint32_t task)
{
    const struct explore_task *tasks = worker->block->tasks;
    uint32_t count = failure->answer.tasks_count, left = count, runs = 0;
    while (runs < count && (tasks[runs].ended || tasks[runs].pending != TRACE_NONE))
        runs++;
    if (tasks[task].ended || runs == count)
        return !tasks[task].ended;
    while (task < count && waits_for_task(&tasks[task]) && left--)
        task = tasks[task].waits_for;
    return task < count && waits_for_task(&tasks[task]);
}

/* Exhaustive search ends a livelock where nobody will ever change anything, others at --max-steps.
 */
bool failure_confirm(struct worker *worker, const struct failure *failure)
{
    return plan_fails(worker, failure->steps, failure->count, failure->outcome) &&
           (worker->block->answer.steps == failure->count ||
            failure->outcome == OUTCOME_LIVELOCK) &&
           worker->block->answer.output == failure->answer.output;
}

static void sights_take(struct failure *failure, const struct worker *worker)
{
    failure->sights = calloc(worker->findings_count + 1, sizeof *failure->sights);
    CHECK_MSG(failure->sights, "out of memory");
    for (size_t i = 0; i < worker->findings_count; i++)
        failure->sights_count +=
            report_sight(worker->session->report, worker->findings[i], worker->findings[i]->size,
                         &failure->sights[failure->sights_count]);
}

/* The runtime tells leaks and deadlocks of goroutines itself. */
static bool tells_stranded(const struct proto_record *record)
{
    const struct proto_finding *finding = (const struct proto_finding *)record;
    return record->type == RECORD_FINDING && record->size >= sizeof *finding &&
           (finding->kind == FINDING_LEAK || finding->kind == FINDING_DEADLOCK);
}

/* Where all tasks stood when the schedule ended. */
struct standing {
    struct explore_answer answer;
    char tasks[offsetof(struct explore_block, plan) - offsetof(struct explore_block, tasks)];
};

static struct standing *standing_keep(const struct explore_block *block)
{
    struct standing *kept = malloc(sizeof *kept);
    CHECK_MSG(kept, "out of memory");
    kept->answer = block->answer;
    memcpy(kept->tasks, (const char *)block + offsetof(struct explore_block, tasks),
           sizeof kept->tasks);
    return kept;
}

static void standing_put_back(const struct standing *kept, struct explore_block *block)
{
    block->answer = kept->answer;
    memcpy((char *)block + offsetof(struct explore_block, tasks), kept->tasks, sizeof kept->tasks);
}

/* It is run again with a look at each step. */
static bool fails_watched(struct worker *worker, const struct failure *failure)
{
    struct explore_block *block = worker->block;
    struct standing *kept = standing_keep(block);
    block->command.tells = 1;
    bool again = failure_confirm(worker, failure);
    block->command.tells = 0;
    if (!again)
        standing_put_back(kept, block);
    free(kept);
    return again;
}

void failure_note(struct failure *failure, const struct worker *worker)
{
    size_t size = failure->count * sizeof *failure->moments;
    failure->moments = malloc(size + 1);
    CHECK_MSG(failure->moments, "out of memory");
    memcpy(failure->moments, worker->block->moments, size);
    sights_take(failure, worker);
    failure->strands = false;
    for (size_t i = 0; i < worker->findings_count; i++)
        failure->strands |= tells_stranded(worker->findings[i]);
}

bool failure_watch(struct worker *worker, struct failure *failure)
{
    if (failure->outcome == OUTCOME_HANG)
        return false; /* it would take as long again */
    worker_findings_drop(worker);
    if (!fails_watched(worker, failure))
        return false;
    failure_note(failure, worker);
    worker_findings_drop(worker);
    return true;
}

bool failure_writes_again(struct worker *worker, const struct failure *failure)
{
    if (failure->places_count != atomic_load(&worker->shared->racy_count))
        return true; /* nobody can tell: by now there are more scheduling points */
    return plan_run(worker, failure->steps, failure->count) &&
           worker->block->answer.steps == failure->count &&
           worker->block->answer.output == failure->answer.output;
}

/* ---- minimising ---- */

struct minimizer {
    struct worker *worker;
    struct failure *best;
    uint32_t tries;
    uint64_t deadline;
};

static bool patience_left(const struct minimizer *m)
{
    return m->tries < TRIES_MAX && sys_monotonic_ns() < m->deadline && worker_lives(m->worker) &&
           !launch_interrupted();
}

/* Takes what the plan led to, if it fails in the same way and is better. */
static bool try_plan(struct minimizer *m, const struct trace_event *steps, uint32_t count)
{
    struct failure found;
    m->tries++;
    m->worker->block->command.hasty = 1;
    bool fails = plan_fails(m->worker, steps, count, m->best->outcome);
    m->worker->block->command.hasty = 0;
    if (!fails)
        return false;
    failure_take(&found, m->worker);
    found.schedule = m->best->schedule;
    uint32_t before = failure_switches(m->best), after = failure_switches(&found);
    bool better = after < before || (after == before && found.count < m->best->count);
    if (better) {
        failure_done(m->best);
        *m->best = found;
    } else {
        failure_done(&found);
    }
    return better;
}

/* Where the runs of one task begin; `at` receives up to `max` positions. */
static uint32_t runs_find(const struct failure *failure, uint32_t *at, uint32_t max)
{
    uint32_t runs = 0;
    for (uint32_t i = 0; i < failure->count && runs < max; i++)
        if (i == 0 || failure->steps[i].task != failure->steps[i - 1].task)
            at[runs++] = i;
    return runs;
}

enum { RUNS_MAX = 256 };

/* The shortest beginning after which no further preemption is needed. */
static void minimize_prefix(struct minimizer *m)
{
    uint32_t at[RUNS_MAX];
    uint32_t runs = runs_find(m->best, at, RUNS_MAX);
    struct trace_event *steps = steps_copy(m->best->steps, m->best->count);
    for (uint32_t i = 0; i < runs && patience_left(m); i++)
        if (try_plan(m, steps, at[i]))
            break;
    free(steps);
}

/* A run of a task, and that task's next one, brought together over what others did between: one
 * switch less, if it still fails. What follows is left to chance. True when it got better. */
static bool minimize_join(struct minimizer *m)
{
    uint32_t at[RUNS_MAX + 1];
    uint32_t runs = runs_find(m->best, at, RUNS_MAX);
    at[runs] = m->best->count;
    struct trace_event *plan = steps_copy(m->best->steps, m->best->count);
    bool better = false;
    for (uint32_t i = 0; i < runs && !better && patience_left(m); i++) {
        uint32_t next = i + 1;
        while (next < runs && m->best->steps[at[next]].task != m->best->steps[at[i]].task)
            next++;
        if (next >= runs || next == i + 1)
            continue;
        uint32_t begin = at[i + 1], moved = at[next + 1] - at[next], passed = at[next] - begin;
        memcpy(plan, m->best->steps, m->best->count * sizeof *plan);
        memcpy(plan + begin, m->best->steps + at[next], moved * sizeof *plan);
        memcpy(plan + begin + moved, m->best->steps + begin, passed * sizeof *plan);
        better = try_plan(m, plan, begin + moved + passed) || try_plan(m, plan, begin + moved);
    }
    free(plan);
    return better;
}

void failure_minimize(struct worker *worker, struct failure *failure)
{
    struct minimizer m = {
        .worker = worker,
        .best = failure,
        .deadline = sys_monotonic_ns() + MINIMIZE_NS,
    };
    if (failure->outcome == OUTCOME_HANG)
        return; /* each try would take as long */
    do
        minimize_prefix(&m);
    while (minimize_join(&m));
}

/* ---- the file ---- */

static struct schedule schedule_of(const struct worker *worker, const struct failure *failure)
{
    const struct session *session = worker->session;
    const struct explore_settings *settings = &worker->block->settings;
    struct schedule schedule = {
        .program = (char *)session->name,
        .arguments = session->argv + 1,
        .visible = settings->visible,
        .spurious_max = settings->spurious_max,
        .time_choices = settings->time_choices,
        .steps_max = settings->steps_max,
        .expect_exit = settings->expect_exit,
        .body = (char *)(uintptr_t)session->settings.body,
        .leaks = session->settings.leaks,
        .unstopped = session->settings.unstopped,
        .release_cxx20 = session->settings.release_sequence,
        .misuse = session->settings.misuse,
        .quarantine = session->settings.quarantine,
        .output = failure->outcome == OUTCOME_OUTPUT ? failure->answer.output : 0,
        .seed_program = worker->block->command.seed_program,
        .places_count = failure->places_count,
        .places = failure->places,
        .steps_count = failure->count,
        .steps = failure->steps,
    };
    while (session->argv[schedule.arguments_count + 1])
        schedule.arguments_count++;
    identify_build(session->path, schedule.build_id, sizeof schedule.build_id);
    strncpy(schedule.finding, failure_words(failure->outcome), sizeof schedule.finding - 1);
    for (char *c = schedule.finding; *c; c++)
        if (*c == ' ')
            *c = '-';
    return schedule;
}

/* 0, EEXIST when a different file is there, or another errno. */
static int file_place(const char *path, const struct schedule *schedule)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int error = memory ? schedule_write(schedule, memory) : errno;
    if (memory)
        fclose(memory);
    FILE *file = error ? NULL : fopen(path, "wxe");
    if (!error && file) {
        error = fwrite(text, 1, size, file) == size ? 0 : errno;
        if (fclose(file) != 0 && !error)
            error = errno;
        if (error)
            unlink(path);
    } else if (!error && (error = errno) == EEXIST) {
        char *there = calloc(1, size + 1);
        FILE *old = fopen(path, "re");
        bool same = old && there && fread(there, 1, size + 1, old) == size &&
                    memcmp(there, text, size) == 0;
        error = same ? 0 : EEXIST;
        if (old)
            fclose(old);
        free(there);
    }
    free(text);
    return error;
}

char *failure_write(const struct worker *worker, const struct failure *failure, const char *id,
                    char **ret_token)
{
    struct schedule schedule = schedule_of(worker, failure);
    const char *folder = worker->session->settings.out;
    char *copy = text_format("%s", worker->session->name);
    const char *name = basename(copy);
    char *path = NULL;
    int error = EEXIST;
    for (unsigned number = 1; error == EEXIST && number < 1000; number++) {
        free(path);
        path = number == 1 ? text_format("%s/%s-%s.rrs", folder, name, id)
                           : text_format("%s/%s-%s-%u.rrs", folder, name, id, number);
        error = file_place(path, &schedule);
    }
    free(copy);
    *ret_token = schedule_token(&schedule);
    if (!error)
        return path;
    tool_say("cannot write the schedule to %s: %s; its token is below", path, strerror(error));
    free(path);
    return NULL;
}
