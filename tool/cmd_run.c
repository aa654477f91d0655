/*
 * racerun [run] PROGRAM: one run under the detector.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elf_check.h"
#include "installation.h"
#include "journal.h"
#include "launch.h"
#include "program.h"
#include "report/outcome.h"
#include "report/report.h"
#include "settings.h"
#include "sources.h"
#include "tool.h"
#include "watch.h"

struct run {
    struct settings settings;
    struct installation installation;
    struct sources sources;
    const char *name;    /* as the user typed it */
    char **argv;         /* of the program */
    char path[PATH_MAX]; /* of the file */
    struct elf_facts facts;
    bool inject;
    char *objection; /* why it cannot be observed; NULL = it can */
    char *log_path;  /* a file that we opened; NULL = stdout or stderr */
    int out_fd;
    struct report *report;
    struct journal journal;
};

/* ---- before ---- */

static void warn(const struct run *run, const char *sentence)
{
    if (!run->settings.quiet)
        tool_say("%s", sentence);
}

/* Where the findings go: run->out_fd. 0 or EXIT_TOOL. */
static int output_open(struct run *run)
{
    const char *path = run->settings.log_path;
    run->out_fd = strcmp(path, "stdout") == 0 ? STDOUT_FILENO : STDERR_FILENO;
    if (strcmp(path, "stderr") == 0 || strcmp(path, "stdout") == 0)
        return 0;
    run->log_path = run->settings.log_path_with_pid ? text_format("%s.%d", path, getpid())
                                                    : text_format("%s", path);
    run->out_fd = open(run->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (run->out_fd >= 0)
        return 0;
    return tool_fail("cannot write findings to %s: %s", run->log_path, strerror(errno));
}

static bool color_wanted(const struct run *run)
{
    if (run->settings.color != COLOR_AUTO)
        return run->settings.color == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !(no_color && *no_color) && !(terminal && strcmp(terminal, "dumb") == 0) &&
           isatty(run->out_fd);
}

static unsigned terminal_width(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static int report_open(struct run *run)
{
    const struct settings *settings = &run->settings;
    struct report_config config = {
        .format = settings->format,
        .out_fd = run->out_fd,
        .color = color_wanted(run),
        .print_suppressions = settings->print_suppressions,
        .width = terminal_width(run->out_fd),
        .verbosity = settings->verbose,
        .findings_max = (unsigned)settings->findings_max,
        .suppressions = text_or_null(settings->suppressions),
        .strip_path_prefix = text_or_null(settings->strip_path_prefix),
        .program = run->name,
    };
    char *error = NULL;
    run->report = report_create(&config, &error);
    if (run->report)
        return 0;
    tool_say("%s", error ? error : "cannot set up the report");
    free(error);
    return EXIT_TOOL;
}

/* What the file is decides whether the detector is loaded. 0 or EXIT_TOOL. */
static int program_check(struct run *run)
{
    elf_check(run->path, &run->facts); /* one that cannot be read can still be run */
    run->objection = elf_objection(&run->facts, run->name, &run->inject);
    bool plain = run->facts.shape == SHAPE_ELF && !run->facts.instrumented;
    if (run->settings.require_instrumented && run->objection)
        return tool_fail("%s", run->objection);
    if (run->settings.require_instrumented && plain)
        return tool_fail("%s is not instrumented; build it with `racerun cc`", run->name);
    if (run->objection)
        warn(run, run->objection);
    return 0;
}

static int journal_open(struct run *run)
{
    struct proto_options options;
    const char *what;
    settings_to_journal(&run->settings, &options);
    options.instrumented = run->facts.instrumented;
    int error = journal_create(&run->journal, &options, run->installation.preload, &what);
    return error < 0 ? tool_fail("cannot make the journal: %s: %s", what, strerror(-error)) : 0;
}

/* ---- the run ---- */

static int start_error(const struct run *run, int error)
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
static char *warning_text(const struct run *run)
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
static bool detector_missing(const struct run *run, const struct watch *watch)
{
    return run->inject && !watch->loaded && !run->facts.is_static;
}

/* The same for a program that was built to be observed: racerun failed. */
static bool detector_failed(const struct run *run, const struct watch *watch, int status)
{
    return detector_missing(run, watch) && run->facts.instrumented && !ended_by_user(status);
}

static bool observed(const struct run *run, const struct watch *watch)
{
    return watch->loaded && (watch->instrumented || run->facts.instrumented);
}

static int exit_code_of(const struct run *run, const struct watch *watch, int status)
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

static void print_stats(const struct run *run)
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

static void say_observed(const struct run *run, const struct watch *watch, const char *warning,
                         int status)
{
    if (detector_failed(run, watch, status))
        tool_say("%s", not_loaded_text());
    else if (detector_missing(run, watch))
        warn(run, not_loaded_text());
    else if (warning && !watch->instrumented)
        warn(run, warning);
    if (run->settings.require_instrumented && !report_findings(run->report) &&
        !observed(run, watch))
        tool_say("nothing instrumented was observed (--require-instrumented)");
}

static void say_signal(const struct run *run, int status)
{
    if (!WIFSIGNALED(status) || ended_by_user(status))
        return;
    const char *name = sigabbrev_np(WTERMSIG(status));
    char *text = text_format("the program was killed by signal %d%s%s%s", WTERMSIG(status),
                             name ? " (SIG" : "", name ? name : "", name ? ")" : "");
    warn(run, text);
    free(text);
}

static void say_left_running(const struct run *run, unsigned count)
{
    if (!count)
        return;
    char *text = text_format("%u observed %s still running after the program ended; what happens "
                             "there from now on is not reported (see --linger)",
                             count, count == 1 ? "process is" : "processes are");
    warn(run, text);
    free(text);
}

/* What the user must know about the quality of this run. */
static void run_remarks(const struct run *run, const struct watch *watch, const char *warning,
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

static void outcome_tell(const struct run *run, const struct watch *watch, int status)
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
static void report_again(struct run *run, int error)
{
    tool_say("cannot write findings to %s: %s; all of them follow here", run->log_path,
             strerror(error));
    struct report *first = run->report;
    run->out_fd = STDERR_FILENO;
    if (report_open(run) != 0) {
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
static int run_finish(struct run *run, const struct watch *watch, const char *warning, int status)
{
    run_remarks(run, watch, warning, status);
    outcome_tell(run, watch, status);
    report_finish(run->report);
    int error = report_write_error(run->report);
    if (error && run->log_path)
        report_again(run, error);
    return exit_code_of(run, watch, status);
}

static int run_program(struct run *run)
{
    char *journal = journal_path(&run->journal);
    struct launch launch = {
        .path = run->path,
        .argv = run->argv,
        .environment = launch_environment(run->inject ? run->installation.preload : NULL, journal),
        .journal = &run->journal,
    };
    char *warning = warning_text(run);
    struct watch watch = {
        .journal = &run->journal,
        .report = run->report,
        .linger_ns = run->settings.linger * UINT64_C(1000000000),
        .quiet = run->settings.quiet,
        .warning = run->facts.shape == SHAPE_ELF ? warning : NULL,
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

/* Everything that may fail before the program starts, in the order of what to blame first. */
static int run_observed(struct run *run)
{
    int code = program_check(run);
    if (!code)
        code = output_open(run);
    if (!code)
        code = report_open(run);
    if (!code && run->inject && installation_preload(&run->installation) < 0)
        code = EXIT_TOOL;
    if (!code)
        code = journal_open(run);
    if (!code)
        code = run_program(run);
    report_destroy(run->report);
    journal_destroy(&run->journal);
    free(run->objection);
    free(run->log_path);
    return code;
}

/* ---- the command line ---- */

/* The program, or the source files that become one. argv is what follows the options. */
static int program_find(struct run *run, int argc, char **argv)
{
    run->name = argv[0];
    run->argv = argv;
    if (!sources_is_file(argv[0]))
        return program_resolve(argv[0], run->path);
    int used;
    int code = sources_build(&run->installation, &run->settings, argc, argv, &used, &run->sources);
    if (code)
        return code;
    argv[used - 1] = run->sources.program; /* in the place of the last word that was taken */
    run->argv = argv + used - 1;
    snprintf(run->path, sizeof run->path, "%s", run->sources.program);
    return 0;
}

static int run_arguments(struct run *run, int argc, char **argv)
{
    int index = 0;
    if (settings_load(&run->settings) < 0 ||
        settings_parse(&run->settings, argc, argv, &index) < 0 ||
        settings_check(&run->settings) < 0)
        return EXIT_TOOL;
    if (run->settings.help || run->settings.version) {
        if (run->settings.help)
            print_help();
        else
            print_version();
        return 0;
    }
    if (index == argc)
        return tool_fail("which program? See racerun --help");
    if (installation_find(&run->installation) < 0)
        return EXIT_TOOL;
    int code = program_find(run, argc - index, argv + index);
    if (!code)
        code = settings_check(&run->settings) < 0 ? EXIT_TOOL : run_observed(run);
    sources_done(&run->sources);
    return code;
}

int cmd_run(int argc, char **argv)
{
    static struct run run;
    return run_arguments(&run, argc, argv);
}
