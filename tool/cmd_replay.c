/*
 * racerun replay FILE|TOKEN [PROGRAM ARG...]: one schedule, step by step as it was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "again.h"
#include "chronicle.h"
#include "debugger.h"
#include "failure.h"
#include "identify.h"
#include "output.h"
#include "sched/sched.h"
#include "story.h"
#include "trace/schedule.h"
#include "verdict.h"

static const char *schedule_path; /* of the file; NULL: it came as a token */

static int schedule_load(const char *text, struct schedule *ret_schedule)
{
    const char *wrong;
    *ret_schedule = (struct schedule){0};
    if (schedule_is_token(text)) {
        wrong = schedule_from_token(text, ret_schedule);
        return wrong ? tool_fail("the token cannot be used: %s", wrong) : 0;
    }
    schedule_path = text;
    FILE *file = fopen(text, "re");
    if (!file)
        return tool_fail("cannot read %s: %s", text, strerror(errno));
    wrong = schedule_read(file, ret_schedule);
    fclose(file);
    return wrong ? tool_fail("%s cannot be used: %s", text, wrong) : 0;
}

/* The program's words: those on the command line, else the schedule's. NULL-terminated; lives as
 * long as the process. */
static char **program_words(const struct schedule *schedule, char **given, int *ret_count)
{
    *ret_count = 0;
    if (*given) {
        while (given[*ret_count])
            ++*ret_count;
        return given;
    }
    char **words = calloc(schedule->arguments_count + 2, sizeof *words);
    if (!words || !schedule->program)
        return words;
    words[(*ret_count)++] = schedule->program;
    for (uint32_t i = 0; i < schedule->arguments_count; i++)
        words[(*ret_count)++] = schedule->arguments[i];
    return words;
}

static int times_check(const struct settings *settings)
{
    if (!settings->times)
        return tool_fail("--times must be 1 at least");
    if (settings->gdb && settings->times > 1)
        return tool_fail("--gdb stops in one replay: leave out --times");
    return 0;
}

static int build_check(const struct session *session, const struct schedule *schedule)
{
    char id[SCHEDULE_BUILD_ID];
    identify_build(session->path, id, sizeof id);
    if (strcmp(id, schedule->build_id) == 0)
        return 0;
    return tool_fail("the schedule was recorded with another build of %s (%.12s, this is %.12s); "
                     "explore it again",
                     session->name, schedule->build_id, id);
}

static void settings_take(struct settings *settings, const struct schedule *schedule)
{
    settings->visible = schedule->visible;
    settings->spurious = schedule->spurious_max;
    settings->time_choices = schedule->time_choices;
    settings->max_steps = schedule->steps_max;
    settings->body = schedule->body ? schedule->body : "";
    settings->leaks = schedule->leaks;
    settings->unstopped = schedule->unstopped;
    settings->release_sequence = schedule->release_cxx20;
    if (schedule->misuse != SCHEDULE_UNSAID) {
        settings->misuse = schedule->misuse;
        settings->quarantine = schedule->quarantine;
    }
    settings->same_output = schedule->output != 0;
}

/* "output-differs", as it is in files. A livelock of an exhaustive search may be a hang here, where
 * loops without a scheduling point are stopped by time. */
static bool finding_is(const char *finding, uint32_t outcome)
{
    const char *words = failure_words(outcome);
    size_t i = 0;
    if (outcome == OUTCOME_HANG && strcmp(finding, "livelock") == 0)
        return true;
    while (words[i] && finding[i] == (words[i] == ' ' ? '-' : words[i]))
        i++;
    return !words[i] && !finding[i];
}

/* Of a run that the plan could follow: where it was not the schedule's, in words to be freed; NULL
 * if it was. Tokens know neither objects nor ends. */
static char *end_differs(const struct worker *worker, const struct schedule *schedule)
{
    const struct explore_answer *answer = &worker->block->answer;
    const struct trace_event *trace = worker->block->trace;
    const char *end = failure_words(answer->outcome);
    bool nothing = answer->outcome == OUTCOME_CLEAN || answer->outcome == OUTCOME_DIVERGED;
    for (uint32_t i = 0; i < answer->steps && i < schedule->steps_count; i++) {
        uint64_t object = schedule->steps[i].object;
        if (object && object != trace[i].object)
            return text_format("the run diverged at step %u: task %u was to %s, and did so with "
                               "another object",
                               i + 1, trace[i].task + 1, trace_words(trace[i].kind));
    }
    /* (Who hangs may be stopped once more before patience ends: that is a matter of time. And tasks
     * that only wait are known by their loops in an exhaustive search; here they go on waiting.) */
    if (answer->steps > schedule->steps_count && answer->outcome != OUTCOME_HANG &&
        answer->outcome != OUTCOME_LIVELOCK)
        return text_format("the run diverged after step %u: the schedule ends there, but the "
                           "program went on",
                           schedule->steps_count);
    if (answer->steps < schedule->steps_count)
        return text_format("the run diverged after step %u: it ended there with \"%s\"",
                           answer->steps, end);
    if (nothing && !schedule->output)
        return text_format("the schedule ran to its end, but nothing failed");
    if (*schedule->finding && !schedule->output && !finding_is(schedule->finding, answer->outcome))
        return text_format("the schedule ran to its end, but led to \"%s\" instead of \"%s\"", end,
                           schedule->finding);
    if (nothing && answer->output != schedule->output)
        return text_format("the schedule ran to its end, but the program wrote something else");
    return NULL;
}

static char *run_differs(const struct worker *worker, const struct schedule *schedule)
{
    const struct explore_answer *answer = &worker->block->answer;
    if (answer->outcome == OUTCOME_REFUSED)
        return text_format("%s cannot be explored: %s", worker->session->name, answer->text);
    if (answer->outcome != OUTCOME_DIVERGED || answer->steps >= schedule->steps_count)
        return end_differs(worker, schedule);
    const struct trace_event *step = &schedule->steps[answer->steps];
    const char *words = step->kind < SCHED_KINDS ? trace_words(step->kind) : "go on";
    return text_format("the run diverged at step %u: task %u was to %s and could not",
                       answer->steps + 1, step->task + 1, words);
}

static void places_give(struct explore_shared *shared, const struct schedule *schedule)
{
    for (uint32_t i = 0; i < schedule->places_count && i < EXPLORE_PLACES; i++)
        shared->places[i] = schedule->places[i] + shared->image_bias;
    shared->places_count =
        schedule->places_count < EXPLORE_PLACES ? schedule->places_count : EXPLORE_PLACES;
}

/* One with fewer switches, or that there is none. */
static int replay_minimize(struct worker *worker, const struct schedule *schedule,
                           struct failure *failure, const char *id)
{
    uint32_t switches = failure_switches(failure);
    char *token;
    if (schedule->output)
        return tool_fail("--minimize cannot shorten schedules whose output differs");
    if (!failure_confirm(worker, failure))
        return tool_fail("the schedule did not fail again when it was run again");
    failure_minimize(worker, failure);
    failure_confirm(worker, failure);
    worker_findings_drop(worker); /* of the attempts */
    if (failure_switches(failure) >= switches && failure->count >= schedule->steps_count) {
        tool_say("no schedule with fewer switches was found");
        return 0;
    }
    char *path = failure_write(worker, failure, id, &token);
    tool_say("%u steps, %u switches between tasks: %s", failure->count, failure_switches(failure),
             path ? path : token);
    free(path);
    free(token);
    return 0;
}

/* For formats that hold schedules: what it showed is in the report from number `first` on. */
static void replay_chronicle(const struct worker *worker, const struct failure *failure,
                             const struct schedule *schedule, unsigned first)
{
    char *token = schedule_token(schedule);
    if (report_findings(worker->session->report) >= first)
        chronicle_report(worker, failure, first, schedule_path, token);
    free(token);
}

/* It failed as it should: says how, and in which steps. `failure` was taken from that run, and
 * `first` is the number of the first finding that is its. */
static void replay_tell(struct worker *worker, const struct schedule *schedule,
                        struct failure *failure, unsigned first)
{
    const struct explore_answer *answer = &worker->block->answer;
    if (failure->outcome == OUTCOME_CLEAN)
        failure->outcome = OUTCOME_OUTPUT;
    verdict_report(worker, failure);
    replay_chronicle(worker, failure, schedule, first);
    tool_say("replayed %u steps: %s%s%s", answer->steps, failure_words(failure->outcome),
             *answer->text ? ": " : "", answer->text);
    story_tell(worker, failure);
    output_show(worker);
}

/* All that is to be done with a schedule that fails. */
static int replay_use(struct worker *worker, const struct schedule *schedule)
{
    const struct settings *settings = &worker->session->settings;
    struct report *report = worker->session->report;
    unsigned first = report_findings(report) + 1;
    struct failure failure;
    struct again again;
    int code = 0;
    failure_take(&failure, worker);
    if (!settings->gdb)
        failure_note(&failure, worker);
    again_begin(&again, worker);
    worker_findings_report(worker);
    replay_tell(worker, schedule, &failure, first);
    if (settings->minimize)
        code = replay_minimize(worker, schedule, &failure, report_last_id(report));
    failure_done(&failure);
    report_finish(report);
    if (settings->times > 1 && !again_run(&again, worker, schedule, settings->times))
        code = EXIT_TOOL;
    again_done(&again);
    return code ? code : (int)settings->exit_code;
}

static void command_fill(struct worker *worker, const struct schedule *schedule)
{
    struct explore_block *block = worker->block;
    block->settings.expect_exit = schedule->expect_exit;
    places_give(worker->shared, schedule);
    memcpy(block->plan, schedule->steps, schedule->steps_count * sizeof *schedule->steps);
    block->command = (struct explore_command){
        .strategy = strategy_find("steady"),
        .seed_program = schedule->seed_program,
        .count = 1,
        .plan_count = schedule->steps_count,
        .tells = !worker->session->settings.gdb,
        .repeats = worker->session->settings.times > 1,
    };
}

static int replay_run(struct worker *worker, const struct schedule *schedule)
{
    const struct settings *settings = &worker->session->settings;
    if (schedule->steps_count > EXPLORE_STEPS_MAX)
        return tool_fail("the schedule has more steps than this version can replay");
    command_fill(worker, schedule);
    if (!(settings->gdb ? debugger_run(worker) : worker_run(worker)))
        return tool_fail("the program ended before the schedule did");
    worker->block->command.tells = 0;
    char *why = run_differs(worker, schedule);
    if (!why)
        return replay_use(worker, schedule);
    worker_findings_report(worker);
    int code = tool_fail("%s", why);
    free(why);
    return code;
}

static int replay(struct session *session, const struct schedule *schedule)
{
    struct campaign campaign = {.fd = -1};
    int code = times_check(&session->settings);
    if (!code)
        code = build_check(session, schedule);
    if (!code && session->settings.gdb)
        code = debugger_check();
    if (!code)
        code = campaign_open(&campaign, session, 1);
    if (!code)
        code = replay_run(campaign.workers, schedule);
    campaign_close(&campaign);
    return code;
}

int cmd_replay(int argc, char **argv)
{
    static struct session session;
    struct schedule schedule = {0};
    int index, count = 0;
    int code = session_settings(&session, argc, argv, &index);
    if (code == SESSION_READY && index == argc)
        code = tool_fail("which schedule? racerun replay FILE|TOKEN [PROGRAM ARG...]");
    if (code == SESSION_READY) {
        code = schedule_load(argv[index], &schedule);
        char **words = program_words(&schedule, argv + index + 1, &count);
        if (!code && !count)
            code = tool_fail("a token names no program: racerun replay TOKEN PROGRAM [ARG...]");
        settings_take(&session.settings, &schedule);
        if (!code)
            code = session_program(&session, count, words);
        if (code == EXIT_NOT_FOUND && !argv[index + 1])
            tool_say("the schedule names the program as it was given then: replay it from that "
                     "folder, or say where it is: racerun replay %s PROGRAM [ARG...]",
                     argv[index]);
    }
    if (code == SESSION_READY)
        code = replay(&session, &schedule);
    session_close(&session);
    schedule_done(&schedule);
    return code;
}
