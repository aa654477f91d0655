/*
 * story: see story.h.
 */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/check.h"
#include "sched/sched.h"
#include "tool.h"

enum {
    STEPS_SHOWN = 120, /* of a longer story: its beginning and its end */
    STEPS_FIRST = 20,
    STEPS_REPORTED = 5000,
    WIDTH_DEFAULT = 100,
    COLUMN_MIN = 14,
    TEXT = 160,
};

struct story {
    const struct worker *worker;
    const struct failure *failure;
    struct report *report;
    uint32_t pid;
    uint32_t columns; /* tasks; 0: too many for columns */
    int width;        /* of a column */
};

/* "lock %s": what stands for the object. */
static const char *const verbs[SCHED_KINDS] = {
    [SCHED_START] = "start",
    [SCHED_END] = "end",
    [SCHED_EXIT] = "end the program",
    [SCHED_JOIN] = "join",
    [SCHED_YIELD] = "yield",
    [SCHED_SLEEP] = "sleep",
    [SCHED_CHOOSE] = "choose",
    [SCHED_EXTERNAL] = "use descriptor",
    [SCHED_READ] = "read",
    [SCHED_WRITE] = "write",
    [SCHED_UPDATE] = "update",
    [SCHED_LOCK] = "lock",
    [SCHED_TRYLOCK] = "try to lock",
    [SCHED_UNLOCK] = "unlock",
    [SCHED_WAIT] = "wait on",
    [SCHED_WAKE] = "wake from",
    [SCHED_SIGNAL] = "signal",
    [SCHED_BROADCAST] = "broadcast",
    [SCHED_RDLOCK] = "read-lock",
    [SCHED_TRYRDLOCK] = "try to read-lock",
    [SCHED_WRLOCK] = "write-lock",
    [SCHED_TRYWRLOCK] = "try to write-lock",
    [SCHED_WRQUEUE] = "write-lock",
    [SCHED_RWUNLOCK] = "unlock",
    [SCHED_SEM_WAIT] = "wait on",
    [SCHED_SEM_TRYWAIT] = "try to wait on",
    [SCHED_SEM_POST] = "post",
    [SCHED_ARRIVE] = "arrive at",
    [SCHED_LEAVE] = "leave",
    [SCHED_ONCE_BEGIN] = "begin once",
    [SCHED_ONCE_END] = "end once",
    [SCHED_CONSISTENT] = "make consistent",
    [SCHED_RESUME] = "go on",
    [SCHED_PARKED] = "be woken",
    [SCHED_SEND] = "send on",
    [SCHED_RECEIVE] = "receive from",
    [SCHED_CLOSE] = "close",
    [SCHED_SELECT] = "select",
    [SCHED_TAKE] = "lock",
    [SCHED_GIVE] = "unlock",
    [SCHED_ADD] = "add to",
    [SCHED_AWAIT] = "wait for",
    [SCHED_NOTIFY] = "signal",
    [SCHED_CANCEL] = "cancel",
    [SCHED_TESTCANCEL] = "test for cancellation",
    [SCHED_KILL] = "send a signal to",
    [SCHED_SUSPEND] = "run a signal handler",
    [SCHED_SIGWAIT] = "take a signal",
    [SCHED_TICK] = "go on computing",
    [SCHED_FORK] = "make a process",
};

/* ---- words ---- */

static bool has_object(uint32_t kind)
{
    return kind >= SCHED_EXTERNAL && kind != SCHED_RESUME && kind != SCHED_PARKED &&
           kind != SCHED_SELECT && kind != SCHED_TESTCANCEL && kind != SCHED_SUSPEND &&
           kind != SCHED_SIGWAIT && kind != SCHED_TICK && kind != SCHED_FORK;
}

static void object_name(const struct story *story, uint32_t kind, uint64_t address, char *ret_name)
{
    *ret_name = 0;
    if (!has_object(kind))
        return;
    if (kind == SCHED_EXTERNAL)
        snprintf(ret_name, TEXT, " %llu", (unsigned long long)address - 1);
    else if (kind == SCHED_KILL && !address)
        snprintf(ret_name, TEXT, " the process");
    else if (kind == SCHED_CANCEL || kind == SCHED_KILL)
        snprintf(ret_name, TEXT, " thread %llu", (unsigned long long)address);
    else if (report_variable(story->report, story->pid, address, ret_name + 1, TEXT - 1))
        *ret_name = ' ';
    else
        snprintf(ret_name, TEXT, " 0x%llx", (unsigned long long)address);
}

static const char *outcome_words(uint32_t outcome)
{
    return outcome == TRACE_TIMED_OUT     ? ", timed out"
           : outcome == TRACE_SPURIOUS    ? ", spuriously"
           : outcome == TRACE_BROKEN      ? ", interrupted in it"
           : outcome == TRACE_INTERRUPTED ? ", interrupted before"
                                          : "";
}

static void operation_words(const struct story *story, uint32_t kind, uint64_t address,
                            uint32_t outcome, char *ret_words)
{
    char name[TEXT];
    if (kind == SCHED_EXTERNAL && !address) {
        snprintf(ret_words, TEXT, "wait for a process%s", outcome_words(outcome));
        return;
    }
    object_name(story, kind, address, name);
    snprintf(ret_words, TEXT, "%s%s%s", kind < SCHED_KINDS && verbs[kind] ? verbs[kind] : "?", name,
             outcome_words(outcome));
}

/* "thread 2 (worker)" */
static void task_words(const struct story *story, uint32_t task, char *ret_words)
{
    char function[TEXT], place[TEXT];
    const struct explore_task *known = &story->worker->block->tasks[task];
    if (task == 0) {
        snprintf(ret_words, TEXT, "main thread");
        return;
    }
    if (*known->name) {
        snprintf(ret_words, TEXT, "%s", known->name);
        return;
    }
    report_place(story->report, story->pid, known->start, function, place, TEXT);
    const char *what = known->goroutine ? "goroutine" : "thread";
    snprintf(ret_words, TEXT, *function ? "%s %u (%.40s)" : "%s %u", what, task + 1, function);
}

/* ---- lines ---- */

static void line_put(const struct story *story, const char *number, uint32_t task,
                     const char *words, const char *place)
{
    char label[TEXT + 32];
    if (story->columns) {
        int indent = (int)task * story->width;
        int room = (int)story->columns * story->width - indent;
        fprintf(stderr, "  %6s  %*s%-*s  %s\n", number, indent, "", room, words, place);
    } else {
        bool goroutine = story->worker->block->tasks[task].goroutine;
        snprintf(label, sizeof label, "%s %u", goroutine ? "goroutine" : "thread", task + 1);
        fprintf(stderr, "  %6s  %-12s %-40s  %s\n", number, label, words, place);
    }
}

static void heads_put(const struct story *story)
{
    char words[TEXT];
    fprintf(stderr, "  %6s  ", "");
    for (uint32_t i = 0; i < story->columns; i++) {
        task_words(story, i, words);
        fprintf(stderr, "%-*.*s", story->width, story->width - 1, words);
    }
    fprintf(stderr, "\n");
}

static void step_put(const struct story *story, uint32_t index)
{
    const struct trace_event *step = &story->failure->steps[index];
    char number[16], words[TEXT], function[TEXT], place[TEXT];
    snprintf(number, sizeof number, "%u", index + 1);
    operation_words(story, step->kind, step->address, step->outcome, words);
    report_place(story->report, story->pid, step->pc ? step->pc - 1 : 0, function, place, TEXT);
    line_put(story, number, step->task, words, place);
}

static void pending_put(const struct story *story, uint32_t index)
{
    const struct explore_task *task = &story->worker->block->tasks[index];
    char words[TEXT], waits[TEXT + 32], function[TEXT], place[TEXT];
    if (task->ended || task->pending == TRACE_NONE)
        return;
    operation_words(story, task->pending, task->address, 0, words);
    snprintf(waits, sizeof waits, "waits to %s", words);
    if (task->waits_for != TRACE_NONE && task->waits_for != index)
        snprintf(waits + strlen(waits), sizeof waits - strlen(waits),
                 task->pending == SCHED_JOIN ? " thread %u" : ", held by thread %u",
                 task->waits_for + 1);
    report_place(story->report, story->pid, task->pc ? task->pc - 1 : 0, function, place, TEXT);
    fprintf(stderr, "          thread %u %s  %s\n", index + 1, waits, place);
}

/* ---- the whole ---- */

static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col
                                                                       : WIDTH_DEFAULT;
}

static uint32_t tasks_count(const struct failure *failure)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < failure->count; i++)
        if (failure->steps[i].task >= count)
            count = failure->steps[i].task + 1;
    return count;
}

void story_tell(const struct worker *worker, const struct failure *failure)
{
    enum { MARGIN = 32 }; /* numbers before, places after */
    struct story story = {
        .worker = worker,
        .failure = failure,
        .report = worker->session->report,
        .pid = atomic_load(&worker->shared->zygote),
        .columns = tasks_count(failure),
    };
    int room = terminal_columns() - MARGIN;
    story.width = story.columns ? room / (int)story.columns : room;
    if (story.width < COLUMN_MIN)
        story.columns = 0;
    tool_say("the schedule, step by step:");
    if (story.columns)
        heads_put(&story);
    for (uint32_t i = 0; i < failure->count; i++) {
        bool skips = failure->count > STEPS_SHOWN && i == STEPS_FIRST;
        if (skips) {
            uint32_t next = failure->count - (STEPS_SHOWN - STEPS_FIRST);
            fprintf(stderr, "     ...  %u steps\n", next - i);
            i = next;
        }
        step_put(&story, i);
    }
    if (failure->outcome == OUTCOME_DEADLOCK)
        for (uint32_t i = 0; i < failure->answer.tasks_count; i++)
            pending_put(&story, i);
}

/* ---- for programs ---- */

static void step_report(const struct story *story, const struct trace_event *step,
                        struct report_step *ret_step)
{
    char who[TEXT + 32], action[TEXT];
    task_words(story, step->task, who);
    operation_words(story, step->kind, step->address, step->outcome, action);
    *ret_step = (struct report_step){
        .task = step->task + 1,
        .who = text_format("%s", who),
        .action = text_format("%s", action),
    };
    report_source(story->report, story->pid, step->pc ? step->pc - 1 : 0, &ret_step->function,
                  &ret_step->file, &ret_step->line);
}

void story_report(const struct worker *worker, const struct failure *failure, unsigned first,
                  const char *path, const char *token)
{
    struct story story = {
        .worker = worker,
        .failure = failure,
        .report = worker->session->report,
        .pid = atomic_load(&worker->shared->zygote),
    };
    uint32_t count = failure->count < STEPS_REPORTED ? failure->count : STEPS_REPORTED;
    struct report_step *steps = calloc((size_t)count + 1, sizeof *steps);
    CHECK_MSG(steps, "out of memory");
    for (uint32_t i = 0; i < count; i++)
        step_report(&story, &failure->steps[i], &steps[i]);
    report_schedule_add(story.report, &(struct report_schedule){
                                          .first = first,
                                          .last = report_findings(story.report),
                                          .path = path,
                                          .token = token,
                                          .switches = failure_switches(failure),
                                          .steps = steps,
                                          .count = count,
                                          .more = failure->count - count,
                                      });
    for (uint32_t i = 0; i < count; i++) {
        free((char *)(uintptr_t)steps[i].who);
        free((char *)(uintptr_t)steps[i].action);
    }
    free(steps);
}
