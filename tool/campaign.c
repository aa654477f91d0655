/*
 * campaign: see campaign.h.
 */
#include "campaign.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

/* ---- the block ---- */

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

static int block_fill(struct campaign *campaign)
{
    const struct settings *settings = &campaign->session->settings;
    struct explore_block *block = campaign->block;
    enum { SECONDS_MAX = 1000000000 };
    if (settings->max_steps < 1 || settings->max_steps > EXPLORE_STEPS_MAX)
        return tool_fail("--max-steps must be between 1 and %d", EXPLORE_STEPS_MAX);
    if (settings->hang < 1 || settings->hang > SECONDS_MAX)
        return tool_fail("--hang must be between 1 and %d seconds", SECONDS_MAX);
    if (settings->time > SECONDS_MAX)
        return tool_fail("--time must be %d seconds at most", SECONDS_MAX);
    if (settings->spurious > UINT32_MAX)
        return tool_fail("--spurious must be %u at most", UINT32_MAX);
    block->version = EXPLORE_VERSION;
    block->size = sizeof *block;
    block->settings = (struct explore_settings){
        .steps_max = (uint32_t)settings->max_steps,
        .spurious_max = (uint32_t)settings->spurious,
        .time_choices = settings->time_choices,
        .visible = settings->visible,
        .output_fd = campaign->output,
        .hang_ns = settings->hang * NS_PER_S,
    };
    block->magic = EXPLORE_MAGIC;
    return expected_exit(settings, &block->settings.expect_exit);
}

static int block_create(struct campaign *campaign)
{
    size_t size = sizeof *campaign->block;
    campaign->block_fd = memfd_create("racerun-explore", MFD_CLOEXEC);
    campaign->output = memfd_create("racerun-output", 0); /* inherited */
    if (campaign->block_fd < 0 || campaign->output < 0 ||
        ftruncate(campaign->block_fd, (off_t)size) < 0)
        return tool_fail("cannot make the memory shared with the program: %s", strerror(errno));
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, campaign->block_fd, 0);
    if (memory == MAP_FAILED)
        return tool_fail("cannot map the memory shared with the program: %s", strerror(errno));
    campaign->block = memory;
    fcntl(campaign->output, F_SETFL, O_APPEND);
    return block_fill(campaign);
}

/* ---- the journal ---- */

static void finding_keep(struct campaign *campaign, const struct proto_record *record)
{
    if (campaign->findings_count == campaign->findings_room) {
        campaign->findings_room = campaign->findings_room ? 2 * campaign->findings_room : 16;
        campaign->findings =
            realloc(campaign->findings, campaign->findings_room * sizeof *campaign->findings);
        CHECK_MSG(campaign->findings, "out of memory");
    }
    campaign->findings[campaign->findings_count++] = record;
}

static void records_take(struct campaign *campaign)
{
    struct session *session = campaign->session;
    const struct proto_record *record;
    size_t size;
    while (journal_next(&session->journal, false, &record, &size) == JOURNAL_RECORD)
        if (record->type == RECORD_FINDING)
            finding_keep(campaign, record);
        else if (!session->settings.quiet || record->type != RECORD_NOTICE)
            report_add(session->report, record, size);
}

unsigned campaign_findings_report(struct campaign *campaign)
{
    unsigned printed = 0;
    for (size_t i = 0; i < campaign->findings_count; i++) {
        const struct proto_record *record = campaign->findings[i];
        printed += report_add(campaign->session->report, record, record->size) > 0;
    }
    campaign->findings_count = 0;
    return printed;
}

void campaign_findings_drop(struct campaign *campaign)
{
    campaign->findings_count = 0;
}

size_t campaign_output(const struct campaign *campaign, char *ret_text, size_t size)
{
    struct stat stat = {0};
    ssize_t got = pread(campaign->output, ret_text, size - 1, 0);
    ret_text[got > 0 ? got : 0] = 0;
    fstat(campaign->output, &stat);
    return (size_t)stat.st_size;
}

/* ---- waiting ---- */

/* Who asks us to stop waits for the schedule in progress, but not long. */
static void interruption_note(struct campaign *campaign, uint64_t *since)
{
    campaign->block->command.stop = 1;
    if (!*since)
        *since = sys_monotonic_ns();
    else if (sys_monotonic_ns() - *since > NS_PER_S)
        kill(campaign->zygote, SIGKILL);
}

static enum campaign_event answer_await(struct campaign *campaign)
{
    struct explore_block *block = campaign->block;
    uint64_t interrupted = 0; /* when */
    while (campaign->zygote) {
        uint32_t number = atomic_load(&block->answer_number);
        records_take(campaign);
        if (number != campaign->answered) {
            campaign->answered = number;
            bool counts = block->answer.outcome != OUTCOME_CLEAN || block->command.uncounted;
            return interrupted && !counts ? CAMPAIGN_INTERRUPTED : CAMPAIGN_ANSWER;
        }
        if (launch_reap(campaign->zygote, &campaign->zygote_status))
            campaign->zygote = 0;
        else if (launch_interrupted())
            interruption_note(campaign, &interrupted);
        if (campaign->progress)
            campaign->progress(campaign->progress_argument);
        sys_futex_wait(&block->answer_number, number, POLL_NS, true);
    }
    return interrupted ? CAMPAIGN_INTERRUPTED : CAMPAIGN_DIED;
}

enum campaign_event campaign_run(struct campaign *campaign)
{
    atomic_fetch_add(&campaign->block->command_number, 1);
    sys_futex_wake(&campaign->block->command_number, 1, true);
    return answer_await(campaign);
}

void campaign_mourn(const struct campaign *campaign)
{
    int status = campaign->zygote_status;
    if (WIFSIGNALED(status))
        tool_say("the process that starts the schedules of %s was killed by signal %d",
                 campaign->session->name, WTERMSIG(status));
    else
        tool_say("the process that starts the schedules of %s has ended", campaign->session->name);
}

/* ---- life ---- */

static int zygote_start(struct campaign *campaign)
{
    struct session *session = campaign->session;
    char *journal = journal_path(&session->journal);
    char *block = text_format("/proc/%d/fd/%d", tool_proc_pid(), campaign->block_fd);
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

int campaign_open(struct campaign *campaign, struct session *session)
{
    *campaign = (struct campaign){.session = session, .block_fd = -1, .output = -1};
    campaign->started_ns = sys_monotonic_ns();
    if (session->objection && !session->settings.quiet) /* has been told */
        return tool_fail("%s cannot be explored", session->name);
    if (session->objection || !session->inject)
        return tool_fail("%s cannot be explored: %s", session->name,
                         session->objection ? session->objection : "it cannot be observed");
    if (session->facts.shape != SHAPE_ELF)
        return tool_fail("%s is a script: explore the program that it starts", session->name);
    int code = block_create(campaign);
    if (!code)
        code = zygote_start(campaign);
    if (code)
        return code;
    if (answer_await(campaign) == CAMPAIGN_ANSWER)
        return 0;
    return tool_fail("%s ended before its main began; nothing was explored", session->name);
}

void campaign_close(struct campaign *campaign)
{
    int status;
    free(campaign->findings);
    launch_done();
    if (campaign->zygote > 0 && !launch_reap(campaign->zygote, &status)) {
        kill(campaign->zygote, SIGKILL);
        waitpid(campaign->zygote, &status, 0);
    }
    if (campaign->block)
        munmap(campaign->block, sizeof *campaign->block);
    if (campaign->block_fd >= 0)
        close(campaign->block_fd);
    if (campaign->output >= 0)
        close(campaign->output);
}
