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
#include <stdio.h>

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
    const char *debug_path;        /* more folders of debug information, by ':'; NULL = none */
    const char *baseline;          /* a report whose findings are known; NULL = none */
    const char *program;           /* shown in machine-readable formats; NULL = of the journal */
    const char *only; /* an id, its beginning, or a number: all others are left out; NULL = none */
    bool keep;        /* for report_kept() */
};

/*
 * NULL on a bad configuration; then *ret_error (if not NULL) is one sentence for the user, freed by
 * the caller with free(): an unknown format (the nearest is named), an unreadable suppression file,
 * a corrupt line of one (`FILE:LINE: ...`), a baseline that is no report of ours.
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
/* Findings that a suppression took away (duplicates not counted), repeats of a known one, and those
 * that are in the baseline, which are neither printed nor among report_findings(). */
unsigned report_suppressed(const struct report *report);
unsigned report_duplicates(const struct report *report);
unsigned report_known(const struct report *report);
/* Findings of the baseline that did not come again. */
unsigned report_gone(const struct report *report);

/* Prints what comes at the end: suppression usage, summary (`racerun: N findings`). Once. */
void report_finish(struct report *report);

/* First error of a write to out_fd, as a positive errno; 0 = none. Counting goes on after one. */
int report_write_error(const struct report *report);

/* Sums over the processes that ended in an orderly way (--stats); head is meaningless. */
void report_exit_totals(const struct report *report, struct proto_exit *ret_totals);

/* What was printed, in JSON lines, whatever the format; a report of many MB is cut. NULL: nothing.
 * Lives as long as the report. */
const char *report_kept(const struct report *report, size_t *ret_size);
/* Of the findings that config.only left out the one most like it: its headline; NULL: none. */
const char *report_other(const struct report *report, const char **ret_id);

/* Explains a kind of finding by its title ("data race", also "data-race"). False: there is none of
 * that name, *ret_nearest is the one most like it. */
bool report_explain_kind(const char *word, unsigned width, bool color, FILE *out,
                         const char **ret_nearest);
/* Titles of all kinds; NULL past the end. */
const char *report_kind_name(size_t i);

/* The table of formats, for --help and completion: name or help of entry i, NULL past the end. */
const char *report_format_name(size_t i);
const char *report_format_help(size_t i);

/*
 * What a program counter is, as one line `function file:line:column` (for messages of the tool, for
 * instance on a crash of its own); false when no module of `pid` holds it.
 */
bool report_symbolize(struct report *report, uint32_t pid, uint64_t pc, char *ret_line,
                      size_t size);
/* The id that a record's finding would be printed with; false: it holds none. */
enum { REPORT_ID = 9 };
bool report_identify(struct report *report, const struct proto_record *record, size_t size,
                     char ret_id[REPORT_ID]);
/* The id of the finding that was printed last; "" before the first. */
const char *report_last_id(const struct report *report);
/* The parts of that: `function` and `file.c:line`, each "" when unknown. */
void report_place(struct report *report, uint32_t pid, uint64_t pc, char *ret_function,
                  char *ret_place, size_t size);
/* The static variable, or member of one, at an address of `pid`; false when there is none. */
bool report_variable(struct report *report, uint32_t pid, uint64_t addr, char *ret_name,
                     size_t size);

/* ---- what stands beside findings ---- */

enum { REPORT_CAUSES = 2 };

/* A step of a schedule. Steps are numbered from 1; 0 is none, or unknown. Strings are copied. */
struct report_step {
    unsigned task;               /* number, 1 = main */
    const char *who;             /* "thread 2 (worker)" */
    const char *action;          /* "lock left" */
    const char *function, *file; /* NULL unknown */
    unsigned line;
    const char *operation;         /* "lock"; NULL unknown */
    const char *object;            /* that it is about: "left"; NULL none */
    unsigned object_id;            /* the same for the same object; 0 none */
    bool plain;                    /* an access that is not atomic: it orders nothing */
    unsigned after[REPORT_CAUSES]; /* steps of other tasks that happen before it */
    unsigned ready;                /* in whose place it could first have been */
    uint64_t clock_ns;             /* virtual time after it */
};

/* A task of a schedule, and what it stands before where that ends. */
struct report_lane {
    unsigned task, parent; /* numbers; parent 0: none */
    const char *who;
    bool goroutine, ended;
    unsigned born;      /* the step after which it was made; 0: before all */
    const char *waits;  /* "lock left"; NULL: nothing, or it has ended */
    const char *object; /* as in a step */
    unsigned object_id; /* as in a step */
    unsigned holder;    /* the task that it waits for; 0 unknown */
    const char *function, *file;
    unsigned line;
};

/* Where in the schedule the detector told a finding. */
struct report_sight {
    char id[REPORT_ID];
    unsigned step;         /* the last one that had been taken */
    unsigned task, before; /* that made the later access, and the earlier one; 0 unknown */
};

/* The schedule that showed the findings `first` to `last` of this report, which were printed. */
struct report_schedule {
    unsigned first, last;
    const char *path, *token; /* to replay it; NULL unknown */
    unsigned switches;        /* from task to task */
    const struct report_step *steps;
    size_t count;
    size_t more; /* steps that are left out at the end */
    const struct report_lane *lanes;
    size_t lane_count;
    const struct report_sight *sights;
    size_t sight_count;
};
/* What a record says of that, without adding it; false: it is no finding of two accesses, or not of
 * a schedule. */
bool report_sight(struct report *report, const struct proto_record *record, size_t size,
                  struct report_sight *ret_sight);
void report_schedule_add(struct report *report, const struct report_schedule *schedule);
/* Does its format say anything of schedules? */
bool report_tells_schedules(const struct report *report);

/* One program of several that are tested together. */
enum report_status {
    REPORT_CLEAN,
    REPORT_FOUND,   /* findings, whatever else */
    REPORT_FAILED,  /* without a finding: its status, a signal, no time left */
    REPORT_FLAKY,   /* it failed, and passed when it was run again */
    REPORT_NOT_RUN, /* it could not be started, or no time was left */
};
struct report_test {
    const char *name;
    enum report_status status;
    const char *words; /* "exit status 3"; "" nothing to add */
    uint64_t duration_ms;
    unsigned findings, known;
    const char *output; /* the end of what it wrote; NULL none */
};
/* What is added from now on was found by that test. */
void report_test_begin(struct report *report, const char *name);
void report_test_end(struct report *report, const struct report_test *test);
/* "clean", "findings", ... */
const char *report_status_word(enum report_status status);

/* What the last line of a report in JSON says, as far as it is known. */
struct report_totals {
    bool complete; /* that line is there */
    bool observed, explored;
    unsigned findings, known, suppressed;
    int exit_status, signal;
    uint64_t schedules;
};

/*
 * Adds a line of a report in JSON, as if it had been found here. *ret_totals (if not NULL) is
 * changed by a summary. 1, 0 as report_add(); -EINVAL when the line is not of such a report, or of
 * another version: *ret_error says so, to be freed.
 */
int report_add_line(struct report *report, const char *line, size_t size,
                    struct report_totals *ret_totals, char **ret_error);

/* What of a file's debug information a report would lack, and what to do: the rest of a sentence
 * that begins with its name, to be freed. NULL: nothing. `debug_path` as in the configuration. */
char *report_debug_lack(const char *path, const char *debug_path);

/* How a task stood: the registers by their numbers in DWARF, the last is the program counter, and
 * so much of its stack from the stack pointer on. */
enum { REPORT_REGISTERS = 17 };
struct report_standing {
    uint64_t registers[REPORT_REGISTERS];
    uint64_t low; /* address of `stack` */
    const char *stack;
    size_t size;
};
/* The return addresses of the calls that led there, innermost first, our own left out; how many. */
size_t report_unwind(struct report *report, uint32_t pid, const struct report_standing *standing,
                     uint64_t *ret_pcs, size_t max);

/* A place in the source: false when nothing is known of it. Strings live as long as the report. */
bool report_source(struct report *report, uint32_t pid, uint64_t pc, const char **ret_function,
                   const char **ret_file, uint32_t *ret_line);

#endif
