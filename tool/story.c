/*
 * story: see story.h.
 */
#include "story.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sched/sched.h"
#include "step_words.h"
#include "tool.h"

enum {
    STEPS_SHOWN = 120, /* of a longer story: its beginning and its end */
    STEPS_FIRST = 20,
    WIDTH_DEFAULT = 100,
    COLUMN_MIN = 14,
};

struct story {
    struct step_words words;
    const struct failure *failure;
    uint32_t columns; /* tasks; 0: too many for columns */
    int width;        /* of a column */
};

/* ---- lines ---- */

static void line_put(const struct story *story, const char *number, uint32_t task,
                     const char *words, const char *place)
{
    char label[STEP_WORDS + 32];
    if (story->columns) {
        int indent = (int)task * story->width;
        int room = (int)story->columns * story->width - indent;
        fprintf(stderr, "  %6s  %*s%-*s  %s\n", number, indent, "", room, words, place);
    } else {
        bool goroutine = story->words.worker->block->tasks[task].goroutine;
        snprintf(label, sizeof label, "%s %u", goroutine ? "goroutine" : "thread", task + 1);
        fprintf(stderr, "  %6s  %-12s %-40s  %s\n", number, label, words, place);
    }
}

static void heads_put(const struct story *story)
{
    char words[STEP_WORDS];
    fprintf(stderr, "  %6s  ", "");
    for (uint32_t i = 0; i < story->columns; i++) {
        step_words_task(&story->words, i, words);
        fprintf(stderr, "%-*.*s", story->width, story->width - 1, words);
    }
    fprintf(stderr, "\n");
}

static void step_put(const struct story *story, uint32_t index)
{
    const struct trace_event *step = &story->failure->steps[index];
    char number[16], words[STEP_WORDS], function[STEP_WORDS], place[STEP_WORDS];
    snprintf(number, sizeof number, "%u", index + 1);
    step_words_operation(&story->words, step->kind, step->address, step->outcome, words);
    report_place(story->words.report, story->words.pid, step->pc ? step->pc - 1 : 0, function,
                 place, STEP_WORDS);
    line_put(story, number, step->task, words, place);
}

static void pending_put(const struct story *story, uint32_t index)
{
    const struct explore_task *task = &story->words.worker->block->tasks[index];
    char words[STEP_WORDS], waits[STEP_WORDS + 32], function[STEP_WORDS], place[STEP_WORDS];
    if (task->ended || task->pending == TRACE_NONE)
        return;
    step_words_operation(&story->words, task->pending, task->address, 0, words);
    snprintf(waits, sizeof waits, "waits to %s", words);
    if (task->waits_for != TRACE_NONE && task->waits_for != index)
        snprintf(waits + strlen(waits), sizeof waits - strlen(waits),
                 task->pending == SCHED_JOIN ? " thread %u" : ", held by thread %u",
                 task->waits_for + 1);
    report_place(story->words.report, story->words.pid, task->pc ? task->pc - 1 : 0, function,
                 place, STEP_WORDS);
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
        .words = step_words_of(worker),
        .failure = failure,
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
