/*
 * watch: reads the journal while the program runs and hands every record to the report.
 *
 * The run ends when the main program ends, as `go run` does. Processes that it left behind and that
 * are observed get a grace (--linger) to finish; what they find later is lost, and we say so.
 */
#ifndef RACERUN_TOOL_WATCH_H
#define RACERUN_TOOL_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal.h"
#include "report/report.h"

struct watch {
    struct journal *journal;
    struct report *report;
    pid_t program;
    uint64_t linger_ns;
    bool quiet; /* no notices */
    /* Said once when the program ran for a while, alone, and nothing instrumented was seen. NULL =
     * nothing to say so early. */
    const char *warning;
    /* Of a process that says what options it wants. */
    void (*defaults)(void *context, const char *text);
    void *context;

    /* what was learnt */
    bool instrumented;     /* some process, or a module of one, is */
    bool loaded;           /* at least one process attached */
    bool warned;           /* `warning` was said */
    unsigned left_running; /* observed processes that outlived the grace */
    pid_t *processes;
    unsigned process_count, process_capacity;
};

/* Returns waitpid's status of the program. */
int watch_run(struct watch *watch);
void watch_done(struct watch *watch);

#endif
