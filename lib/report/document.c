#include "report/document.h"

#include <stdlib.h>
#include <string.h>

#include "report/outcome.h"

static const char *copy(struct arena *arena, const char *text)
{
    return text ? arena_string(arena, text) : NULL;
}

struct report_test report_test_copy(struct arena *arena, const struct report_test *test)
{
    struct report_test mine = *test;
    mine.name = copy(arena, test->name);
    mine.words = copy(arena, test->words ? test->words : "");
    mine.output = copy(arena, test->output);
    return mine;
}

static const struct report_lane *lanes_copy(struct arena *arena,
                                            const struct report_schedule *schedule)
{
    struct report_lane *lanes = arena_array(arena, schedule->lane_count, sizeof *lanes);
    for (size_t i = 0; i < schedule->lane_count; i++) {
        const struct report_lane *lane = &schedule->lanes[i];
        lanes[i] = *lane;
        lanes[i].who = copy(arena, lane->who);
        lanes[i].waits = copy(arena, lane->waits);
        lanes[i].object = copy(arena, lane->object);
        lanes[i].function = copy(arena, lane->function);
        lanes[i].file = copy(arena, lane->file);
    }
    return lanes;
}

struct report_schedule report_schedule_copy(struct arena *arena,
                                            const struct report_schedule *schedule)
{
    struct report_schedule mine = *schedule;
    struct report_step *steps = arena_array(arena, schedule->count, sizeof *steps);
    mine.path = copy(arena, schedule->path);
    mine.token = copy(arena, schedule->token);
    mine.steps = steps;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct report_step *step = &schedule->steps[i];
        steps[i] = *step;
        steps[i].who = copy(arena, step->who);
        steps[i].action = copy(arena, step->action);
        steps[i].function = copy(arena, step->function);
        steps[i].file = copy(arena, step->file);
        steps[i].operation = copy(arena, step->operation);
        steps[i].object = copy(arena, step->object);
    }
    mine.lanes = lanes_copy(arena, schedule);
    struct report_sight *sights = arena_array(arena, schedule->sight_count, sizeof *sights);
    if (schedule->sight_count)
        memcpy(sights, schedule->sights, schedule->sight_count * sizeof *sights);
    mine.sights = sights;
    return mine;
}

bool document_add_finding(struct document *document, const struct finding *finding,
                          struct arena *arena)
{
    if (document->finding_count >= DOCUMENT_FINDINGS_MAX) {
        document->left_out++;
        return false;
    }
    document->findings =
        memory_grow(document->findings, document->finding_count, sizeof *document->findings);
    document->arenas = memory_grow(document->arenas, document->arena_count, sizeof *arena);
    struct finding *mine = &document->findings[document->finding_count++];
    *mine = *finding;
    mine->test = copy(&document->arena, finding->test);
    document->arenas[document->arena_count++] = *arena;
    *arena = (struct arena){0};
    return true;
}

void document_add_notice(struct document *document, const char *text)
{
    document->notices =
        memory_grow(document->notices, document->notice_count, sizeof *document->notices);
    document->notices[document->notice_count++] = copy(&document->arena, text);
}

void document_add_test(struct document *document, const struct report_test *test)
{
    document->tests = memory_grow(document->tests, document->test_count, sizeof *test);
    document->tests[document->test_count++] = report_test_copy(&document->arena, test);
}

void document_add_schedule(struct document *document, const struct report_schedule *schedule)
{
    struct report_schedule *mine = arena_alloc(&document->arena, sizeof *mine);
    *mine = report_schedule_copy(&document->arena, schedule);
    for (size_t i = 0; i < document->finding_count; i++) {
        struct finding *finding = &document->findings[i];
        if (finding->number >= schedule->first && finding->number <= schedule->last)
            finding->schedule = mine;
    }
}

bool document_belongs(const struct finding *finding, const struct report_test *test)
{
    return strcmp(finding->test, test->name) == 0;
}

static bool has_test(const struct document *document, const struct finding *finding)
{
    for (size_t i = 0; i < document->test_count; i++)
        if (document_belongs(finding, &document->tests[i]))
            return true;
    return false;
}

/* Of a run without findings. */
static struct report_test test_of_outcome(struct arena *arena, const char *name)
{
    const struct report_outcome *outcome = report_outcome_get();
    struct report_test test = {.name = name, .status = REPORT_CLEAN, .words = ""};
    if (!outcome || outcome->explored || (!outcome->signal && !outcome->exit_status))
        return test;
    test.status = REPORT_FAILED;
    test.words = outcome->signal ? arena_printf(arena, "killed by signal %d", outcome->signal)
                                 : arena_printf(arena, "exit status %d", outcome->exit_status);
    return test;
}

void document_complete(struct document *document, const char *program)
{
    const char *name = program ? program : "program";
    for (size_t i = 0; i < document->finding_count; i++) {
        struct finding *finding = &document->findings[i];
        if (!finding->test)
            finding->test = copy(&document->arena, name);
        if (!has_test(document, finding))
            document_add_test(
                document,
                &(struct report_test){.name = finding->test, .status = REPORT_FOUND, .words = ""});
    }
    if (!document->test_count && program) {
        struct report_test test = test_of_outcome(&document->arena, name);
        document_add_test(document, &test);
    }
}

void document_done(struct document *document)
{
    for (size_t i = 0; i < document->arena_count; i++)
        arena_done(&document->arenas[i]);
    free(document->arenas);
    free(document->findings);
    free(document->tests);
    free(document->notices);
    arena_done(&document->arena);
}
