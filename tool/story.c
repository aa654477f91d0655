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
    bool color;
};

/* ---- colours ---- */

static const char *const lane_colors[] = {"\033[34m", "\033[33m", "\033[32m", "\033[35m",
                                          "\033[36m"};
enum { LANE_COLORS = sizeof lane_colors / sizeof *lane_colors };
#define STUCK "\033[1;31m"
#define FAINT "\033[36m" /* of places, as in findings */
#define END "\033[0m"

static const char *lane_begin(const struct story *story, uint32_t task)
{
    return story->color ? lane_colors[task % LANE_COLORS] : "";
}

static const char *end(const struct story *story)
{
    return story->color ? END : "";
}

/* ---- lines ---- */

/* Blanks up to where the places begin. */
static void place_put(const struct story *story, int blanks, const char *place)
{
    fprintf(stderr, "%*s  %s%s%s\n", blanks > 0 ? blanks : 0, "",
            story->color && *place ? FAINT : "", place, *place ? end(story) : "");
}

static void line_put(const struct story *story, const char *number, uint32_t task,
                     const char *words, const char *place)
{
    enum { LABEL = 12, WORDS = 40 };
    int length = (int)strlen(words), room = WORDS;
    if (story->columns) {
        int indent = (int)task * story->width;
        room = (int)story->columns * story->width - indent;
        fprintf(stderr, "  %6s  %*s", number, indent, "");
    } else {
        char label[STEP_WORDS];
        bool goroutine = story->words.worker->block->tasks[task].goroutine;
        snprintf(label, sizeof label, "%s %u", goroutine ? "goroutine" : "thread", task + 1);
        fprintf(stderr, "  %6s  %s%-*s%s ", number, lane_begin(story, task), LABEL, label,
                end(story));
    }
    fprintf(stderr, "%s%s%s", lane_begin(story, task), words, end(story));
    place_put(story, room - length, place);
}

static void heads_put(const struct story *story)
{
    char words[STEP_WORDS];
    fprintf(stderr, "  %6s  ", "");
    for (uint32_t i = 0; i < story->columns; i++) {
        step_words_task(&story->words, i, words);
        fprintf(stderr, "%s%-*.*s%s", lane_begin(story, i), story->width, story->width - 1, words,
                end(story));
    }
    fprintf(stderr, "\n");
}

/* Nobody knows the type: small numbers with their sign, others as addresses. */
static void value_words(uint64_t value, uint32_t size, char *ret_words, size_t room)
{
    enum { SMALL = 1 << 24 };
    uint32_t unused = 64 - 8 * size;
    int64_t number = (int64_t)(value << unused) >> unused;
    bool small = number > -SMALL && number < SMALL;
    if (small)
        snprintf(ret_words, room, "%lld", (long long)number);
    else
        snprintf(ret_words, room, "0x%llx", (unsigned long long)value);
}

/* " = 1", or " = 2, was 1" where it was changed: what an access saw and left. */
static void values_add(const struct story *story, uint32_t index, char *words)
{
    const struct explore_moment *moment =
        story->failure->moments ? &story->failure->moments[index] : NULL;
    bool reads = story->failure->steps[index].kind == SCHED_READ;
    char seen[24], left[24];
    if (!moment || !moment->size || moment->size > sizeof moment->seen ||
        (!reads && !moment->left_known))
        return;
    value_words(moment->seen, moment->size, seen, sizeof seen);
    value_words(moment->left, moment->size, left, sizeof left);
    size_t length = strlen(words), room = STEP_WORDS - length;
    if (reads || moment->seen == moment->left)
        snprintf(words + length, room, " = %s", seen);
    else
        snprintf(words + length, room, " = %s, was %s", left, seen);
}

/* Is it as an earlier one? The read and the write of `n++` are one finding. */
static bool sight_is_known(const struct failure *failure, uint32_t index)
{
    const struct report_sight *sights = failure->sights, *sight = &sights[index];
    uint32_t i = 0;
    while (i < index && (sights[i].step != sight->step || sights[i].task != sight->task ||
                         sights[i].before != sight->before || strcmp(sights[i].id, sight->id) != 0))
        i++;
    return i < index;
}

/* The detector told a finding after the step: who came second there, and after whom. */
static void sights_put(const struct story *story, uint32_t step)
{
    const struct failure *failure = story->failure;
    char who[STEP_WORDS], other[STEP_WORDS];
    for (uint32_t i = 0; i < failure->sights_count; i++) {
        const struct report_sight *sight = &failure->sights[i];
        if (sight->step != step || !sight->task || !sight->before || sight_is_known(failure, i))
            continue;
        step_words_task(&story->words, sight->task - 1, who);
        step_words_task(&story->words, sight->before - 1, other);
        fprintf(stderr,
                "          %shere %s makes the later access of [%s], not ordered after %s%s\n",
                story->color ? STUCK : "", who, sight->id, other, end(story));
    }
}

static void step_put(const struct story *story, uint32_t index)
{
    const struct trace_event *step = &story->failure->steps[index];
    char number[16], words[STEP_WORDS], place[STEP_WORDS];
    snprintf(number, sizeof number, "%u", index + 1);
    step_words_operation(&story->words, step->kind, step->address, step->outcome, words);
    values_add(story, index, words);
    step_words_place(&story->words, step->pc, place);
    line_put(story, number, step->task, words, place);
    sights_put(story, index + 1);
}

static void pending_put(const struct story *story, uint32_t index)
{
    const struct explore_task *task = &story->words.worker->block->tasks[index];
    char words[STEP_WORDS], waits[STEP_WORDS + 32], place[STEP_WORDS], who[32];
    if (task->ended)
        return;
    step_words_operation(&story->words, task->pending, task->address, 0, words);
    snprintf(waits, sizeof waits, "waits to %s", words);
    if (task->pending == TRACE_NONE)
        snprintf(waits, sizeof waits, "is here");
    else if (task->waits_for != TRACE_NONE && task->waits_for != index)
        snprintf(waits + strlen(waits), sizeof waits - strlen(waits),
                 task->pending == SCHED_JOIN ? " thread %u" : ", held by thread %u",
                 task->waits_for + 1);
    step_words_place(&story->words, task->pc, place);
    snprintf(who, sizeof who, "%s %u", task->goroutine ? "goroutine" : "thread", index + 1);
    fprintf(stderr, "          %s%s %s%s", story->color ? STUCK : "", index ? who : "main thread",
            waits, end(story));
    place_put(story, 0, place);
}

/* Of goroutines that nobody can wake: what they began is what they wait in; they did not end. */
static void stranded_put(const struct story *story, uint32_t task, uint32_t last)
{
    const struct trace_event *step = &story->failure->steps[last];
    char words[STEP_WORDS], place[STEP_WORDS], who[STEP_WORDS];
    bool waits = step->kind == SCHED_SEND || step->kind == SCHED_RECEIVE ||
                 step->kind == SCHED_SELECT || step->kind == SCHED_TAKE ||
                 step->kind == SCHED_AWAIT;
    if (!waits)
        return;
    step_words_operation(&story->words, step->kind, step->address, step->outcome, words);
    step_words_place(&story->words, step->pc, place);
    step_words_task(&story->words, task, who);
    fprintf(stderr, "          %s%s waits for ever in step %u, %s%s", story->color ? STUCK : "",
            who, last + 1, words, end(story));
    place_put(story, 0, place);
}

static void all_stranded_put(const struct story *story, uint32_t tasks)
{
    const struct failure *failure = story->failure;
    uint32_t *steps = calloc(tasks + 1, sizeof *steps); /* each task's last, + 1 */
    CHECK_MSG(steps, "out of memory");
    for (uint32_t i = 0; i < failure->count; i++)
        steps[failure->steps[i].task] = i + 1;
    for (uint32_t task = 0; task < tasks; task++)
        if (steps[task])
            stranded_put(story, task, steps[task] - 1);
    free(steps);
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
        .color = session_look(worker->session, STDERR_FILENO).color,
    };
    int room = terminal_columns() - MARGIN;
    story.width = story.columns ? room / (int)story.columns : room;
    if (story.width < COLUMN_MIN)
        story.columns = 0;
    tool_say("the schedule, step by step:");
    if (story.columns)
        heads_put(&story);
    sights_put(&story, 0);
    for (uint32_t i = 0; i < failure->count; i++) {
        bool skips = failure->count > STEPS_SHOWN && i == STEPS_FIRST;
        if (skips) {
            uint32_t next = failure->count - (STEPS_SHOWN - STEPS_FIRST);
            fprintf(stderr, "     ...  %u steps\n", next - i);
            i = next;
        }
        step_put(&story, i);
    }
    if (failure->outcome == OUTCOME_DEADLOCK || failure->outcome == OUTCOME_HANG)
        for (uint32_t i = 0; i < failure->answer.tasks_count; i++)
            if (failure->outcome == OUTCOME_HANG || failure_holds(worker, failure, i))
                pending_put(&story, i);
    if (failure->strands)
        all_stranded_put(&story, tasks_count(failure));
}
