/*
 * racerun explore PROGRAM: many schedules of one program, under control.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "campaign.h"
#include "failure.h"
#include "sched/sched.h"
#include "session.h"
#include "story.h"
#include "tool.h"
#include "verdict.h"

#define NS_PER_S UINT64_C(1000000000)
enum { SCHEDULES_DEFAULT = 10000, SECONDS_DEFAULT = 30 };

struct search {
    struct campaign campaign;
    uint64_t schedules; /* to run */
    uint64_t first;     /* number of the first that failed, from 1; 0 = none */
    unsigned findings;
    const char *reason;
    uint64_t shown_ns, shown; /* progress: when, and how many schedules then */
    bool line_open;
    uint64_t *keys; /* of the failures so far */
    size_t keys_count;
};

/* What follows "pct:"; 0 when it makes no sense. */
static uint32_t parameter_parse(const char *text)
{
    enum { PARAMETER_MAX = 1000000 };
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && number <= PARAMETER_MAX ? (uint32_t)number : 0;
}

/* "pct:5" */
static int strategy_parse(const char *text, struct explore_command *command)
{
    char name[32];
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    bool portfolio = strcmp(name, "portfolio") == 0;
    command->strategy = portfolio ? TRACE_NONE : strategy_find(name);
    command->parameter = colon ? parameter_parse(colon + 1) : 0;
    if (!portfolio && command->strategy == SCHED_NONE)
        return tool_fail("there is no strategy '%s'; see racerun --help", name);
    if (colon && (portfolio || !strategy_takes_parameter(command->strategy)))
        return tool_fail("strategy %s takes no number", name);
    if (colon && !command->parameter)
        return tool_fail("--strategy=%s:N wants a number from 1 to 1000000, not '%s'", name,
                         colon + 1);
    return 0;
}

static int command_fill(struct search *search)
{
    const struct settings *settings = &search->campaign.session->settings;
    struct explore_command *command = &search->campaign.block->command;
    uint64_t seconds = settings->time || settings->schedules ? settings->time : SECONDS_DEFAULT;
    search->schedules = settings->schedules ? settings->schedules
                        : settings->time    ? UINT64_MAX
                                            : SCHEDULES_DEFAULT;
    *command = (struct explore_command){
        .seed = settings->seed,
        .seed_program = settings->seed,
        .deadline_ns = seconds ? sys_monotonic_ns() + seconds * NS_PER_S : 0,
    };
    return strategy_parse(settings->strategy, command);
}

/* ---- progress ---- */

/* Every second in place on a terminal, every ten seconds as a line elsewhere. */
static void progress_show(void *argument)
{
    struct search *search = argument;
    const struct explore_block *block = search->campaign.block;
    uint64_t now = sys_monotonic_ns();
    bool terminal = isatty(STDERR_FILENO);
    if (search->campaign.session->settings.quiet ||
        now - search->shown_ns < (terminal ? 1 : 10) * NS_PER_S)
        return;
    uint64_t executed = atomic_load(&block->executed), distinct = atomic_load(&block->distinct);
    double seconds = (double)(now - search->shown_ns) / 1e9;
    fprintf(stderr, "%sracerun: %llu schedules, %.0f a second, %llu distinct, %u findings%s",
            terminal ? "\r" : "", (unsigned long long)executed,
            (double)(executed - search->shown) / seconds, (unsigned long long)distinct,
            search->findings, terminal ? "\033[K" : "\n");
    search->shown_ns = now;
    search->shown = executed;
    search->line_open = terminal;
}

static void progress_end(struct search *search)
{
    if (search->line_open)
        fprintf(stderr, "\r\033[K");
    search->line_open = false;
}

static void summary(const struct search *search)
{
    const struct explore_block *block = search->campaign.block;
    double seconds = (double)(sys_monotonic_ns() - search->campaign.started_ns) / 1e9;
    char first[24] = "-";
    if (search->first)
        snprintf(first, sizeof first, "%llu", (unsigned long long)search->first);
    tool_say(
        "explored %llu schedules (%llu distinct) in %.1f s: %u findings, first at schedule %s; "
        "stopped: %s",
        (unsigned long long)atomic_load(&block->executed),
        (unsigned long long)atomic_load(&block->distinct), seconds, search->findings, first,
        search->reason);
}

static void output_show(const struct search *search)
{
    enum { SHOWN = 4000 };
    char text[SHOWN];
    size_t size = campaign_output(&search->campaign, text, sizeof text);
    if (!*text)
        return;
    tool_say("its output:");
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        fprintf(stderr, "    %.*s\n", (int)(end - line), line);
        end += *end == '\n';
    }
    if (size >= SHOWN)
        fprintf(stderr, "    ... %zu bytes in all\n", size);
}

/* The command that replays it, and where it is. */
static void replay_tell(struct search *search, const struct failure *failure, const char *id)
{
    char *token;
    char *path = failure_write(&search->campaign, failure, id, &token);
    tool_say("%s in schedule %llu: %u steps, %u switches between tasks",
             failure_words(failure->outcome), (unsigned long long)failure->schedule + 1,
             failure->count, failure_switches(failure));
    story_tell(&search->campaign, failure);
    output_show(search);
    if (path)
        tool_say("replay it: racerun replay %s", path);
    if (token)
        tool_say("token: %s", token);
    free(path);
    free(token);
}

/* True the first time. */
static bool failure_is_new(struct search *search, const struct failure *failure)
{
    uint64_t key = failure_key(&search->campaign, failure);
    for (size_t i = 0; i < search->keys_count; i++)
        if (search->keys[i] == key)
            return false;
    search->keys = realloc(search->keys, (search->keys_count + 1) * sizeof *search->keys);
    CHECK_MSG(search->keys, "out of memory");
    search->keys[search->keys_count++] = key;
    return true;
}

/* A failure of ours that was told before, with nothing new of the detector. */
static bool failure_known(const struct search *search, const struct failure *failure)
{
    uint64_t key = failure_key(&search->campaign, failure);
    if (failure->outcome == OUTCOME_FOUND || search->campaign.findings_count)
        return false;
    for (size_t i = 0; i < search->keys_count; i++)
        if (search->keys[i] == key)
            return true;
    return false;
}

/* It was confirmed: tells it, and where its schedule is. How many findings were printed. */
static unsigned failure_tell(struct search *search, struct failure *failure)
{
    struct campaign *campaign = &search->campaign;
    unsigned printed = campaign_findings_report(campaign);
    bool ours = failure->outcome != OUTCOME_FOUND && failure_is_new(search, failure);
    if (!printed && !ours)
        return 0;
    failure_minimize(campaign, failure);
    if (ours)
        printed += verdict_report(campaign, failure);
    campaign_findings_drop(campaign); /* of the attempts */
    if (printed)
        replay_tell(search, failure, report_last_id(campaign->session->report));
    return printed;
}

/* A schedule has failed: true when it counts (it failed again, and is not suppressed). */
static bool failure_handle(struct search *search)
{
    struct campaign *campaign = &search->campaign;
    struct failure failure;
    unsigned told = 1;
    progress_end(search);
    failure_take(&failure, campaign);
    if (failure_known(search, &failure)) {
        told = 0;
    } else if (failure_confirm(campaign, &failure) || !campaign->zygote) {
        told = failure_tell(search, &failure);
    } else {
        tool_say("uncontrolled nondeterminism: schedule %llu (%s) did not fail again when it was "
                 "run again",
                 (unsigned long long)failure.schedule + 1, failure_words(failure.outcome));
    }
    campaign_findings_drop(campaign);
    search->findings += told;
    if (told && !search->first)
        search->first = failure.schedule + 1;
    failure_done(&failure);
    return told != 0;
}

/* After an answer: true when the search is over. */
static bool search_judge(struct search *search)
{
    const struct explore_answer *answer = &search->campaign.block->answer;
    struct explore_command *command = &search->campaign.block->command;
    uint64_t done = answer->schedule + 1;
    bool failed = answer->outcome != OUTCOME_CLEAN && failure_handle(search);
    bool only = done == 1 && !answer->decisions && answer->outcome == OUTCOME_CLEAN;
    bool late = command->deadline_ns && sys_monotonic_ns() >= command->deadline_ns;
    command->first = done;
    command->count = search->schedules - done;
    if (failed && !search->campaign.session->settings.keep_going)
        search->reason = "finding";
    else if (only)
        search->reason = "exhausted";
    else if (done >= search->schedules)
        search->reason = "schedules";
    else if (late)
        search->reason = "time";
    return search->reason != NULL;
}

static int search_run(struct search *search)
{
    search->campaign.progress = progress_show;
    search->campaign.progress_argument = search;
    search->shown_ns = sys_monotonic_ns();
    search->campaign.block->command.count = 1; /* there may be no other */
    for (;;)
        switch (campaign_run(&search->campaign)) {
        case CAMPAIGN_ANSWER:
            if (!search_judge(search))
                break;
            return search->findings ? (int)search->campaign.session->settings.exit_code : 0;
        case CAMPAIGN_INTERRUPTED:
            search->reason = "interrupted";
            return search->findings ? (int)search->campaign.session->settings.exit_code : 130;
        case CAMPAIGN_DIED:
            progress_end(search);
            campaign_mourn(&search->campaign);
            search->reason = "error";
            return search->findings ? (int)search->campaign.session->settings.exit_code : EXIT_TOOL;
        }
}

static int explore(struct session *session)
{
    struct search search = {0};
    struct explore_command command;
    int code = strategy_parse(session->settings.strategy, &command); /* before anything runs */
    if (code)
        return code;
    code = campaign_open(&search.campaign, session);
    if (!code)
        code = command_fill(&search);
    if (!code) {
        code = search_run(&search);
        progress_end(&search);
        summary(&search);
    }
    campaign_close(&search.campaign);
    free(search.keys);
    return code;
}

int cmd_explore(int argc, char **argv)
{
    static struct session session;
    int code = session_open(&session, argc, argv);
    if (code == SESSION_READY)
        code = explore(&session);
    session_close(&session);
    return code;
}
