/*
 * trial: one run of one program of `racerun test`.
 *
 * It is a racerun of its own (`run` or `explore`, of our own executable) that writes its report in
 * JSON into memory of ours. So whatever a program does to its racerun, a crash or a kill for memory
 * included, costs that one report at most; programs run side by side without threads; and what a
 * run finds means the same as by hand.
 */
#ifndef RACERUN_TOOL_TRIAL_H
#define RACERUN_TOOL_TRIAL_H

#include <stdint.h>
#include <sys/types.h>

#include "report/report.h"
#include "settings.h"
#include "suite.h"

struct trial {
    const struct suite_program *program;
    const char *failed_before; /* how it failed when it ran first; NULL: it runs first */
    pid_t pid;                 /* of its racerun, and of its process group; 0: not running */
    int report_fd;             /* memory */
    int output_fd;             /* what the program and its racerun wrote */
    char *folder;              /* of its artefacts; NULL none */
    uint64_t started_ns, ended_ns;
    uint64_t limit_ns; /* it is ended then; 0 = never */
    uint64_t kill_ns;  /* when what did not end is killed; 0: it was not asked to end */
    int status;        /* waitpid's, of racerun */
};

/* `seconds`: what it may take; 0 = as long as it wants. 0, or EXIT_TOOL after telling. */
int trial_start(struct trial *trial, const struct settings *settings, uint64_t seconds);
/* Asks it to end, and kills it if it was asked before and its time is over. */
void trial_stop(struct trial *trial);
/* Has it ended? What a racerun that was killed has left behind is killed, too. */
bool trial_reap(struct trial *trial);
/* After its end: calls `line` for each line of its report. */
void trial_read(const struct trial *trial,
                void (*line)(void *argument, const char *text, size_t size), void *argument);
/* After its end: its report goes to the artefacts, if they are kept. */
void trial_keep(const struct trial *trial);
/* After its end: the same as a page to look at. */
void trial_page(const struct trial *trial, const struct report_test *test);
/* After its end: how it went, but for the counts of findings, in words that are to be freed. */
enum report_status trial_judge(const struct trial *trial, const struct report_totals *totals,
                               char **ret_words);
/* The end of what it wrote, to be freed; "" nothing. */
char *trial_output(const struct trial *trial);
void trial_done(struct trial *trial);

#endif
