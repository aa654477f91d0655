/*
 * racerun [run] PROGRAM: one run under the detector.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "launch.h"
#include "report/outcome.h"
#include "session.h"
#include "watch.h"

static int start_error(const struct session *run, int error)
{
    if (error == EAGAIN || error == ENOMEM)
        return tool_fail("cannot start a process: %s", strerror(error));
    if (error == ENOENT)
        tool_say("%s: its interpreter %s does not exist", run->path, run->facts.interpreter);
    else
        tool_say("cannot execute %s: %s", run->path, strerror(error));
    return EXIT_UNEXECUTABLE;
}

/* The one warning about a program of which nothing instrumented is seen; the caller frees. */
static char *warning_text(const struct session *run)
{
    if (run->objection || run->settings.quiet || run->facts.instrumented)
        return NULL;
    if (run->facts.shape == SHAPE_ELF)
        return text_format("%s is not instrumented, so only its synchronisation was checked, not "
                           "its memory accesses; build it with `racerun cc`",
                           run->name);
    if (!run->settings.follow_children)
        return text_format("following of children is off (--follow-children=no), so the programs "
                           "that %s started were not observed",
                           run->name);
    return text_format("no program that %s started is instrumented, so no memory accesses were "
                       "checked; build them with `racerun cc`",
                       run->name);
}

/* A signal that people and pipelines end a healthy program with. */
static bool ended_by_user(int status)
{
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return signal == SIGINT || signal == SIGTERM || signal == SIGPIPE || signal == SIGHUP;
}

/* The detector was meant to be in the program and never reported in. */
static bool detector_missing(const struct session *run, const struct watch *watch)
{
    return run->inject && !watch->loaded && !run->facts.is_static;
}

/* The same for a program that was built to be observed: racerun failed. */
static bool detector_failed(const struct session *run, const struct watch *watch, int status)
{
    return detector_missing(run, watch) && run->facts.instrumented && !ended_by_user(status);
}

static bool observed(const struct session *run, const struct watch *watch)
{
    return watch->loaded && (watch->instrumented || run->facts.instrumented);
}

static int exit_code_of(const struct session *run, const struct watch *watch, int status)
{
    if (report_findings(run->report))
        return (int)run->settings.exit_code;
    if (detector_failed(run, watch, status) ||
        (run->settings.require_instrumented && !observed(run, watch)))
        return EXIT_TOOL;
    if (WIFSIGNALED(status))
        return EXIT_SIGNAL_BASE + WTERMSIG(status);
    return WEXITSTATUS(status);
}

static void print_stats(const struct session *run)
{
    struct proto_exit totals = {0};
    report_exit_totals(run->report, &totals);
    tool_say("%u processes, %llu tasks, %llu MiB of shadow memory, %llu call contexts, %llu "
             "accesses checked on the slow path, %llu KiB of journal",
             atomic_load(&run->journal.control->processes), (unsigned long long)totals.tasks,
             (unsigned long long)totals.shadow_bytes >> 20, (unsigned long long)totals.contexts,
             (unsigned long long)totals.accesses_slow,
             (unsigned long long)(run->journal.next - PROTO_LOG_OFFSET) >> 10);
}

static const char *not_loaded_text(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        return "the detector could not start in the program, so nothing was observed: address "
               "space "
               "is limited (ulimit -v), and it needs more";
    return "the detector was not loaded into the program, so nothing was observed (`racerun doctor "
           "PROGRAM` may tell why)";
}

static void say_observed(const struct session *run, const struct watch *watch, const char *warning,
                         int status)
{
    if (detector_failed(run, watch, status))
        tool_say("%s", not_loaded_text());
    else if (detector_missing(run, watch))
        session_warn(run, not_loaded_text());
    else if (warning && !watch->instrumented)
        session_warn(run, warning);
    if (run->settings.require_instrumented && !report_findings(run->report) &&
        !observed(run, watch))
        tool_say("nothing instrumented was observed (--require-instrumented)");
}

static void say_signal(const struct session *run, int status)
{
    if (!WIFSIGNALED(status) || ended_by_user(status))
        return;
    const char *name = sigabbrev_np(WTERMSIG(status));
    char *text = text_format("the program was killed by signal %d%s%s%s", WTERMSIG(status),
                             name ? " (SIG" : "", name ? name : "", name ? ")" : "");
    session_warn(run, text);
    free(text);
}

static void say_left_running(const struct session *run, unsigned count)
{
    if (!count)
        return;
    char *text = text_format("%u observed %s still running after the program ended; what happens "
                             "there from now on is not reported (see --linger)",
                             count, count == 1 ? "process is" : "processes are");
    session_warn(run, text);
    free(text);
}

/* What the user must know about the quality of this run. */
static void run_remarks(const struct session *run, const struct watch *watch, const char *warning,
                        int status)
{
    uint64_t lost = atomic_load(&run->journal.control->records_lost);
    if (lost)
        tool_say("the journal was full: %llu records were lost", (unsigned long long)lost);
    say_signal(run, status);
    say_observed(run, watch, warning, status);
    say_left_running(run, watch->left_running);
    if (run->settings.stats)
        print_stats(run);
}

static void outcome_tell(const struct session *run, const struct watch *watch, int status)
{
    report_outcome_set(&(struct report_outcome){
        .exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
        .lost = atomic_load(&run->journal.control->records_lost),
        .observed = observed(run, watch),
    });
}

/* The log could not take everything. The journal still holds all that was found: it is told again,
 * on standard error. */
static void report_again(struct session *run, int error)
{
    tool_say("cannot write findings to %s: %s; all of them follow here", run->log_path,
             strerror(error));
    struct report *first = run->report;
    run->out_fd = STDERR_FILENO;
    if (session_report(run) != 0) {
        run->report = first;
        return;
    }
    const struct proto_record *record;
    size_t size;
    run->journal.next = PROTO_LOG_OFFSET;
    while (journal_next(&run->journal, true, &record, &size) == JOURNAL_RECORD)
        if (!run->settings.quiet || record->type != RECORD_NOTICE)
            report_add(run->report, record, size);
    report_finish(run->report);
    report_destroy(first);
}

/* The summary is the last line of a run: all that there is to say comes before it. */
static int run_finish(struct session *run, const struct watch *watch, const char *warning,
                      int status)
{
    run_remarks(run, watch, warning, status);
    outcome_tell(run, watch, status);
    report_finish(run->report);
    int error = report_write_error(run->report);
    if (error && run->log_path)
        report_again(run, error);
    return exit_code_of(run, watch, status);
}

static int run_program(struct session *run)
{
    char *journal = journal_path(&run->journal);
    struct launch launch = {
        .path = run->path,
        .argv = run->argv,
        .environment =
            launch_environment(run->inject ? run->installation.preload : NULL, journal, NULL),
        .journal = &run->journal,
    };
    char *warning = warning_text(run);
    struct watch watch = {
        .journal = &run->journal,
        .report = run->report,
        .linger_ns = run->settings.linger * UINT64_C(1000000000),
        .quiet = run->settings.quiet,
        .warning = run->facts.shape == SHAPE_ELF ? warning : NULL,
        .defaults = session_defaults,
        .context = run,
    };
    int code;
    int error = launch_start(&launch, &watch.program);
    if (error) {
        code = start_error(run, error);
    } else {
        int status = watch_run(&watch);
        code = run_finish(run, &watch, watch.warned ? NULL : warning, status);
    }
    launch_done();
    watch_done(&watch);
    free(warning);
    free(journal);
    return code;
}

int cmd_run(int argc, char **argv)
{
    static struct session run;
    int code = session_open(&run, argc, argv);
    if (code == SESSION_READY)
        code = run_program(&run);
    session_close(&run);
    return code;
}
