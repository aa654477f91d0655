/*
 * gate: see gate.h.
 */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "tool.h"

enum { EXIT_INTERRUPTED = 130 };

/* ---- outputs ---- */

static void output_add(struct gate *gate, const char *name, int fd, struct report *report)
{
    gate->outputs[gate->outputs_count++] =
        (struct gate_output){text_format("%s", name), fd, report};
}

/* `path` NULL: standard output. 0 or EXIT_TOOL. */
static int output_open(struct gate *gate, const char *format, const char *path)
{
    char *error = NULL;
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (path && fd < 0)
        return tool_fail("cannot write results to %s: %s", path, strerror(errno));
    struct report *report = report_create(
        &(struct report_config){.format = format, .out_fd = path ? fd : STDOUT_FILENO}, &error);
    if (report) {
        output_add(gate, path ? path : "standard output", fd, report);
        return 0;
    }
    tool_say("%s", error ? error : "cannot set up the report");
    free(error);
    close(fd);
    return EXIT_TOOL;
}

static bool on_github(void)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    return actions && strcmp(actions, "true") == 0;
}

int gate_open(struct gate *gate, struct session *session, size_t programs)
{
    *gate = (struct gate){
        .session = session,
        .programs = programs,
        .began_ns = sys_monotonic_ns(),
    };
    int code = session_output(session);
    if (!code)
        code = session_report(session);
    if (code)
        return code;
    output_add(gate, session->log_path ? session->log_path : session->settings.log_path, -1,
               session->report);
    if (*session->settings.junit)
        code = output_open(gate, "junit", session->settings.junit);
    if (!code && *session->settings.sarif)
        code = output_open(gate, "sarif", session->settings.sarif);
    if (!code && on_github())
        code = output_open(gate, "github", NULL);
    return code;
}

/* 0 or EXIT_TOOL. */
static int outputs_close(struct gate *gate)
{
    int code = 0;
    for (size_t i = 0; i < gate->outputs_count; i++) {
        struct gate_output *output = &gate->outputs[i];
        report_finish(output->report);
        int error = report_write_error(output->report);
        if (output->fd >= 0 && close(output->fd) < 0 && !error)
            error = errno;
        if (error)
            code = tool_fail("cannot write results to %s: %s", output->name, strerror(error));
        if (output->report != gate->session->report)
            report_destroy(output->report);
        free(output->name);
    }
    return code;
}

/* ---- telling ---- */

/* What is learnt from a report while its lines go to the outputs. */
struct intake {
    struct gate *gate;
    struct report_totals totals;
    bool refused;
};

static void line_take(void *argument, const char *text, size_t size)
{
    struct intake *intake = argument;
    for (size_t i = 0; i < intake->gate->outputs_count; i++) {
        char *error = NULL;
        int result = report_add_line(intake->gate->outputs[i].report, text, size,
                                     i == 0 ? &intake->totals : NULL, &error);
        if (result < 0 && !intake->refused)
            tool_say("a line of a report was left out: %s", error ? error : "?");
        intake->refused |= result < 0;
        free(error);
    }
}

/* "racerun: 2/3 ./race: findings: 1 finding (0.2 s)" */
static void result_say(const struct gate *gate, const struct report_test *test)
{
    printf("racerun: %zu/%zu %s: %s%s%s", gate->ended, gate->programs, test->name,
           report_status_word(test->status), *test->words ? ": " : "", test->words);
    if (test->known)
        printf(", %u known", test->known);
    printf(" (%.1f s)\n", (double)test->duration_ms / 1e3);
    fflush(stdout);
}

/* What the reader of a failure wants to see; of schedules, also how they came. */
static void output_say(const struct gate *gate, const struct report_test *test)
{
    bool told = test->status == REPORT_FOUND && !gate->session->settings.explore;
    if (test->status == REPORT_CLEAN || told || !*test->output)
        return;
    tool_say("the output of %s ends:", test->name);
    for (const char *line = test->output, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        fprintf(stderr, "    %.*s\n", (int)(end - line), line);
        end += *end == '\n';
    }
}

static void test_end(struct gate *gate, const struct report_test *test)
{
    gate->ended++;
    gate->counts[test->status]++;
    gate->known += test->known;
    for (size_t i = 0; i < gate->outputs_count; i++)
        report_test_end(gate->outputs[i].report, test);
    output_say(gate, test);
    result_say(gate, test);
}

static char *words_of_findings(const struct report_totals *totals)
{
    return text_format("%u finding%s", totals->findings, totals->findings == 1 ? "" : "s");
}

static enum report_status judge(const struct gate *gate, const struct trial *trial,
                                const struct report_totals *totals, char **words)
{
    enum report_status status = trial_judge(trial, totals, words);
    if (totals->findings) {
        free(*words);
        *words = words_of_findings(totals);
        return REPORT_FOUND;
    }
    if (status == REPORT_CLEAN && trial->failed_before) {
        free(*words);
        *words = text_format("%s, but it passed when it was run again", trial->failed_before);
        return gate->session->settings.flaky_is_failure ? REPORT_FAILED : REPORT_FLAKY;
    }
    return status;
}

bool gate_take(struct gate *gate, const struct trial *trial, bool may_repeat,
               struct report_test *ret_first)
{
    struct intake intake = {.gate = gate};
    for (size_t i = 0; i < gate->outputs_count; i++)
        report_test_begin(gate->outputs[i].report, trial->program->name);
    trial_read(trial, line_take, &intake);
    trial_keep(trial);
    char *words, *output = trial_output(trial);
    enum report_status status = judge(gate, trial, &intake.totals, &words);
    struct report_test test = {
        .name = trial->program->name,
        .status = status,
        .words = words,
        .duration_ms = (trial->ended_ns - trial->started_ns) / 1000000,
        .findings = intake.totals.findings,
        .known = intake.totals.known,
        .output = output,
    };
    if (status == REPORT_FAILED && may_repeat && !trial->failed_before && !trial->kill_ns) {
        *ret_first = test;
        return false;
    }
    trial_page(trial, &test);
    test_end(gate, &test);
    free(output);
    free(words);
    return true;
}

void gate_skip(struct gate *gate, const struct suite_program *program,
               const struct report_test *first, const char *words)
{
    struct report_test test = {
        .name = program->name,
        .status = REPORT_NOT_RUN,
        .words = words,
        .output = "",
    };
    char *longer = first ? text_format("%s; not run again: %s", first->words, words) : NULL;
    if (first) {
        test = *first;
        test.words = longer;
    }
    test_end(gate, &test);
    free(longer);
}

/* ---- the verdict ---- */

static int verdict(const struct gate *gate, bool interrupted, int output_code)
{
    const struct settings *settings = &gate->session->settings;
    const unsigned *counts = gate->counts;
    if (counts[REPORT_FOUND])
        return (int)settings->exit_code;
    if (interrupted)
        return EXIT_INTERRUPTED;
    if (output_code)
        return output_code;
    return counts[REPORT_FAILED] || counts[REPORT_NOT_RUN] ? EXIT_FAILED : 0;
}

static void summary_say(const struct gate *gate, const char *word)
{
    printf("racerun: tested %zu program%s in %.1f s:", gate->programs,
           gate->programs == 1 ? "" : "s", (double)(sys_monotonic_ns() - gate->began_ns) / 1e9);
    const char *comma = " ";
    for (int i = 0; i < GATE_STATUSES; i++)
        if (gate->counts[i]) {
            printf("%s%u %s%s", comma, gate->counts[i], i == REPORT_FOUND ? "with " : "",
                   report_status_word((enum report_status)i));
            comma = ", ";
        }
    unsigned findings = report_findings(gate->session->report);
    printf("; %u different finding%s", findings, findings == 1 ? "" : "s");
    if (gate->known)
        printf(", %u known", gate->known);
    printf("; verdict: %s\n", word);
    fflush(stdout);
}

int gate_close(struct gate *gate, bool interrupted)
{
    unsigned found = gate->counts[REPORT_FOUND];
    int code = outputs_close(gate);
    code = verdict(gate, interrupted, code);
    summary_say(gate, found         ? "findings"
                      : interrupted ? "interrupted"
                      : code        ? "failed"
                                    : "passed");
    return code;
}
