/*
 * journal: our end of lib/proto. Attaching to the tool's memfd and appending records. Lock-free, so
 * that a process killed at any instruction, or a fork, cannot block the others.
 */
#ifndef RACERUN_INTERPOSE_JOURNAL_H
#define RACERUN_INTERPOSE_JOURNAL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "interpose/runtime.h"

/* Maps the journal at `path`; NULL when there is none of ours. */
RT_HIDDEN struct proto_control *journal_map(const char *path);

/* Whose modules this process's records speak of: under control the zygote's, which wrote them. */
RT_HIDDEN uint32_t journal_pid(void);

/* Space for a record of `size` bytes, zeroed but for its header; NULL (and counted) when full. */
RT_HIDDEN void *journal_begin(uint16_t type, size_t size);
/* 0 (empty) to 1 (full). */
RT_HIDDEN double journal_used_part(void);
/* The record is complete: readers may take it, and are woken. */
RT_HIDDEN void journal_end(void *record);

/* Waits until the tool has judged the record, which is complete. VERDICT_NONE: it is gone, or
 * silent for a minute. */
RT_HIDDEN enum proto_verdict journal_verdict(const struct proto_record *record);

/* The tool has printed a finding of this process; waits for its verdict of each. */
RT_HIDDEN bool journal_has_printed(void);

/* The process record comes before those of its modules, and is completed after them. */
RT_HIDDEN struct proto_process *journal_process_begin(uint32_t how, uint32_t parent_pid);
RT_HIDDEN void journal_process_end(struct proto_process *record);
/* One sentence for the user; `argument` follows it when not NULL. */
RT_HIDDEN void journal_notice(const char *text, const char *argument);
/* The process ends in an orderly way; only the first call counts. */
RT_HIDDEN void journal_exit(void);

#endif
