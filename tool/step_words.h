/*
 * step_words: what the steps and tasks of a schedule are called.
 */
#ifndef RACERUN_TOOL_STEP_WORDS_H
#define RACERUN_TOOL_STEP_WORDS_H

#include "campaign.h"

enum { STEP_WORDS = 160 }; /* bytes of each text that is returned */

/* Of the schedule that the worker ran last: its tasks are in the block. */
struct step_words {
    const struct worker *worker;
    struct report *report;
    uint32_t pid;
};

struct step_words step_words_of(const struct worker *worker);

/* " left": what an operation is about, after a space; "" nothing. */
void step_words_object(const struct step_words *words, uint32_t kind, uint64_t address,
                       char *ret_name);
/* "lock left, timed out" */
void step_words_operation(const struct step_words *words, uint32_t kind, uint64_t address,
                          uint32_t outcome, char *ret_words);
/* "thread 2 (worker)" */
void step_words_task(const struct step_words *words, uint32_t task, char *ret_words);

/* "main.c:12" of a return address; "" unknown. */
void step_words_place(const struct step_words *words, uint64_t pc, char *ret_place);

#endif
