/* blocking: what the rest of the runtime asks of regions (racerun/go/blocking.h). */
#ifndef RACERUN_CORO_BLOCKING_H
#define RACERUN_CORO_BLOCKING_H

/* A thread that is no worker wants to know its goroutine. Inside a region: ends it and panics. */
void blocking_region_check(void);
/* Whose region this thread is in, or NULL. Also in a signal handler. */
struct goroutine *blocking_region_goroutine(void);
/* The detector's task of the goroutine whose call this thread makes, or NULL. */
void *blocking_task(void);
/* guest.c: this thread is no guest any more, if it was one. */
void guest_forget(void);
/* The calling goroutine's function has returned: a region that it is in ends. */
void blocking_region_leave(void);

#endif
