/*
 * once: who runs the routine of a pthread_once or call_once, or the construction of a local static.
 */
#ifndef RACERUN_INTERPOSE_ONCE_H
#define RACERUN_INTERPOSE_ONCE_H

#include "interpose/thread.h"

/* For whoever runs the routine of the innermost pthread_once in libc's place: `left` is called when
 * an exception or a cancellation leaves it. */
RT_HIDDEN void once_tell_left(void (*left)(void *control));
/* The thread that is in the routine, and where it came from; NULL: none is known. For those who
 * wait: it may be another moment's. */
RT_HIDDEN struct thread *once_runner(uintptr_t control, struct hb_ctx *ret_ctx);
RT_HIDDEN void once_fork_child(void);

#endif
