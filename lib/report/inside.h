/*
 * inside: what a report is made of. Private to report.c, readback.c and places.c.
 */
#ifndef RACERUN_REPORT_INSIDE_H
#define RACERUN_REPORT_INSIDE_H

#include "report/baseline.h"
#include "report/document.h"
#include "report/format.h"
#include "report/suppress.h"

/* A finding that was met: printed, beyond findings_max, or suppressed. */
struct known {
    uint64_t key;
    uint64_t seen;   /* 0: an empty slot */
    uint32_t number; /* 0: not printed under this key */
    char id[9];
};

/* A finding of a report that is read back: its number there, and here (0: not printed). */
struct renumber {
    uint32_t there, here;
};

struct report {
    const struct report_format *format;
    struct format_context context;
    int out_fd, write_error;
    bool print_suppressions, finished;
    unsigned findings_max;
    unsigned findings, printed, suppressed, duplicates, known_findings;
    char last_id[16];
    const char *only; /* an id, its beginning, or a number: other findings are left out; NULL all */
    char other_id[9]; /* of those left out the one most like it; "" none */
    const char *other; /* its headline */
    bool keeps;
    struct buf kept;  /* what was printed, in JSON */
    const char *test; /* that finds what is added now; NULL unknown */
    struct baseline baseline;
    struct document document; /* of a format that is written as a whole */
    struct space space;
    struct suppressions suppressions;
    struct known *known; /* hash table by key; capacity a power of two */
    size_t known_count, known_capacity;
    struct renumber *renumber;
    size_t renumber_count;
    char **said; /* notices and hints: each is printed once */
    size_t said_count;
    struct proto_exit totals;
    struct arena arena; /* of the configuration */
};

/* Prints the finding unless it is suppressed, known, met before or not wanted; its id and number
 * are set where it is printed. Returns 1 if it was, else 0. */
int report_finding_add(struct report *report, struct finding *finding);

/* Each text is printed once. */
void report_notice_add(struct report *report, const char *text);

#endif
