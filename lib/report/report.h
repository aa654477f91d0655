/*
 * report: the only code that speaks to people.
 *
 * The front door of lib/report; the other headers in this folder are private to it. A report takes
 * the records of a journal (proto/proto.h) in order, keeps what they say about processes and
 * modules, and turns findings into words: symbols and variables from DWARF, duplicates and
 * suppressed findings left out, one write(2) a finding.
 *
 *     struct report *report = report_create(&config, &error);
 *     for each complete record: report_add(report, record, bytes_readable);
 *     report_finish(report);
 *     exit_code = report_findings(report) ? 66 : ...;
 *     report_destroy(report);
 *
 * The caller ignores SIGPIPE if out_fd may be a pipe whose reader goes away.
 * One report belongs to one thread. Memory that runs out ends the process with a sentence (CHECK).
 */
#ifndef RACERUN_REPORT_REPORT_H
#define RACERUN_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct proto_record;
struct proto_exit;
struct report;

/* Zero is a good value everywhere but for out_fd. Strings are copied. */
struct report_config {
    const char *format;       /* one of report_format_name(); NULL = "text" */
    int out_fd;               /* not owned; findings, notices and the summary go here */
    bool color;               /* ANSI colours (text only); the caller asks isatty and NO_COLOR */
    bool print_suppressions;  /* list the suppressions that were used, with hit counts */
    unsigned width;           /* columns of the terminal; 0 = never shorten source lines */
    unsigned verbosity;       /* 1: library frames, unused suppressions, repeats; 2: offsets */
    unsigned findings_max;    /* further findings are counted, not printed; 0 = no limit */
    const char *suppressions; /* suppression files, separated by ':'; NULL = none */
    const char *suppressions_text; /* suppressions themselves (built-in or from the program) */
    const char *strip_path_prefix; /* cut from file names up to and with this string */
    const char *program;           /* shown in machine-readable formats; NULL = of the journal */
};

/*
 * NULL on a bad configuration; then *ret_error (if not NULL) is one sentence for the user, freed by
 * the caller with free(): an unknown format (the nearest is named), an unreadable suppression file,
 * a corrupt line of one (`FILE:LINE: ...`).
 */
struct report *report_create(const struct report_config *config, char **ret_error);

/* Accepts NULL. Does not finish. */
void report_destroy(struct report *report);

/*
 * Takes one record of which `size` bytes are readable (all that the caller holds from there on is
 * fine: record->size decides, and may not be more). The record is copied first, so that a program
 * that still scribbles into the journal cannot confuse us. Any type, also unknown ones (ignored).
 * Returns 1 when a finding was printed, 0 when not, -EBADMSG when the record is torn or makes no
 * sense (nothing was printed and nothing was learnt from it). Never fails for a failed write: see
 * report_write_error().
 */
int report_add(struct report *report, const struct proto_record *record, size_t size);

/* Findings that are new and not suppressed, those beyond findings_max included. */
unsigned report_findings(const struct report *report);
/* Findings that a suppression took away (duplicates not counted), and repeats of a known one. */
unsigned report_suppressed(const struct report *report);
unsigned report_duplicates(const struct report *report);

/* Prints what comes at the end: suppression usage, summary (`racerun: N findings`). Once. */
void report_finish(struct report *report);

/* First error of a write to out_fd, as a positive errno; 0 = none. Counting goes on after one. */
int report_write_error(const struct report *report);

/* Sums over the processes that ended in an orderly way (--stats); head is meaningless. */
void report_exit_totals(const struct report *report, struct proto_exit *ret_totals);

/* The table of formats, for --help and completion: name or help of entry i, NULL past the end. */
const char *report_format_name(size_t i);
const char *report_format_help(size_t i);

/*
 * What a program counter is, as one line `function file:line:column` (for messages of the tool, for
 * instance on a crash of its own); false when no module of `pid` holds it.
 */
bool report_symbolize(struct report *report, uint32_t pid, uint64_t pc, char *ret_line,
                      size_t size);
/* The id of the finding that was printed last; "" before the first. */
const char *report_last_id(const struct report *report);
/* The parts of that: `function` and `file.c:line`, each "" when unknown. */
void report_place(struct report *report, uint32_t pid, uint64_t pc, char *ret_function,
                  char *ret_place, size_t size);
/* The static variable, or member of one, at an address of `pid`; false when there is none. */
bool report_variable(struct report *report, uint32_t pid, uint64_t addr, char *ret_name,
                     size_t size);

#endif
