/*
 * meaning: what each kind of finding means, how it comes about and what is usually done about it,
 * for who meets it for the first time. What a certain finding asks for is fixes.h's business.
 */
#ifndef RACERUN_REPORT_MEANING_H
#define RACERUN_REPORT_MEANING_H

#include <stddef.h>

enum { MEANING_FIXES = 6 };

struct meaning {
    const char *title;                /* as in findings; "misuse" stands for all of these */
    const char *means, *comes;        /* sentences */
    const char *fixes[MEANING_FIXES]; /* the usual ones; NULL ends them */
};

/* By title: "data race", "misuse (mutex)"; NULL: there is none. */
const struct meaning *meaning_find(const char *title);
/* Entry i; NULL past the end. */
const struct meaning *meaning_at(size_t i);
/* As a user may have written it, "Data_Race": the title it is most like, and whether it is that. */
const struct meaning *meaning_nearest(const char *word, int *ret_exact);

#endif
