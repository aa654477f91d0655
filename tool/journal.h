/*
 * journal: the tool's side of proto/proto.h. Makes the memfd, names it for the program, and reads
 * its records in order while the processes of the run append them.
 *
 * A record may be torn: its writer was killed between reserving the space and completing it. The
 * reader waits for a living writer, a bounded time, and steps over a dead one's hole. When even the
 * size is missing it looks for the next place that holds a plausible record.
 */
#ifndef RACERUN_TOOL_JOURNAL_H
#define RACERUN_TOOL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/proto.h"

enum { JOURNAL_HOLES = 64 };

struct journal {
    int fd;
    struct proto_control *control; /* the whole mapping */
    uint64_t size;                 /* of it */
    uint64_t next;                 /* offset of the next record to read */
    bool read_only;                /* after journal_read_only */
    uint64_t torn_since;           /* when we first saw the record at `next` torn; 0 = not */
    uint64_t holes[JOURNAL_HOLES]; /* records that were stepped over; looked at again each time */
    unsigned hole_count;
};

/* 0, or a negative errno and *ret_what says in which step. */
int journal_create(struct journal *ret_journal, const struct proto_options *options,
                   const char *library, const char **ret_what);
void journal_destroy(struct journal *journal);

/* "/proc/PID/fd/N"; the caller frees. */
char *journal_path(const struct journal *journal);

enum journal_answer {
    JOURNAL_EMPTY,  /* nothing more for now */
    JOURNAL_RECORD, /* *ret_record is complete; its size is within the log */
    JOURNAL_TORN,   /* the next record is not complete; ask again later */
};
/* Steps over what is torn for too long, or at once when `final` (no writer is left). */
enum journal_answer journal_next(struct journal *journal, bool final,
                                 const struct proto_record **ret_record, size_t *ret_size);

/* Tells the writer of a finding what became of it. Nothing once the journal is read-only. */
void journal_judge(struct journal *journal, const struct proto_record *record,
                   enum proto_verdict verdict);

/* Sleeps until the bell no longer reads `heard`, or the timeout (< 0: none), or a signal. */
uint32_t journal_bell(const struct journal *journal);
void journal_wait(struct journal *journal, uint32_t heard, int64_t timeout_ns);
/* Wakes a journal_wait. Async-signal-safe. Not after journal_read_only. */
void journal_ring(struct journal *journal);

/*
 * Is nobody left who could write? The kernel knows: a memfd can be sealed against writing only when
 * no writable mapping of it exists. So our own mapping becomes a read-only one first (once the
 * program has ended), and then each journal_deserted tries to seal. A process that forked and has
 * not said so yet is seen by this, which a list of known processes would miss.
 */
void journal_read_only(struct journal *journal);
bool journal_deserted(const struct journal *journal);

#endif
