/*
 * campaign: see campaign.h.
 */
#include "campaign.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "launch.h"

#define POLL_NS INT64_C(50000000)
#define NS_PER_S UINT64_C(1000000000)

/* ---- what is shared ---- */

static int expected_exit(const struct settings *settings, uint32_t *ret_status)
{
    char *end;
    *ret_status = TRACE_NONE;
    if (strcmp(settings->expect_exit, "any") == 0)
        return 0;
    unsigned long status = strtoul(settings->expect_exit, &end, 10);
    if (*end || end == settings->expect_exit || status > 255)
        return tool_fail("--expect-exit wants any or a number up to 255, not '%s'",
                         settings->expect_exit);
    *ret_status = (uint32_t)status;
    return 0;
}

enum { DEEPEN_NO, DEEPEN_PREEMPTIONS, DEEPEN_DELAYS }; /* --deepen */

/* Its number, by the names of exhaustive searches; all others sample. */
static uint32_t search_kind(const char *strategy)
{
    return strcmp(strategy, "dpor") == 0  ? SEARCH_DPOR
           : strcmp(strategy, "dfs") == 0 ? SEARCH_DFS
                                          : SEARCH_SAMPLES;
}

const char *campaign_bound(const struct settings *settings)
{
    return settings->deepen                            ? "deepen"
           : strcmp(settings->preemptions, "any") != 0 ? "preemptions"
           : strcmp(settings->delays, "any") != 0      ? "delays"
                                                       : NULL;
}

enum { BOUND_MAX = 1000000 };

/* The bound that the option of that name gives. */
static int bound_parse(const struct settings *settings, const char *name, const char *text,
                       uint32_t *ret_bound)
{
    char *end;
    *ret_bound = TRACE_NONE;
    if (strcmp(text, "any") == 0)
        return 0;
    unsigned long bound = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || bound > BOUND_MAX)
        return tool_fail("--%s wants any or a number up to %d, not '%s'", name, BOUND_MAX, text);
    if (search_kind(settings->strategy) == SEARCH_SAMPLES)
        return tool_fail("--%s is for --strategy=dpor and --strategy=dfs", name);
    *ret_bound = (uint32_t)bound;
    return 0;
}

/* From no bound at all to the one that was given, or to where everything is within it. */
static int deepen_fill(const struct settings *settings, struct explore_settings *ret_settings)
{
    bool by_delays = settings->deepen == DEEPEN_DELAYS;
    uint32_t *last = by_delays ? &ret_settings->delays : &ret_settings->preemptions;
    if (settings->deepen == DEEPEN_NO)
        return 0;
    if (search_kind(settings->strategy) == SEARCH_SAMPLES)
        return tool_fail("--deepen is for --strategy=dpor and --strategy=dfs");
    if ((by_delays ? ret_settings->preemptions : ret_settings->delays) != TRACE_NONE)
        return tool_fail("--deepen=%s grows another bound than --%s: leave one out",
                         by_delays ? "delays" : "preemptions",
                         by_delays ? "preemptions" : "delays");
    if (*last == TRACE_NONE)
        *last = BOUND_MAX;
    ret_settings->deepen = 1;
    return 0;
}

static int bounds_fill(const struct settings *settings, struct explore_settings *ret_settings)
{
    int code =
        bound_parse(settings, "preemptions", settings->preemptions, &ret_settings->preemptions);
    if (code == 0)
        code = bound_parse(settings, "delays", settings->delays, &ret_settings->delays);
    if (code == 0 && ret_settings->preemptions != TRACE_NONE && ret_settings->delays != TRACE_NONE)
        code = tool_fail("a search is bounded by --preemptions or by --delays: leave one out");
    return code ? code : deepen_fill(settings, ret_settings);
}

static int settings_fill(const struct settings *settings, struct explore_settings *ret_settings)
{
    enum { SECONDS_MAX = 1000000000 };
    if (settings->max_steps < 1 || settings->max_steps > EXPLORE_STEPS_MAX)
        return tool_fail("--max-steps must be between 1 and %d", EXPLORE_STEPS_MAX);
    if (settings->hang < 1 || settings->hang > SECONDS_MAX)
        return tool_fail("--hang must be between 1 and %d seconds", SECONDS_MAX);
    if (settings->time > SECONDS_MAX)
        return tool_fail("--time must be %d seconds at most", SECONDS_MAX);
    if (settings->spurious > UINT32_MAX)
        return tool_fail("--spurious must be %u at most", UINT32_MAX);
    if (search_kind(settings->strategy) != SEARCH_SAMPLES && !settings->time_choices)
        return tool_fail("an exhaustive search lets time pass at any point: leave out "
                         "--time-choices=no");
    *ret_settings = (struct explore_settings){
        .steps_max = (uint32_t)settings->max_steps,
        .spurious_max = (uint32_t)settings->spurious,
        .time_choices = settings->time_choices,
        .visible = settings->visible,
        .search = search_kind(settings->strategy),
        .engine = settings->engine,
        .hang_ns = settings->hang * NS_PER_S,
        .same_output = settings->same_output,
        .stop = settings->gdb,
    };
    int code = bounds_fill(settings, ret_settings);
    return code ? code : expected_exit(settings, &ret_settings->expect_exit);
}

char *campaign_path(int fd)
{
    enum { LENGTH = 32 };
    char number[12];
    char *path = text_format("/proc/%d/", tool_proc_pid());
    snprintf(number, sizeof number, "%d", fd);
    size_t slashes = LENGTH - strlen(path) - strlen("fd") - strlen(number);
    char *padded =
        text_format("%sfd%.*s%s", path, (int)slashes, "////////////////////////////////", number);
    free(path);
    return padded;
}

static void path_fill(char *to, int fd)
{
    char *path = campaign_path(fd);
    strncpy(to, path, EXPLORE_PATH_MAX - 1);
    free(path);
}

static int worker_create(struct worker *worker, const struct explore_settings *settings)
{
    struct campaign *campaign = worker->campaign;
    worker->session = campaign->session;
    worker->shared = campaign->shared;
    worker->block = &campaign->shared->blocks[worker->number];
    worker->output = memfd_create("racerun-output", MFD_CLOEXEC);
    worker->errors = worker->output;
    if (settings->same_output)
        worker->errors = memfd_create("racerun-errors", MFD_CLOEXEC);
    if (worker->output < 0 || worker->errors < 0)
        return tool_fail("cannot make the file for the program's output: %s", strerror(errno));
    worker->block->settings = *settings;
    path_fill(worker->block->settings.output, worker->output);
    path_fill(worker->block->settings.errors, worker->errors);
    return 0;
}

static int shared_create(struct campaign *campaign)
{
    uint32_t count = campaign->workers_count;
    campaign->size = sizeof *campaign->shared + (size_t)count * sizeof *campaign->shared->blocks;
    campaign->fd = memfd_create("racerun-explore", MFD_CLOEXEC);
    if (campaign->fd < 0 || ftruncate(campaign->fd, (off_t)campaign->size) < 0)
        return tool_fail("cannot make the memory shared with the program: %s", strerror(errno));
    void *memory = mmap(NULL, campaign->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                        campaign->fd, 0);
    if (memory == MAP_FAILED)
        return tool_fail("cannot map the memory shared with the program: %s", strerror(errno));
    campaign->shared = memory;
    campaign->shared->version = EXPLORE_VERSION;
    campaign->shared->workers = count;
    campaign->shared->size = campaign->size;
    campaign->shared->magic = EXPLORE_MAGIC;
    return 0;
}

static int hex_digit(char c)
{
    const char *at = c ? strchr("0123456789abcdef", c) : NULL;
    return at ? (int)(at - "0123456789abcdef") : -1;
}

/* --body=ADDRESS[:BYTES] */
static int body_parse(const char *text, struct explore_shared *shared)
{
    char *at;
    if (!*text)
        return 0;
    shared->body = strtoull(text, &at, 10);
    bool good = shared->body && *text >= '0' && *text <= '9' && (*at == ':' || !*at);
    for (at += *at == ':'; good && *at; at += 2) {
        int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
        good = low >= 0 && shared->argument_size < EXPLORE_ARGUMENT_MAX;
        if (good)
            shared->argument[shared->argument_size++] = (char)(high << 4 | low);
    }
    return good ? 0 : tool_fail("--body wants ADDRESS[:BYTES], not '%s'", text);
}

static int workers_create(struct campaign *campaign)
{
    struct explore_settings settings;
    int code = settings_fill(&campaign->session->settings, &settings);
    settings.shared = campaign->workers_count > 1 || campaign->was_shared;
    if (!code)
        code = shared_create(campaign);
    if (!code)
        code = body_parse(campaign->session->settings.body, campaign->shared);
    campaign->workers = calloc(campaign->workers_count, sizeof *campaign->workers);
    CHECK_MSG(campaign->workers, "out of memory");
    for (uint32_t i = 0; i < campaign->workers_count; i++) {
        campaign->workers[i] = (struct worker){
            .campaign = campaign, .number = i, .output = -1, .errors = -1, .busy = true};
        if (!code)
            code = worker_create(&campaign->workers[i], &settings);
    }
    return code;
}

/* ---- the journal ---- */

static void finding_keep(struct campaign *campaign, const struct proto_record *record)
{
    const struct proto_finding *finding = (const struct proto_finding *)record;
    bool whole = record->size >= sizeof *finding && finding->worker < campaign->workers_count;
    struct worker *worker = &campaign->workers[whole ? finding->worker : 0];
    if (worker->findings_count == worker->findings_room) {
        worker->findings_room = worker->findings_room ? 2 * worker->findings_room : 16;
        worker->findings =
            realloc(worker->findings, worker->findings_room * sizeof *worker->findings);
        CHECK_MSG(worker->findings, "out of memory");
    }
    worker->findings[worker->findings_count++] = record;
}

/* False where another process is about to write a record. */
static bool records_take(struct campaign *campaign)
{
    struct session *session = campaign->session;
    const struct proto_record *record;
    enum journal_answer answer;
    size_t size;
    while ((answer = journal_next(&session->journal, false, &record, &size)) == JOURNAL_RECORD)
        if (record->type == RECORD_FINDING)
            finding_keep(campaign, record);
        else if (!session->settings.quiet || record->type != RECORD_NOTICE)
            report_add(session->report, record, size);
    return answer == JOURNAL_EMPTY;
}

unsigned worker_findings_report(struct worker *worker)
{
    unsigned printed = 0;
    for (size_t i = 0; i < worker->findings_count; i++) {
        const struct proto_record *record = worker->findings[i];
        printed += report_add(worker->session->report, record, record->size) > 0;
    }
    worker->findings_count = 0;
    return printed;
}

void worker_findings_drop(struct worker *worker)
{
    worker->findings_count = 0;
}

/* ---- waiting ---- */

/* Who asks us to stop waits for the schedules in progress, but not long. */
static void interruption_note(struct campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->workers_count; i++)
        campaign->workers[i].block->command.stop = 1;
    if (!campaign->interrupted_ns)
        campaign->interrupted_ns = sys_monotonic_ns();
    else if (sys_monotonic_ns() - campaign->interrupted_ns > NS_PER_S)
        kill(campaign->zygote, SIGKILL);
}

static const char *engine_name(const struct worker *worker)
{
    static const char *const names[ENGINES] = {"auto", "inprocess", "fork", "threads"};
    return worker->block->engine < ENGINES ? names[worker->block->engine] : "?";
}

/* ": chdir", of a system call's number + 1; "" of 0. */
static char *call_words(uint32_t call)
{
    static const char *const names[] = {
#define CALL(number, name) [number] = name,
#include "syscalls.def"
#undef CALL
    };
    const char *name = call && call <= sizeof names / sizeof names[0] ? names[call - 1] : NULL;
    return !call  ? text_format("%s", "")
           : name ? text_format(": %s", name)
                  : text_format(": number %u", call - 1);
}

/* Once: the engine that was asked for cannot run this program. */
static void engine_tell(const struct worker *worker)
{
    struct campaign *campaign = worker->campaign;
    if (campaign->engine_told || !*worker->block->reason)
        return;
    campaign->engine_told = true;
    if (campaign->session->settings.quiet)
        return;
    char *call = call_words(worker->block->reason_call);
    tool_say("engine %s: %s cannot run in the one before: %.*s%s", engine_name(worker),
             campaign->session->name, EXPLORE_REASON_MAX, worker->block->reason, call);
    free(call);
}

void campaign_stats(const struct campaign *campaign)
{
    uint64_t cpu_ns = 0, most_ns = 0;
    if (!campaign->session->settings.stats)
        return;
    for (uint32_t i = 0; i < campaign->workers_count; i++) {
        uint64_t worker_ns = campaign->workers[i].block->cpu_ns;
        cpu_ns += worker_ns;
        most_ns = worker_ns > most_ns ? worker_ns : most_ns;
    }
    if (campaign->workers_count > 1)
        tool_say("one worker took %.6f s of CPU, the others less", (double)most_ns / NS_PER_S);
    tool_say("engine %s, %.6f s of CPU, traces %016llx", engine_name(&campaign->workers[0]),
             (double)cpu_ns / NS_PER_S,
             (unsigned long long)atomic_load(&campaign->shared->traces_digest));
}

uint32_t campaign_bell(const struct campaign *campaign)
{
    return atomic_load(&campaign->shared->bell);
}

void campaign_wait(struct campaign *campaign, uint32_t heard)
{
    sys_futex_wait(&campaign->shared->bell, heard, POLL_NS, true);
    records_take(campaign);
    if (campaign->zygote && launch_reap(campaign->zygote, &campaign->zygote_status))
        campaign->zygote = 0;
    else if (campaign->zygote && launch_interrupted())
        interruption_note(campaign);
    if (campaign->progress)
        campaign->progress(campaign->progress_argument);
}

void worker_start(struct worker *worker)
{
    worker->busy = true;
    atomic_fetch_add(&worker->block->command_number, 1);
    sys_futex_wake(&worker->block->command_number, 1, true);
}

bool worker_answered(struct worker *worker)
{
    uint32_t number = atomic_load(&worker->block->answer_number);
    if (number == worker->answered)
        return false;
    while (!records_take(worker->campaign)) /* of a dead writer journal_next tires soon */
        sched_yield();
    worker->answered = number;
    worker->busy = false;
    engine_tell(worker);
    return true;
}

bool worker_lives(const struct worker *worker)
{
    return worker->campaign->zygote && !atomic_load(&worker->shared->ends[worker->number].buried);
}

static bool worker_await(struct worker *worker)
{
    struct campaign *campaign = worker->campaign;
    for (;;) {
        uint32_t heard = campaign_bell(campaign);
        if (worker_answered(worker))
            return true;
        if (!worker_lives(worker))
            return worker_answered(worker);
        campaign_wait(campaign, heard);
    }
}

bool worker_run(struct worker *worker)
{
    worker_start(worker);
    return worker_await(worker);
}

/* ---- deaths ---- */

static void mourn(const char *who, const struct session *session, int status)
{
    if (WIFSIGNALED(status))
        tool_say("%s of %s was killed by signal %d", who, session->name, WTERMSIG(status));
    else
        tool_say("%s of %s has ended", who, session->name);
}

void worker_mourn(const struct worker *worker)
{
    mourn("a process that runs the schedules", worker->session,
          worker->shared->ends[worker->number].status);
}

void campaign_mourn(const struct campaign *campaign)
{
    mourn("the process that starts the schedules", campaign->session, campaign->zygote_status);
}

/* ---- life ---- */

static int zygote_start(struct campaign *campaign)
{
    struct session *session = campaign->session;
    char *journal = campaign_path(session->journal.fd);
    char *block = campaign_path(campaign->fd);
    struct launch launch = {
        .path = session->path,
        .argv = session->argv,
        .environment = launch_environment(session->installation.preload, journal, block),
        .journal = &session->journal,
        .detached = true,
    };
    int error = launch_start(&launch, &campaign->zygote);
    free(block);
    free(journal);
    if (!error)
        return 0;
    tool_say("cannot execute %s: %s", session->path, strerror(error));
    return EXIT_UNEXECUTABLE;
}

static bool workers_await(struct campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->workers_count; i++)
        if (!worker_await(&campaign->workers[i]))
            return false;
    return true;
}

int campaign_open(struct campaign *campaign, struct session *session, uint32_t workers)
{
    *campaign = (struct campaign){
        .session = session, .fd = -1, .workers_count = workers, .was_shared = campaign->was_shared};
    campaign->started_ns = sys_monotonic_ns();
    if (session->objection && !session->settings.quiet) /* has been told */
        return tool_fail("%s cannot be explored", session->name);
    if (session->objection || !session->inject)
        return tool_fail("%s cannot be explored: %s", session->name,
                         session->objection ? session->objection : "it cannot be observed");
    if (session->facts.shape != SHAPE_ELF)
        return tool_fail("%s is a script: explore the program that it starts", session->name);
    /* What might deadlock in another schedule: that schedule is what we look for. */
    session->journal.control->options.report_lock_order = 0;
    int code = workers_create(campaign);
    if (!code)
        code = zygote_start(campaign);
    if (code)
        return code;
    if (workers_await(campaign))
        return 0;
    return tool_fail("%s ended before its main began; nothing was explored", session->name);
}

void campaign_close(struct campaign *campaign)
{
    int status;
    launch_done();
    if (campaign->zygote > 0 && !launch_reap(campaign->zygote, &status)) {
        kill(campaign->zygote, SIGKILL);
        waitpid(campaign->zygote, &status, 0);
    }
    for (uint32_t i = 0; campaign->workers && i < campaign->workers_count; i++) {
        free(campaign->workers[i].findings);
        close(campaign->workers[i].output);
        if (campaign->workers[i].errors != campaign->workers[i].output)
            close(campaign->workers[i].errors);
    }
    free(campaign->workers);
    if (campaign->shared)
        munmap(campaign->shared, campaign->size);
    if (campaign->fd >= 0)
        close(campaign->fd);
}
