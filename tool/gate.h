/*
 * gate: what `racerun test` tells of its trials, and the verdict.
 *
 * Each line of a trial's report goes to each of the outputs: what --format and --log-path ask for,
 * and beside it JUnit, SARIF and GitHub's annotations. On standard output there is a line a program
 * that says how it went, and a summary.
 */
#ifndef RACERUN_TOOL_GATE_H
#define RACERUN_TOOL_GATE_H

#include "session.h"
#include "trial.h"

enum { GATE_OUTPUTS = 4, GATE_STATUSES = REPORT_NOT_RUN + 1 };

struct gate_output {
    char *name; /* for messages */
    int fd;     /* to be closed; -1: none */
    struct report *report;
};

struct gate {
    struct session *session; /* settings, and the first output */
    struct gate_output outputs[GATE_OUTPUTS];
    size_t outputs_count;
    size_t programs, ended;
    uint64_t began_ns;
    unsigned counts[GATE_STATUSES], known;
};

/* Opens the outputs. 0, or EXIT_TOOL after telling. */
int gate_open(struct gate *gate, struct session *session, size_t programs);

/* A trial has ended. False: nothing was told, because it failed without a finding for the first
 * time, and `may_repeat`; *ret_first is how, its words and output are to be freed. What was ended
 * for its time is not worth as much again. */
bool gate_take(struct gate *gate, const struct trial *trial, bool may_repeat,
               struct report_test *ret_first);
/* It was never started, or not again after its `first` run had failed; NULL: never. */
void gate_skip(struct gate *gate, const struct suite_program *program,
               const struct report_test *first, const char *words);

/* The end of all outputs, and the verdict. The exit code. */
int gate_close(struct gate *gate, bool interrupted);

#endif
