/*
 * racerun explore PROGRAM: many schedules of one program, under control.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "checkpoint.h"
#include "chronicle.h"
#include "progress.h"
#include "report/outcome.h"
#include "sched/sched.h"
#include "search.h"
#include "story.h"
#include "tool.h"
#include "verdict.h"

#define NS_PER_S UINT64_C(1000000000)
enum { SCHEDULES_DEFAULT = 10000, SECONDS_DEFAULT = 30, JOBS_DEFAULT_MAX = 8 };

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
    bool exhaustive = strcmp(name, "dpor") == 0 || strcmp(name, "dfs") == 0;
    bool portfolio = strcmp(name, "portfolio") == 0;
    if (exhaustive) /* what follows the plan */
        strcpy(name, "steady");
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
    bool bounded = settings->time || settings->schedules || search->exhaustive;
    uint64_t seconds = bounded ? settings->time : SECONDS_DEFAULT;
    search->schedules = settings->schedules ? settings->schedules
                        : bounded           ? EXPLORE_NEVER
                                            : SCHEDULES_DEFAULT;
    search->command = (struct explore_command){
        .seed = settings->seed,
        .seed_program = settings->seed,
        .deadline_ns = seconds ? sys_monotonic_ns() + seconds * NS_PER_S : 0,
        .count = 1,
    };
    return strategy_parse(settings->strategy, &search->command);
}

/* How many workers: 0 or an exit code. */
static int jobs_choose(const struct session *session, bool exhaustive, uint32_t *ret_jobs)
{
    uint64_t jobs = session->settings.jobs;
    cpu_set_t processors;
    const char *bound = campaign_bound(&session->settings);
    if (exhaustive && bound && jobs > 1)
        return tool_fail("a search with --%s has one worker: leave out --jobs", bound);
    if (jobs > EXPLORE_WORKERS_MAX)
        return tool_fail("--jobs must be %d at most", EXPLORE_WORKERS_MAX);
    if (!jobs && sched_getaffinity(0, sizeof processors, &processors) == 0)
        jobs = (uint64_t)CPU_COUNT(&processors);
    if (!session->settings.jobs && jobs > JOBS_DEFAULT_MAX)
        jobs = JOBS_DEFAULT_MAX;
    *ret_jobs = jobs && (!exhaustive || session->settings.jobs) ? (uint32_t)jobs : 1;
    return 0;
}

/* They are not among those explored: what they would have shown is. */
static void vain_tell(const struct search *search)
{
    uint64_t vain = atomic_load(&search->campaign.shared->vain);
    if (vain)
        tool_say(
            "%llu further schedules were begun in vain: they were found redundant on their way",
            (unsigned long long)vain);
}

/* The search has come to its end, but proves less than that says. */
static void doubts_tell(const struct search *search)
{
    static const struct {
        uint32_t doubt;
        const char *words;
    } doubts[] = {
        {DOUBT_LONG, "schedules were cut off at --max-steps"},
        {DOUBT_LOST, "what tasks did depends on more than their order (addresses, real time)"},
        {DOUBT_OUTSIDE, "descriptors were used, and when they are ready is not ours to decide"},
        {DOUBT_LOOP, "loops that wait for others were left after some rounds that met nothing new"},
        {DOUBT_UNSEEN,
         "loops were taken to wait without a look at what code without instrumentation "
         "changes (only the in-process engine looks)"},
        {DOUBT_MISLED, "a loop that waits depends on what is no scheduling point (files, other "
                       "processes, code without instrumentation)"},
        {DOUBT_TICK, "threads were interrupted that ran on and on without a scheduling point"},
        {DOUBT_CHILD,
         "processes were made, and what they do, and see of the others, is not explored"},
        {DOUBT_DISTURBED, "signals or cancellations may come at points that were not tried"},
    };
    uint32_t doubtful = atomic_load(&search->campaign.shared->doubts);
    for (size_t i = 0; i < sizeof doubts / sizeof doubts[0]; i++)
        if (search->exhaustive && doubtful & doubts[i].doubt)
            tool_say("not exhaustive: %s", doubts[i].words);
}

/* Is the input that was given to us one that somebody might miss? */
static bool input_is_given(void)
{
    struct stat stat;
    return fstat(STDIN_FILENO, &stat) == 0 && !S_ISCHR(stat.st_mode);
}

/* The one schedule that there is, whoever ran it: main took all of its steps. */
static bool is_alone(const struct search *search)
{
    const struct explore_block *block = NULL;
    if (atomic_load(&search->campaign.shared->executed) != 1 ||
        strcmp(search->reason, "exhausted") != 0)
        return false;
    for (uint32_t i = 0; i < search->campaign.workers_count; i++)
        if (search->campaign.workers[i].block->answer.steps)
            block = search->campaign.workers[i].block;
    uint32_t step = 0;
    while (block && step < block->answer.steps && block->trace[step].task == 0)
        step++;
    return block && step == block->answer.steps;
}

/* What the program does that makes exploring it less than it may seem. */
static void program_tell(const struct search *search)
{
    const struct session *session = search->campaign.session;
    if (atomic_load(&search->campaign.shared->input) && input_is_given())
        session_warn(session, "the program reads its standard input, which is empty under explore: "
                              "let it read a file by name");
    if (is_alone(search))
        session_warn(session, "the program starts no thread or goroutine: there is one schedule");
}

static void summary(const struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    double seconds = (double)(sys_monotonic_ns() - search->campaign.started_ns) / 1e9;
    char first[24] = "-";
    if (search->first)
        snprintf(first, sizeof first, "%llu", (unsigned long long)search->first);
    tool_say(
        "explored %llu schedules (%llu distinct) in %.1f s: %u findings, first at schedule %s; "
        "stopped: %s",
        (unsigned long long)atomic_load(&shared->executed),
        (unsigned long long)atomic_load(&shared->distinct), seconds, search->findings, first,
        search->reason);
}

enum { TOKEN_PASTED = 4000 }; /* characters: who pastes more than that? */

/* "replay it: ..."; it showed the findings of the report from number `first` on (0: none). */
static void file_tell(const struct worker *worker, const struct failure *failure, const char *which,
                      unsigned first)
{
    char *token;
    char *path = failure_write(worker, failure, report_last_id(worker->session->report), &token);
    if (first)
        chronicle_report(worker, failure, first, path, token);
    if (path)
        tool_say("replay %s: racerun replay %s", which, path);
    if (token && path && strlen(token) > TOKEN_PASTED)
        tool_say("token: none, of %u steps; the file has them", failure->count);
    else if (token)
        tool_say("token: %s", token);
    free(path);
    free(token);
}

/* How its output differs from that of the schedule that was expected to be like all others. */
static void difference_tell(const struct search *search, const struct worker *worker)
{
    struct output output;
    output_take(&output, worker);
    tool_say("the output of schedule %llu (-) and its own (+):",
             (unsigned long long)search->expected.schedule + 1);
    output_compare(&search->expected_output, &output);
    output_done(&output);
}

/* The commands that replay it, and where it is. */
static void replay_tell(const struct search *search, const struct worker *worker,
                        const struct failure *failure, unsigned first)
{
    tool_say("%s in schedule %llu: %u steps, %u switches between tasks",
             failure_words(failure->outcome), (unsigned long long)failure->schedule + 1,
             failure->count, failure_switches(failure));
    story_tell(worker, failure);
    if (failure->outcome == OUTCOME_OUTPUT)
        difference_tell(search, worker);
    else
        output_show(worker);
    file_tell(worker, failure, "it", first);
    if (failure->outcome == OUTCOME_OUTPUT)
        file_tell(worker, &search->expected, "the other", 0);
}

static bool key_known(const struct search *search, uint64_t key)
{
    for (size_t i = 0; i < search->keys_count; i++)
        if (search->keys[i] == key)
            return true;
    return false;
}

static void key_add(struct search *search, uint64_t key)
{
    search->keys = realloc(search->keys, (search->keys_count + 1) * sizeof *search->keys);
    CHECK_MSG(search->keys, "out of memory");
    search->keys[search->keys_count++] = key;
}

/* It was confirmed: tells it, and where its schedule is. How many findings were printed. */
static unsigned failure_tell(struct search *search, struct worker *worker, struct failure *failure)
{
    unsigned first = report_findings(worker->session->report) + 1;
    unsigned printed = worker_findings_report(worker);
    uint64_t key = failure_key(worker, failure);
    bool ours = failure->outcome != OUTCOME_FOUND && !key_known(search, key);
    if (ours)
        key_add(search, key);
    if (!printed && !ours)
        return 0;
    failure_minimize(worker, failure);
    bool ran_last = failure->outcome == OUTCOME_HANG; /* it would take as long again */
    if (!ran_last && !failure_watch(worker, failure))
        failure_confirm(worker, failure); /* what is shared with the program is of this run */
    if (ours)
        printed += verdict_report(worker, failure);
    worker_findings_drop(worker); /* of the attempts */
    if (printed)
        replay_tell(search, worker, failure, first);
    return printed;
}

/* Does it fail again, in the same way? */
static bool failure_reproduces(const struct search *search, struct worker *worker,
                               const struct failure *failure)
{
    if (failure->outcome == OUTCOME_OUTPUT && !failure_writes_again(worker, &search->expected))
        return false;
    return failure_confirm(worker, failure);
}

/* The program does what cannot be controlled: nothing that it does then means anything. */
static bool refusal_tell(struct search *search, const struct worker *worker)
{
    tool_say("%s cannot be explored: %s", worker->session->name, worker->block->answer.text);
    search->reason = "error";
    return false;
}

/* A schedule has failed: true when it counts (it failed again, and is not suppressed). */
static bool failure_handle(struct search *search, struct worker *worker)
{
    struct failure failure;
    unsigned told = 1;
    progress_end(search);
    if (worker->block->answer.outcome == OUTCOME_REFUSED)
        return refusal_tell(search, worker);
    failure_take(&failure, worker);
    if (failure.outcome != OUTCOME_FOUND && !worker->findings_count &&
        key_known(search, failure_key(worker, &failure))) {
        told = 0; /* again, with nothing new of the detector */
    } else if (failure_reproduces(search, worker, &failure) || !worker_lives(worker)) {
        told = failure_tell(search, worker, &failure);
    } else {
        told = verdict_report_chance(worker, &failure);
    }
    worker_findings_drop(worker);
    search->findings += told;
    if (told && !search->first)
        search->first = failure.schedule + 1;
    failure_done(&failure);
    return told != 0;
}

/* The end of the report, and what its reader must know of the search. */
static void report_end(const struct search *search)
{
    const struct explore_shared *shared = search->campaign.shared;
    const struct session *session = search->campaign.session;
    report_outcome_set(&(struct report_outcome){
        .lost = atomic_load(&session->journal.control->records_lost),
        .observed = session->facts.instrumented,
        .explored = true,
        .schedules = atomic_load(&shared->executed),
        .distinct = atomic_load(&shared->distinct),
        .stopped = search->reason,
    });
    report_finish(session->report);
    int error = report_write_error(session->report);
    if (error && session->log_path)
        tool_say("cannot write findings to %s: %s", session->log_path, strerror(error));
}

static int search_code(const struct search *search)
{
    if (search->findings)
        return (int)search->campaign.session->settings.exit_code;
    return strcmp(search->reason, "interrupted") == 0 ? 130
           : strcmp(search->reason, "error") == 0     ? EXIT_TOOL
                                                      : 0;
}

static int explore(struct session *session)
{
    const char *strategy = session->settings.strategy;
    struct search search = {
        .alone_if_needed = !session->settings.jobs,
        .exhaustive = strcmp(strategy, "dpor") == 0 || strcmp(strategy, "dfs") == 0,
    };
    uint32_t jobs = 1;
    int code = strategy_parse(session->settings.strategy, &search.command); /* before all */
    if (!code)
        code = jobs_choose(session, search.exhaustive, &jobs);
    if (!code)
        code = checkpoint_open(&search, session);
    if (code) {
        checkpoint_close();
        return code;
    }
    code = campaign_open(&search.campaign, session, jobs);
    if (!code)
        code = command_fill(&search);
    if (!code)
        code = checkpoint_begin(&search);
    if (!code) {
        progress_begin(&search);
        search_run(&search, failure_handle);
        progress_end(&search);
        campaign_stats(&search.campaign);
        report_end(&search);
        doubts_tell(&search);
        vain_tell(&search);
        if (search.proved)
            tool_say("%s", search.proved);
        program_tell(&search);
        summary(&search);
        code = search_code(&search);
    }
    campaign_close(&search.campaign);
    checkpoint_close();
    failure_done(&search.expected);
    output_done(&search.expected_output);
    free(search.keys);
    free(search.proved);
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
