/*
 * campaign: the tool's side of proto/explore.h: one zygote and the schedules that it runs.
 */
#ifndef RACERUN_TOOL_CAMPAIGN_H
#define RACERUN_TOOL_CAMPAIGN_H

#include <sys/types.h>

#include "proto/explore.h"
#include "session.h"

struct campaign {
    struct session *session;
    struct explore_block *block;
    int block_fd;
    int output;        /* what the schedule in progress wrote to standard output and error */
    pid_t zygote;      /* 0 once it has ended */
    int zygote_status; /* then, waitpid's */
    uint32_t answered; /* answers seen */
    uint64_t started_ns;
    void (*progress)(
        void *argument); /* called now and then while a command is carried out; or NULL */
    void *progress_argument;
    const struct proto_record **findings; /* kept back; in the journal */
    size_t findings_count, findings_room;
};

/* Starts the program and waits until its zygote takes commands. 0, or the exit code after telling.
 */
int campaign_open(struct campaign *campaign, struct session *session);
void campaign_close(struct campaign *campaign);

enum campaign_event {
    CAMPAIGN_ANSWER,      /* the command was carried out: see block->answer */
    CAMPAIGN_INTERRUPTED, /* ^C; never of a command that is `uncounted`, nor of a failing schedule
                           */
    CAMPAIGN_DIED,        /* the zygote has ended */
};
/* Carries out block->command, which the caller filled in. What is found meanwhile is kept back. */
enum campaign_event campaign_run(struct campaign *campaign);

/* After CAMPAIGN_DIED: tells how. */
void campaign_mourn(const struct campaign *campaign);

/* The findings kept back so far: gives them to the report, or forgets them. How many were printed.
 */
unsigned campaign_findings_report(struct campaign *campaign);
void campaign_findings_drop(struct campaign *campaign);

/* What the schedule that ran last wrote, at most `size` - 1 bytes; its whole size. */
size_t campaign_output(const struct campaign *campaign, char *ret_text, size_t size);

#endif
