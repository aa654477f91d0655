/*
 * report_cases: one made-up finding for every kind of thing that a report can say; the goldens
 * print them all, and the fuzz test mutates them.
 */
#ifndef REPORT_CASES_H
#define REPORT_CASES_H

#include "report_fixture.h"

struct case_context {
    struct fixture program; /* fixture, with debug information */
    struct fixture library; /* the same code, as a library without debug information */
};

/* FIXTURE_PROGRAM and FIXTURE_STRIPPED, at their biases. */
struct case_context case_context_open(void);

/* The record of case i, which the caller frees; NULL past the end. */
struct proto_record *case_record(const struct case_context *context, size_t i);

/* Process and modules, then every case. */
void cases_report(const struct case_context *context, struct report *report);

#endif
