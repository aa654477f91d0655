/*
 * checkpoint_file: the bytes of a checkpoint (checkpoint.h).
 */
#ifndef RACERUN_TOOL_CHECKPOINT_FILE_H
#define RACERUN_TOOL_CHECKPOINT_FILE_H

#include "search.h"

enum { CHECKPOINT_BUILD = 48 };

struct checkpoint_counters {
    uint64_t next, executed, distinct, failed, once, decisions, traces_digest, first, memory;
    uint32_t doubts, bounded, steps_longest, racy_count, racy_next_count, findings;
    uint32_t shared, outside;
};

/* Of a file that was read: texts and frontier lie in `bytes`. */
struct checkpoint_image {
    char *bytes; /* to be freed; NULL: there was no file */
    size_t size;
    char build[CHECKPOINT_BUILD];
    const char *identity;
    struct checkpoint_counters counters;
    const char *tables; /* what checkpoint_restore reads */
    const char *frontier;
    size_t frontier_size;
};

/* True when it is good, or there is none. Else *ret_wrong is a sentence, to be freed. */
bool checkpoint_read(const char *path, struct checkpoint_image *ret_image, char **ret_wrong);
/* The search as it was. False: it makes no sense. */
bool checkpoint_restore(const struct checkpoint_image *image, struct search *search);
/* Writes build, identity and frontier of the image, and the search as it is. 0 or an errno. */
int checkpoint_put(const char *path, const struct checkpoint_image *image, struct search *search);

#endif
