/*
 * frontier: what is still to be explored, where several explorers work on it, or where it is to
 * outlive them.
 *
 * It is a tree of states, from the program's beginning on, which all explorers share. An explorer
 * takes a *part*: the next step of such a state (the deepest that has one) with all that begins
 * with it. What it meets there is its own, as if there were nobody else, and needs no lock; but
 * the reversal of a race may belong to a state above its part, and is then put into the frontier.
 * Who has work left gives states to the frontier when others are hungry (explore_give), or all it
 * has (explore_release): then the frontier is the whole search, and can be written down.
 *
 * Why this explores what one explorer would. The steps of a state are in a total order, that in
 * which they were begun, and each sleeps in all that begin later, whether or not all that follows
 * it is explored by then. So two executions are equivalent in no two parts. What a reversal asks
 * for is left out only where a step that was begun, or waits to be, covers it as source sets
 * have it; at the end all of these are explored. Optimal DPOR's own rule (a sleeper that does not
 * occur in the sequence covers it) loses traces here, since siblings run at once; so some schedules
 * are begun in vain. tests/model compares this with one explorer on random programs; it is no
 * proof. What a step touches is known when it was executed: until then the state gives out no
 * other.
 *
 * Its memory is a room's, so that processes can share it; the lock is held for short moments that
 * never wait. Who dies with it held ends the search.
 */
#ifndef RACERUN_EXPLORE_FRONTIER_H
#define RACERUN_EXPLORE_FRONTIER_H

#include "explore/explore.h"

/* Of explorers with the same configuration; `room` is that of the frontier. In the beginning there
 * is one part: everything. */
struct frontier *frontier_create(const struct explore_config *config);
void frontier_destroy(struct frontier *frontier);

enum explore_taken {
    EXPLORE_TAKEN, /* explore_plan says what is to be done */
    EXPLORE_WAIT,  /* there may be some when others give */
    EXPLORE_DONE,  /* everything is explored */
};
/* For an explorer without a part: a new one, or one whose explore_next said false. */
enum explore_taken explore_take(struct explore *explore);
bool explore_has_part(const struct explore *explore);
/* Before an execution: some of its part, if there is more than that execution. */
void explore_give(struct explore *explore);
/* Would explore_take find a part now? */
bool frontier_gives(struct frontier *frontier);
/* The same with all of it: it has no part then. */
void explore_release(struct explore *explore);

/* After explore_next: what is left of its part, for frontier_left. */
void explore_guess(struct explore *explore);
/* What is still to be done of the whole search, a guess from 0 to 1, with all explorers there are
 * (NULL: none). */
double frontier_left(struct frontier *frontier, struct explore *const *explorers, uint32_t count);

/* ---- written down (frontier_file.c) ---- */

/* False: no more. */
typedef bool frontier_write_fn(void *context, const void *bytes, size_t size);
/* While nobody has a part. What `write` said. */
bool frontier_save(struct frontier *frontier, frontier_write_fn *write, void *context);
/* Into one that is as it was created. NULL, or why the bytes are none that frontier_save wrote for
 * such a configuration; it must not be used then. */
const char *frontier_load(struct frontier *frontier, const void *bytes, size_t size);

#endif
