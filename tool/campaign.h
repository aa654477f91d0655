/*
 * campaign: the tool's side of proto/explore.h: the zygote and its workers. A worker carries out
 * one command at a time; the findings of the detector are kept back with the worker that made them
 * until somebody says what is to become of them.
 *
 * Where an exploration stands as a whole (numbers, rounds) is search.h's business.
 */
#ifndef RACERUN_TOOL_CAMPAIGN_H
#define RACERUN_TOOL_CAMPAIGN_H

#include <sys/types.h>

#include "proto/explore.h"
#include "session.h"

struct campaign;

struct worker {
    struct campaign *campaign;
    struct session *session;
    struct explore_shared *shared;
    struct explore_block *block;
    uint32_t number;    /* from 0 */
    int output, errors; /* what its last schedule wrote to standard output and error; may be one */
    uint32_t answered;  /* answers seen */
    bool busy;          /* a command is being carried out */
    const struct proto_record **findings; /* kept back; in the journal */
    size_t findings_count, findings_room;
};

struct campaign {
    struct session *session;
    struct explore_shared *shared;
    size_t size; /* of it */
    int fd;
    pid_t zygote;      /* 0 once it has ended */
    int zygote_status; /* then, waitpid's */
    struct worker *workers;
    uint32_t workers_count;
    bool was_shared; /* set before it is opened: several workers have begun this search */
    uint64_t started_ns;
    bool engine_told;                 /* that it is not the one asked for */
    uint64_t interrupted_ns;          /* since when we are asked to stop; 0 = we are not */
    void (*progress)(void *argument); /* called now and then while we wait; or NULL */
    void *progress_argument;
};

/* Starts the program and waits until its workers take commands. 0, or the exit code after telling.
 */
int campaign_open(struct campaign *campaign, struct session *session, uint32_t workers);
void campaign_close(struct campaign *campaign);

/* "preemptions", "delays" or "deepen": the option that bounds an exhaustive search; NULL: none. */
const char *campaign_bound(const struct settings *settings);

/* Sleeps until a worker answers or dies, but not long: `heard` is what the bell read before the
 * caller looked. Then takes what the detector told. */
uint32_t campaign_bell(const struct campaign *campaign);
void campaign_wait(struct campaign *campaign, uint32_t heard);

/* With --stats: which engine it was, and a number that names the trace of every schedule. */
void campaign_stats(const struct campaign *campaign);

/* One sentence: which processes have died and how. */
void campaign_mourn(const struct campaign *campaign);
void worker_mourn(const struct worker *worker);

/* Begins block->command, which the caller filled in. */
void worker_start(struct worker *worker);
/* True once, when the command has been carried out; all that was found meanwhile is kept. */
bool worker_answered(struct worker *worker);
bool worker_lives(const struct worker *worker);
/* Both, and waits in between. False: it, or the zygote, has died. Not to be interrupted, but what
 * takes long after we were asked to stop is killed. */
bool worker_run(struct worker *worker);

/* The findings kept back so far: gives them to the report, or forgets them. How many were printed.
 */
unsigned worker_findings_report(struct worker *worker);
void worker_findings_drop(struct worker *worker);

/* A path to the descriptor of this process, of the same length each time: the program's memory must
 * not tell one run from the next. */
char *campaign_path(int fd);

#endif
