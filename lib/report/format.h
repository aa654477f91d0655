/*
 * format: one file a format, one line in formats.def. A format turns a finding into bytes and does
 * nothing else: no I/O but reading source lines, no state between findings.
 */
#ifndef RACERUN_REPORT_FORMAT_H
#define RACERUN_REPORT_FORMAT_H

#include "report/finding.h"
#include "report/report.h"

struct format_context {
    bool color;
    unsigned width, verbosity;
    const char *strip_path_prefix; /* NULL none */
    const char *folder;            /* the working folder with a slash at its end, or NULL */
    const char *program;           /* NULL unknown */
    bool many_processes;           /* say which one a finding is of */
    struct arena *arena;           /* for the duration of one call */
};

struct repeat {
    uint32_t number; /* of the finding */
    char id[9];
    uint64_t seen; /* times, the printed one included */
};

struct suppression_use {
    const char *type, *pattern, *file; /* file NULL: from suppressions_text */
    unsigned line;
    uint64_t hits;
};

struct format_summary {
    unsigned findings, printed, suppressed, duplicates, known;
    const struct repeat *repeats; /* seen more than once */
    size_t repeat_count;
    const struct suppression_use *suppressions;
    size_t suppression_count;
    bool print_suppressions;
};

struct document;

/* Either the first three, and others if there is something to say, or `document` alone: of formats
 * whose output is one whole, written at the end. */
struct report_format {
    const char *name, *help;
    void (*finding)(struct buf *out, const struct finding *finding, const struct format_context *c);
    void (*notice)(struct buf *out, const char *text, const struct format_context *c);
    void (*summary)(struct buf *out, const struct format_summary *s,
                    const struct format_context *c);
    void (*schedule)(struct buf *out, const struct report_schedule *schedule,
                     const struct format_context *c);
    void (*test)(struct buf *out, const struct report_test *test, const struct format_context *c);
    void (*document)(struct buf *out, const struct document *document,
                     const struct format_summary *s, const struct format_context *c);
};

#define FORMAT(name) extern const struct report_format format_##name;
#include "report/formats.def"
#undef FORMAT

const struct report_format *format_find(const char *name);
/* What the user probably meant. */
const char *format_nearest(const char *name);

/* A file name after strip_path_prefix; owned by the finding. */
const char *format_path(const struct format_context *c, const char *file);
/* Of `names` (`count` of them) the one most like `word`. */
const char *nearest_word(const char *word, const char *const *names, size_t count);

#endif
