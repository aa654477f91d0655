/*
 * racerun test PROGRAM...: many programs side by side, one verdict.
 *
 * Time is shared fairly: a program that starts may take what is left of --time, divided by the
 * rounds that are left (runs that have not started over those at a time). Who ends early leaves
 * more to the others.
 *
 * Signals are blocked and waited for, so nothing happens between two looks.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/sys.h"
#include "gate.h"
#include "suite.h"
#include "tool.h"
#include "trial.h"

#define NS_PER_S UINT64_C(1000000000)
#define LOOK_NS INT64_C(100000000)

/* A program to be run. */
struct wanted {
    const struct suite_program *program;
    struct report_test first; /* how it failed before; no name: it has not run yet */
};

struct work {
    struct gate gate;
    struct session *session;
    struct suite suite;
    struct wanted *queue; /* those that failed come once more */
    size_t next, count;
    struct trial *trials; /* `jobs` of them; pid 0: free */
    size_t jobs;
    uint64_t deadline_ns; /* 0 = none */
    sigset_t signals;     /* that we wait for */
    bool interrupted;
    int broken; /* EXIT_TOOL: something that we need failed */
};

/* ---- starting ---- */

static uint64_t rounds_left(const struct work *work)
{
    return (work->count - work->next + work->jobs - 1) / work->jobs;
}

/* What a program that starts now may take; UINT64_MAX: nothing is left; 0: as long as it wants. */
static uint64_t seconds_share(const struct work *work)
{
    uint64_t now = sys_monotonic_ns();
    if (!work->deadline_ns)
        return 0;
    if (now >= work->deadline_ns)
        return UINT64_MAX;
    uint64_t share = (work->deadline_ns - now) / rounds_left(work) / NS_PER_S;
    return share ? share : 1;
}

static struct trial *trial_free(const struct work *work)
{
    for (size_t i = 0; i < work->jobs; i++)
        if (!work->trials[i].pid)
            return &work->trials[i];
    return NULL;
}

static void skip(struct work *work, const struct wanted *wanted, const char *words)
{
    gate_skip(&work->gate, wanted->program, wanted->first.name ? &wanted->first : NULL, words);
}

static void start(struct work *work, struct trial *trial)
{
    uint64_t seconds = seconds_share(work);
    const struct wanted *wanted = &work->queue[work->next++];
    if (seconds == UINT64_MAX) {
        skip(work, wanted, "no time was left (--time)");
        return;
    }
    *trial = (struct trial){
        .program = wanted->program,
        .failed_before = wanted->first.words,
    };
    if (trial_start(trial, &work->session->settings, seconds)) {
        trial_done(trial);
        skip(work, wanted, "it could not be started");
        work->broken = EXIT_TOOL;
    }
}

static void start_all(struct work *work)
{
    struct trial *trial;
    while (work->next < work->count && !work->interrupted && (trial = trial_free(work)))
        start(work, trial);
}

/* ---- ending ---- */

static void take(struct work *work, struct trial *trial)
{
    uint64_t now = sys_monotonic_ns();
    bool time_left = !work->deadline_ns || now < work->deadline_ns;
    bool may_repeat = !work->session->settings.explore && !work->interrupted && time_left;
    struct report_test first;
    trial->ended_ns = now;
    if (!gate_take(&work->gate, trial, may_repeat, &first))
        work->queue[work->count++] = (struct wanted){trial->program, first};
    trial_done(trial);
}

static size_t running(const struct work *work)
{
    size_t count = 0;
    for (size_t i = 0; i < work->jobs; i++)
        count += work->trials[i].pid != 0;
    return count;
}

/* Those that have ended, and those that must. */
static void look(struct work *work)
{
    uint64_t now = sys_monotonic_ns();
    for (size_t i = 0; i < work->jobs; i++) {
        struct trial *trial = &work->trials[i];
        if (!trial->pid)
            continue;
        if (trial_reap(trial))
            take(work, trial);
        else if (work->interrupted || trial->kill_ns || (trial->limit_ns && now >= trial->limit_ns))
            trial_stop(trial);
    }
}

static void run(struct work *work)
{
    const struct timespec pause = {.tv_nsec = LOOK_NS};
    for (;;) {
        start_all(work);
        if (!running(work))
            return;
        int signal = sigtimedwait(&work->signals, NULL, &pause);
        if (signal > 0 && signal != SIGCHLD)
            work->interrupted = true;
        look(work);
    }
}

/* ---- the command ---- */

static size_t processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static int settings_of_gate(struct work *work)
{
    enum { JOBS_MAX = 4096, SECONDS_MAX = 1000000 };
    struct settings *settings = &work->session->settings;
    if (settings->jobs > JOBS_MAX)
        return tool_fail("--jobs must be %d at most", JOBS_MAX);
    if (settings->time > SECONDS_MAX)
        return tool_fail("--time must be %d seconds at most", SECONDS_MAX);
    work->jobs = settings->jobs ? settings->jobs : processors();
    if (work->jobs > work->suite.count)
        work->jobs = work->suite.count;
    if (work->jobs > 1)
        settings->jobs = 1; /* of each that explores */
    if (*settings->artifacts && mkdir(settings->artifacts, 0777) < 0 && errno != EEXIST)
        return tool_fail("cannot make the folder %s: %s", settings->artifacts, strerror(errno));
    return 0;
}

static void work_open(struct work *work)
{
    size_t count = work->suite.count;
    work->queue = calloc(2 * count, sizeof *work->queue);
    work->trials = calloc(work->jobs, sizeof *work->trials);
    CHECK_MSG(work->queue && work->trials, "out of memory");
    for (; work->count < count; work->count++)
        work->queue[work->count].program = &work->suite.programs[work->count];
    if (work->session->settings.time)
        work->deadline_ns = sys_monotonic_ns() + work->session->settings.time * NS_PER_S;
    static const int numbers[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigemptyset(&work->signals);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaddset(&work->signals, numbers[i]);
    signal(SIGCHLD,
           SIG_DFL); /* whoever started us may ignore it, and then nothing could be reaped */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is an error of its write */
    sigprocmask(SIG_BLOCK, &work->signals, NULL);
}

static int test(struct work *work, int argc, char **argv, bool dashed)
{
    int code = suite_parse(&work->suite, argc, argv, dashed);
    if (!code)
        code = settings_of_gate(work);
    if (code)
        return code;
    code = gate_open(&work->gate, work->session, work->suite.count);
    if (code)
        return code;
    work_open(work);
    run(work);
    while (work->next < work->count) /* interrupted */
        skip(work, &work->queue[work->next++], "interrupted");
    code = gate_close(&work->gate, work->interrupted);
    free(work->queue);
    free(work->trials);
    return code == 0 || code == EXIT_FAILED ? (work->broken ? work->broken : code) : code;
}

int cmd_test(int argc, char **argv)
{
    static struct session session = {.tests = true};
    static struct work work;
    int index;
    work.session = &session;
    int code = session_settings(&session, argc, argv, &index);
    if (code == SESSION_READY) {
        bool dashed = index > 0 && strcmp(argv[index - 1], "--") == 0;
        code = test(&work, argc - index, argv + index, dashed);
    }
    session_close(&session);
    return code;
}
