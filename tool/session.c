/*
 * session: see session.h.
 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"
#include "tool.h"

void session_warn(const struct session *session, const char *sentence)
{
    if (!session->settings.quiet)
        tool_say("%s", sentence);
}

/* A page is of no use between the program's own lines on a terminal. */
#define PAGE_DEFAULT "racerun.html"

int session_keep(const struct session *session, const char *input)
{
    struct stat read, written;
    if (stat(input, &read) != 0 || stat(session->settings.log_path, &written) != 0)
        return 0;
    if (!S_ISREG(read.st_mode) || read.st_dev != written.st_dev || read.st_ino != written.st_ino)
        return 0;
    return tool_fail("%s would be overwritten before it is read: give --log-path another name",
                     input);
}

int session_output(struct session *session)
{
    const char *path = session->settings.log_path;
    if (session_keep(session, session->settings.baseline) != 0)
        return EXIT_TOOL;
    session->page = strcmp(session->settings.format, "html") == 0 && strcmp(path, "stderr") == 0;
    if (session->page)
        path = PAGE_DEFAULT;
    session->out_fd = strcmp(path, "stdout") == 0 ? STDOUT_FILENO : STDERR_FILENO;
    if (strcmp(path, "stderr") == 0 || strcmp(path, "stdout") == 0)
        return 0;
    session->log_path = session->settings.log_path_with_pid ? text_format("%s.%d", path, getpid())
                                                            : text_format("%s", path);
    session->out_fd =
        open(session->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (session->out_fd >= 0)
        return 0;
    return tool_fail("cannot write findings to %s: %s", session->log_path, strerror(errno));
}

static bool color_wanted(const struct session *session, int fd)
{
    if (session->settings.color != COLOR_AUTO)
        return session->settings.color == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !(no_color && *no_color) && !(terminal && strcmp(terminal, "dumb") == 0) && isatty(fd);
}

static unsigned terminal_width(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct report_look session_look(const struct session *session, int fd)
{
    return (struct report_look){color_wanted(session, fd), terminal_width(fd)};
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

int session_report(struct session *session)
{
    const struct settings *settings = &session->settings;
    struct report_config config = {
        .format = settings->format,
        .out_fd = session->out_fd,
        .color = session_look(session, session->out_fd).color,
        .print_suppressions = settings->print_suppressions,
        .width = session_look(session, session->out_fd).width,
        .verbosity = settings->verbose,
        .findings_max = (unsigned)settings->findings_max,
        .suppressions = text_or_null(settings->suppressions),
        .strip_path_prefix = text_or_null(settings->strip_path_prefix),
        .debug_path = text_or_null(settings->debug_path),
        .baseline = text_or_null(settings->baseline),
        .program = session->name,
        .only = session->only,
        .keep = session->name || session->tests,
    };
    char *error = NULL;
    session->report = report_create(&config, &error);
    if (session->report)
        return 0;
    tool_say("%s", error ? error : "cannot set up the report");
    free(error);
    return EXIT_TOOL;
}

/* What the file is decides whether the detector is loaded. 0 or EXIT_TOOL. */
static int program_check(struct session *session)
{
    elf_check(session->path, &session->facts); /* one that cannot be read can still be run */
    session->objection = elf_objection(&session->facts, session->name, &session->inject);
    bool plain = session->facts.shape == SHAPE_ELF && !session->facts.instrumented;
    if (session->settings.require_instrumented && session->objection)
        return tool_fail("%s", session->objection);
    if (session->settings.require_instrumented && plain)
        return tool_fail("%s is not instrumented; build it with `racerun cc`", session->name);
    if (session->objection)
        session_warn(session, session->objection);
    return 0;
}

static int journal_open(struct session *session)
{
    struct proto_options options;
    const char *what;
    settings_to_journal(&session->settings, &options);
    options.instrumented = session->facts.instrumented;
    int error = journal_create(&session->journal, &options, session->installation.preload, &what);
    return error < 0 ? tool_fail("cannot make the journal: %s: %s", what, strerror(-error)) : 0;
}

/* ---- the command line ---- */

/* The program, or the source files that become one. argv is what follows the options. */
static int program_find(struct session *session, int argc, char **argv)
{
    session->name = argv[0];
    session->argv = argv;
    if (!sources_is_file(argv[0]))
        return program_resolve(argv[0], session->path);
    int used;
    int code = sources_build(&session->installation, &session->settings, argc, argv, &used,
                             &session->sources);
    if (code)
        return code;
    argv[used - 1] = session->sources.program; /* in the place of the last word that was taken */
    session->argv = argv + used - 1;
    snprintf(session->path, sizeof session->path, "%s", session->sources.program);
    return 0;
}

/* Everything that may fail before the program starts, in the order of what to blame first. */
static int observation_open(struct session *session)
{
    int code = program_check(session);
    if (!code)
        code = session_output(session);
    if (!code)
        code = session_report(session);
    if (!code && session->inject && installation_preload(&session->installation) < 0)
        code = EXIT_TOOL;
    if (!code)
        code = journal_open(session);
    return code;
}

/* What is used only from now on. What the program said is mistaken about is not ours to refuse. */
void session_defaults(void *context, const char *text)
{
    struct session *session = context;
    struct settings wanted;
    struct proto_options options, *now = &session->journal.control->options;
    int index = 0;
    if (settings_load(&wanted, text) < 0 ||
        settings_parse(&wanted, session->argc, session->arguments, &index) < 0)
        return;
    settings_to_journal(&wanted, &options);
    now->halt_on_error = options.halt_on_error;
    now->exit_code = options.exit_code;
    now->report_misuse = options.report_misuse;
    now->report_lock_order &= options.report_lock_order;
    now->report_thread_leaks = options.report_thread_leaks;
    now->report_signal_handlers = options.report_signal_handlers;
    if (wanted.exit_code <= UINT8_MAX)
        session->settings.exit_code = wanted.exit_code;
}

int session_settings(struct session *session, int argc, char **argv, int *ret_index)
{
    struct settings *settings = &session->settings;
    session->argc = argc;
    session->arguments = argv;
    *ret_index = 0;
    if (settings_load(settings, NULL) < 0)
        return EXIT_TOOL;
    struct settings before = *settings;
    if (settings_parse(settings, argc, argv, ret_index) < 0 || settings_check(settings) < 0)
        return EXIT_TOOL;
    const char *foreign = session->tests ? NULL : settings_of_test(&before, settings);
    if (foreign)
        return tool_fail("--%s belongs to `racerun test`; run and explore write one report, "
                         "--format=NAME --log-path=FILE",
                         foreign);
    if (settings->help || settings->version) {
        if (settings->help)
            print_help();
        else
            print_version();
        return 0;
    }
    return SESSION_READY;
}

int session_program(struct session *session, int argc, char **argv)
{
    if (argc == 0)
        return tool_fail("which program? See racerun --help");
    if (installation_find(&session->installation) < 0)
        return EXIT_TOOL;
    int code = program_find(session, argc, argv);
    if (!code && settings_check(&session->settings) < 0)
        code = EXIT_TOOL;
    if (!code)
        code = observation_open(session);
    return code ? code : SESSION_READY;
}

int session_open(struct session *session, int argc, char **argv)
{
    int index;
    int code = session_settings(session, argc, argv, &index);
    return code == SESSION_READY ? session_program(session, argc - index, argv + index) : code;
}

/* Nobody asked for a file of that name, so where it is has to be said. */
static void page_tell(const struct session *session)
{
    struct stat stat;
    if (session->page && session->report && session->log_path && !session->settings.quiet &&
        fstat(session->out_fd, &stat) == 0 && stat.st_size > 0)
        tool_say("the page to look at: %s", session->log_path);
}

void session_close(struct session *session)
{
    page_tell(session);
    if (session->report)
        record_write(session->report);
    report_destroy(session->report);
    journal_destroy(&session->journal);
    free(session->objection);
    free(session->log_path);
    sources_done(&session->sources);
}
