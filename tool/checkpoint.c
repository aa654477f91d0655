/*
 * checkpoint: see checkpoint.h.
 */
#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "checkpoint_file.h"
#include "identify.h"
#include "progress.h"
#include "tool.h"

#define NS_PER_S UINT64_C(1000000000)
enum { SHARE = 20 }; /* of the time, at most one part in so many is spent on writing */

/* One search a process. */
static struct {
    const char *path; /* NULL: none */
    char *identity;
    struct checkpoint_image image; /* read; NULL bytes: there was no file */
    int frontier;                  /* the file that workers write to and read from */
    uint64_t written_ns, executed; /* when it was written last, and how far the search was */
    uint64_t pause_ns;             /* until the next */
    bool failed;                   /* has been told */
} checkpoint = {.frontier = -1};

/* ---- what it is of ---- */

static char *identity_make(const struct session *session)
{
    const struct settings *s = &session->settings;
    char *text = text_format(
        "--strategy=%s --visible=%u --spurious=%llu --max-steps=%llu --preemptions=%s --engine=%u "
        "--seed=%llu --expect-exit=%s --leaks=%u --unstopped=%u --release-sequence=%u "
        "--misuse=%u --deadlocks=%u --body=%s --",
        s->strategy, s->visible, (unsigned long long)s->spurious, (unsigned long long)s->max_steps,
        s->preemptions, s->engine, (unsigned long long)s->seed, s->expect_exit, s->leaks,
        s->unstopped, s->release_sequence, s->misuse, s->deadlocks, s->body);
    for (char **argument = session->argv + 1; *argument; argument++) {
        char *longer = text_format("%s %s", text, *argument);
        free(text);
        text = longer;
    }
    return text;
}

/* The first word in which they differ; of each text. */
static void words_compare(const char *a, const char *b, int *ret_from, int *ret_a, int *ret_b)
{
    int same = 0, at = 0;
    for (; a[same] && a[same] == b[same]; same++)
        if (a[same] == ' ')
            at = same + 1;
    *ret_from = at;
    *ret_a = (int)strcspn(a + at, " ");
    *ret_b = (int)strcspn(b + at, " ");
}

static int identity_check(const struct session *session)
{
    const struct checkpoint_image *image = &checkpoint.image;
    char build[CHECKPOINT_BUILD];
    int from, then, now;
    identify_build(session->path, build, sizeof build);
    if (strcmp(build, image->build) != 0)
        return tool_fail("%s is of another build of %s: remove it to begin anew", checkpoint.path,
                         session->name);
    if (strcmp(checkpoint.identity, image->identity) == 0)
        return 0;
    words_compare(image->identity, checkpoint.identity, &from, &then, &now);
    return tool_fail("%s is of a search with %.*s, not %.*s: give the same options and arguments, "
                     "or another file",
                     checkpoint.path, then, image->identity + from, now,
                     checkpoint.identity + from);
}

/* ---- life ---- */

int checkpoint_open(struct search *search, const struct session *session)
{
    const char *path = session->settings.checkpoint;
    if (!*path)
        return 0;
    if (!search->exhaustive)
        return tool_fail("--checkpoint is for --strategy=dpor and --strategy=dfs");
    if (campaign_bound(&session->settings))
        return tool_fail("--checkpoint does not keep which states a search with --%s has seen: "
                         "leave one of them out",
                         campaign_bound(&session->settings));
    if (session->settings.same_output)
        return tool_fail("--checkpoint does not keep the output that --same-output compares with: "
                         "leave one of them out");
    checkpoint.path = path;
    checkpoint.identity = identity_make(session);
    checkpoint.pause_ns = session->settings.checkpoint_every * NS_PER_S;
    char *wrong = NULL;
    if (!checkpoint_read(path, &checkpoint.image, &wrong)) {
        int code = tool_fail("%s", wrong);
        free(wrong);
        return code;
    }
    search->campaign.was_shared = checkpoint.image.counters.shared;
    return checkpoint.image.bytes ? identity_check(session) : 0;
}

void checkpoint_close(void)
{
    free(checkpoint.identity);
    free(checkpoint.image.bytes);
    if (checkpoint.frontier >= 0)
        close(checkpoint.frontier);
}

/* ---- the worker's side ---- */

/* Has a worker do that; false: it could not, and its answer says why. */
static bool frontier_command(struct search *search, struct worker *worker, uint32_t what)
{
    worker->block->command = search->command;
    worker->block->command.frontier = what;
    bool done = worker_run(worker) && worker->block->answer.outcome == OUTCOME_CLEAN;
    worker->block->command.frontier = FRONTIER_STAYS;
    if (!done && worker_lives(worker))
        worker->block->answer.outcome = OUTCOME_CLEAN; /* it is no failure of the program */
    return done;
}

static struct worker *worker_living(struct search *search)
{
    for (uint32_t i = 0; i < search->campaign.workers_count; i++)
        if (worker_lives(&search->campaign.workers[i]))
            return &search->campaign.workers[i];
    return NULL;
}

static int frontier_open(struct search *search)
{
    checkpoint.frontier = memfd_create("racerun-frontier", MFD_CLOEXEC);
    if (checkpoint.frontier < 0)
        return tool_fail("cannot make the file for what is still to be explored: %s",
                         strerror(errno));
    char *path = campaign_path(checkpoint.frontier);
    strncpy(search->campaign.shared->frontier, path, EXPLORE_PATH_MAX - 1);
    free(path);
    return 0;
}

/* What the search was, and then what it had found. */
static int search_restore(struct search *search)
{
    struct checkpoint_image *image = &checkpoint.image;
    struct worker *worker = worker_living(search);
    size_t done = 0;
    if (image->counters.memory != search->campaign.shared->memory)
        return tool_fail("%s was written where the memory of %s lies elsewhere (its libraries or "
                         "limits have changed): remove it to begin anew",
                         checkpoint.path, search->campaign.session->name);
    if (!checkpoint_restore(image, search))
        return tool_fail("%s is damaged", checkpoint.path);
    while (done < image->frontier_size) {
        ssize_t written =
            write(checkpoint.frontier, image->frontier + done, image->frontier_size - done);
        if (written <= 0)
            return tool_fail("cannot hand over what is still to be explored: %s", strerror(errno));
        done += (size_t)written;
    }
    if (!worker || !frontier_command(search, worker, FRONTIER_LOAD))
        return tool_fail("%s cannot be gone on from: %s", checkpoint.path,
                         worker ? worker->block->answer.text : "the program has ended");
    if (!search->campaign.session->settings.quiet)
        tool_say("going on from %s: %llu schedules, %u findings so far", checkpoint.path,
                 (unsigned long long)image->counters.executed, search->findings);
    return 0;
}

int checkpoint_begin(struct search *search)
{
    if (!checkpoint.path)
        return 0;
    checkpoint.written_ns = sys_monotonic_ns();
    int code = frontier_open(search);
    if (!code && checkpoint.image.bytes)
        code = search_restore(search);
    checkpoint.executed = atomic_load(&search->campaign.shared->executed);
    free(checkpoint.image.bytes);
    checkpoint.image.bytes = NULL;
    return code;
}

/* ---- writing ---- */

bool checkpoint_is_due(const struct search *search)
{
    return checkpoint.path && sys_monotonic_ns() - checkpoint.written_ns >= checkpoint.pause_ns &&
           atomic_load(&search->campaign.shared->executed) != checkpoint.executed;
}

static void failure_tell(const char *why)
{
    if (!checkpoint.failed)
        tool_say("cannot write %s: %s; the search goes on without", checkpoint.path, why);
    checkpoint.failed = true;
}

static char *frontier_take(size_t *ret_size)
{
    struct stat status;
    if (fstat(checkpoint.frontier, &status) < 0)
        return NULL;
    size_t size = (size_t)status.st_size;
    char *bytes = malloc(size ? size : 1);
    CHECK_MSG(bytes, "out of memory");
    *ret_size = size;
    if (pread(checkpoint.frontier, bytes, size, 0) == (ssize_t)size)
        return bytes;
    free(bytes);
    return NULL;
}

static void search_write(struct search *search)
{
    const struct session *session = search->campaign.session;
    struct worker *worker = worker_living(search);
    struct checkpoint_image image = {.identity = checkpoint.identity};
    if (!worker)
        return; /* the last one has to do */
    if (!frontier_command(search, worker, FRONTIER_SAVE)) {
        failure_tell(worker_lives(worker) ? worker->block->answer.text : "a process has died");
        return;
    }
    char *frontier = frontier_take(&image.frontier_size);
    image.frontier = frontier;
    identify_build(session->path, image.build, sizeof image.build);
    int error = frontier ? checkpoint_put(checkpoint.path, &image, search) : EIO;
    free(frontier);
    if (error)
        failure_tell(strerror(error));
    else
        checkpoint.failed = false;
}

void checkpoint_write(struct search *search)
{
    uint64_t begun = sys_monotonic_ns();
    uint64_t every = search->campaign.session->settings.checkpoint_every * NS_PER_S;
    search_write(search);
    uint64_t cost = sys_monotonic_ns() - begun;
    checkpoint.written_ns = begun + cost;
    checkpoint.executed = atomic_load(&search->campaign.shared->executed);
    checkpoint.pause_ns = every && SHARE * cost > every ? SHARE * cost : every;
}

void checkpoint_end(struct search *search)
{
    if (!checkpoint.path)
        return;
    if (atomic_load(&search->campaign.shared->exhausted)) {
        unlink(checkpoint.path);
        return;
    }
    search_write(search);
    if (checkpoint.failed || !worker_living(search) || search->campaign.session->settings.quiet)
        return;
    uint64_t least, most;
    if (progress_left(search, &least, &most))
        tool_say("the same command goes on from %s; about %.3g to %.3g schedules are left",
                 checkpoint.path, (double)least, (double)most);
    else
        tool_say("the same command goes on from %s", checkpoint.path);
}
