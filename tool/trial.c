/*
 * trial: see trial.h.
 */
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sys.h"
#include "tool.h"
#include "words.h"

#define NS_PER_S UINT64_C(1000000000)
enum {
    PATIENCE_S = 5,       /* between the request to end and the kill */
    EXPLORE_GRACE_S = 30, /* explore ends by itself; what is late by more hangs */
    OUTPUT_SHOWN = 16 << 10,
};

/* ---- files ---- */

static int folder_make(struct trial *trial, const char *artifacts)
{
    if (!*artifacts)
        return 0;
    trial->folder = text_format("%s/%s%s", artifacts, trial->program->folder,
                                trial->failed_before ? "/again" : "");
    if (mkdir(trial->folder, 0777) == 0 || errno == EEXIST)
        return 0;
    return tool_fail("cannot make the folder %s: %s", trial->folder, strerror(errno));
}

/* In the artefacts, or a file without a name. */
static int output_open(const struct trial *trial)
{
    if (trial->folder) {
        char *path = text_format("%s/output.txt", trial->folder);
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
        if (fd < 0)
            tool_say("cannot write %s: %s", path, strerror(errno));
        free(path);
        return fd;
    }
    const char *folder = getenv("TMPDIR");
    char *path = text_format("%s/racerun-test.XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkostemp(path, O_APPEND | O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    else
        tool_say("cannot make a temporary file %s: %s", path, strerror(errno));
    free(path);
    return fd;
}

static int files_open(struct trial *trial, const struct settings *settings)
{
    if (folder_make(trial, settings->artifacts))
        return EXIT_TOOL;
    trial->output_fd = output_open(trial);
    trial->report_fd = memfd_create("racerun-report", MFD_CLOEXEC);
    if (trial->report_fd < 0)
        tool_say("cannot make memory for a report: %s", strerror(errno));
    return trial->output_fd < 0 || trial->report_fd < 0 ? EXIT_TOOL : 0;
}

/* ---- start ---- */

/* A failing exit status is what a test is about, so exploring looks for one, too. */
static void words_make(struct words *words, const struct trial *trial,
                       const struct settings *settings, uint64_t seconds)
{
    words_add(words, "racerun");
    words_add(words, settings->explore ? "explore" : "run");
    settings_words(settings, words);
    words_add(words, "--format=json");
    words_add(words, text_format("--log-path=/proc/%d/fd/%d", tool_proc_pid(), trial->report_fd));
    words_add(words, "--exit-code=66");
    if (settings->explore && strcmp(settings->expect_exit, "any") == 0)
        words_add(words, "--expect-exit=0");
    if (settings->explore && trial->folder)
        words_add(words, text_format("--out=%s", trial->folder));
    words_add(words, text_format("--time=%llu", (unsigned long long)seconds));
    words_add(words, "--");
    for (char **word = trial->program->words; *word; word++)
        words_add(words, *word);
}

/* In the child. A racerun that loses us ends its program and itself. */
static _Noreturn void child_run(const struct trial *trial, char **words, const sigset_t *mask)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    setpgid(0, 0);
    dup2(null, STDIN_FILENO);
    dup2(trial->output_fd, STDOUT_FILENO);
    dup2(trial->output_fd, STDERR_FILENO);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execv("/proc/self/exe", words);
    tool_say("cannot start another racerun: %s", strerror(errno));
    _exit(EXIT_TOOL);
}

int trial_start(struct trial *trial, const struct settings *settings, uint64_t seconds)
{
    struct words words = {0};
    sigset_t mask;
    if (files_open(trial, settings))
        return EXIT_TOOL;
    words_make(&words, trial, settings, seconds);
    sigemptyset(&mask);
    trial->started_ns = sys_monotonic_ns();
    uint64_t grace = settings->explore ? EXPLORE_GRACE_S : 0;
    trial->limit_ns = seconds ? trial->started_ns + (seconds + grace) * NS_PER_S : 0;
    trial->pid = fork();
    if (trial->pid == 0)
        child_run(trial, words.items, &mask);
    free(words.items);
    if (trial->pid > 0) {
        setpgid(trial->pid, trial->pid); /* whoever comes first */
        return 0;
    }
    trial->pid = 0;
    return tool_fail("cannot start a process for %s: %s", trial->program->name, strerror(errno));
}

/* ---- end ---- */

void trial_stop(struct trial *trial)
{
    uint64_t now = sys_monotonic_ns();
    if (!trial->pid)
        return;
    if (!trial->kill_ns) {
        kill(-trial->pid, SIGTERM);
        kill(-trial->pid, SIGCONT);
        trial->kill_ns = now + PATIENCE_S * NS_PER_S;
    } else if (now >= trial->kill_ns) {
        kill(-trial->pid, SIGKILL);
    }
}

/* While it is a zombie its number, which is the group's, cannot belong to anybody else. */
bool trial_reap(struct trial *trial)
{
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)trial->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || !info.si_pid)
        return false;
    if (info.si_code != CLD_EXITED || trial->kill_ns)
        kill(-trial->pid, SIGKILL);
    return waitpid(trial->pid, &trial->status, 0) == trial->pid;
}

void trial_read(const struct trial *trial,
                void (*line)(void *argument, const char *text, size_t size), void *argument)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    int fd = fcntl(trial->report_fd, F_DUPFD_CLOEXEC, 0);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    CHECK_MSG(file, "cannot read a report");
    rewind(file);
    while ((size = getline(&text, &room, file)) > 0)
        if (text[size - 1] == '\n') /* else its racerun was killed while it wrote */
            line(argument, text, (size_t)size);
    free(text);
    fclose(file);
}

void trial_keep(const struct trial *trial)
{
    if (!trial->folder)
        return;
    struct stat stat = {0};
    char *path = text_format("%s/report.json", trial->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    fstat(trial->report_fd, &stat);
    off_t at = 0;
    ssize_t moved = fd < 0 ? -1 : 1;
    while (moved > 0 && at < stat.st_size)
        moved = sendfile(fd, trial->report_fd, &at, (size_t)(stat.st_size - at));
    if (moved < 0)
        tool_say("cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    free(path);
}

static void page_line(void *report, const char *text, size_t size)
{
    report_add_line(report, text, size, NULL, NULL);
}

void trial_page(const struct trial *trial, const struct report_test *test)
{
    if (!trial->folder)
        return;
    char *path = text_format("%s/report.html", trial->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), error = fd < 0 ? errno : 0;
    struct report *report =
        fd < 0 ? NULL
               : report_create(&(struct report_config){.format = "html", .out_fd = fd}, NULL);
    if (report) {
        report_test_begin(report, test->name);
        trial_read(trial, page_line, report);
        report_test_end(report, test);
        report_finish(report);
        error = report_write_error(report);
        report_destroy(report);
    }
    if (fd >= 0 && close(fd) < 0 && !error)
        error = errno;
    if (error)
        tool_say("cannot write %s: %s", path, strerror(error));
    free(path);
}

static char *words_of_code(int code)
{
    if (code == EXIT_NOT_FOUND)
        return text_format("it does not exist");
    if (code == EXIT_UNEXECUTABLE)
        return text_format("it cannot be executed");
    return text_format("racerun could not observe it");
}

static char *words_of_signal(int signal)
{
    const char *name = sigabbrev_np(signal);
    return text_format("killed by signal %d%s%s%s", signal, name ? " (SIG" : "", name ? name : "",
                       name ? ")" : "");
}

enum report_status trial_judge(const struct trial *trial, const struct report_totals *totals,
                               char **ret_words)
{
    int code = WIFEXITED(trial->status) ? WEXITSTATUS(trial->status) : 0;
    *ret_words = NULL;
    if (trial->kill_ns) {
        *ret_words = text_format("it was ended after %.1f s",
                                 (double)(trial->ended_ns - trial->started_ns) / 1e9);
        return REPORT_FAILED;
    }
    if (WIFSIGNALED(trial->status)) {
        *ret_words = text_format("its racerun was killed by signal %d", WTERMSIG(trial->status));
        return REPORT_FAILED;
    }
    bool could_not = code == EXIT_TOOL && (totals->explored || !totals->exit_status);
    if (!totals->complete || could_not) {
        *ret_words = words_of_code(code);
        return REPORT_NOT_RUN;
    }
    if (totals->explored) {
        *ret_words = text_format("%llu schedules", (unsigned long long)totals->schedules);
        return REPORT_CLEAN;
    }
    if (totals->signal)
        *ret_words = words_of_signal(totals->signal);
    else if (totals->exit_status)
        *ret_words = text_format("exit status %d", totals->exit_status);
    else if (!totals->observed)
        *ret_words = text_format("nothing was observed: it is not instrumented");
    else
        *ret_words = text_format("%s", "");
    return totals->signal || totals->exit_status ? REPORT_FAILED : REPORT_CLEAN;
}

char *trial_output(const struct trial *trial)
{
    struct stat stat = {0};
    char *text = calloc(1, OUTPUT_SHOWN + 1);
    CHECK_MSG(text, "out of memory");
    fstat(trial->output_fd, &stat);
    off_t from = stat.st_size > OUTPUT_SHOWN ? stat.st_size - OUTPUT_SHOWN : 0;
    ssize_t size = pread(trial->output_fd, text, OUTPUT_SHOWN, from);
    for (ssize_t i = 0; i < size; i++)
        if (!text[i])
            text[i] = '?';
    text[size > 0 ? size : 0] = 0;
    return text;
}

void trial_done(struct trial *trial)
{
    if (trial->report_fd > 0)
        close(trial->report_fd);
    if (trial->output_fd > 0)
        close(trial->output_fd);
    free(trial->folder);
    *trial = (struct trial){0};
}
