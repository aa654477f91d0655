/*
 * exceptions: what the C++ runtime keeps for each thread, but belongs to the goroutine: the
 * exceptions that are being handled, and how many are on their way to a handler. A goroutine that
 * waits inside a handler, or in a destructor while an exception passes, takes them along. Else it
 * would find those of others there, and end them, and others its own.
 *
 * A program without C++ pays one predicted branch a switch.
 */
#ifndef RACERUN_CORO_EXCEPTIONS_H
#define RACERUN_CORO_EXCEPTIONS_H

#include "runtime.h"

#pragma GCC visibility push(hidden)

struct exceptions { /* as the C++ ABI has it */
    void *caught;
    unsigned passing;
};

/* This thread's, whose address does not change; NULL: there is no C++ in this process. */
struct exceptions *exceptions_here(void);

static inline bool exceptions_held(const struct exceptions *here)
{
    return UNLIKELY(here != NULL) && UNLIKELY(here->caught || here->passing);
}

/* Before a switch, and after it, perhaps on another thread. */
struct exceptions exceptions_take(struct exceptions *here);
void exceptions_put(struct exceptions taken);
/* Its goroutine ends inside handlers: they are over. */
void exceptions_end(void);

#pragma GCC visibility pop

#endif
