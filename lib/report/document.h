/*
 * document: what a report holds back for a format that is one whole (JUnit counts its failures in
 * its first line, SARIF is one object). Bounded: findings beyond DOCUMENT_FINDINGS_MAX are counted.
 */
#ifndef RACERUN_REPORT_DOCUMENT_H
#define RACERUN_REPORT_DOCUMENT_H

#include "report/finding.h"
#include "report/report.h"

enum { DOCUMENT_FINDINGS_MAX = 5000 };

struct document {
    struct finding *findings; /* in order; of a test those with its name */
    size_t finding_count;
    size_t left_out;
    struct report_test *tests;
    size_t test_count;
    const char **notices;
    size_t notice_count;
    struct arena *arenas; /* of the findings */
    size_t arena_count;
    struct arena arena; /* of the rest */
};

/* Takes the finding, and on success (true) the arena that it lives in. */
bool document_add_finding(struct document *document, const struct finding *finding,
                          struct arena *arena);
void document_add_notice(struct document *document, const char *text);
void document_add_test(struct document *document, const struct report_test *test);
/* Of the findings with the numbers first to last. */
void document_add_schedule(struct document *document, const struct report_schedule *schedule);
/* At the end: every finding is of a test. What was not a test is taken for one, by the name of the
 * program (NULL unknown) and the outcome that was told. */
void document_complete(struct document *document, const char *program);
/* Is it of that test? */
bool document_belongs(const struct finding *finding, const struct report_test *test);
void document_done(struct document *document);

/* Deep copies. */
struct report_test report_test_copy(struct arena *arena, const struct report_test *test);
struct report_schedule report_schedule_copy(struct arena *arena,
                                            const struct report_schedule *schedule);

#endif
