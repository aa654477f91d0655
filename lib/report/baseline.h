/*
 * baseline: the findings of an earlier report, by id. They are known: only others fail.
 */
#ifndef RACERUN_REPORT_BASELINE_H
#define RACERUN_REPORT_BASELINE_H

#include "report/memory.h"

struct baseline_entry {
    uint32_t id;
    bool met;
};

struct baseline {
    struct baseline_entry *entries; /* by id, each once */
    size_t count;
};

/* A report in JSON; NULL or "" adds nothing. 0, or -EINVAL and *ret_error is a sentence that names
 * file and line; the caller frees it. */
int baseline_add_file(struct baseline *baseline, const char *path, char **ret_error);
/* Is it there? It is met from now on. */
bool baseline_meet(struct baseline *baseline, const char *id);
unsigned baseline_unseen(const struct baseline *baseline);
void baseline_done(struct baseline *baseline);

#endif
