/*
 * racerun/go/context.h: cancellation, deadlines and values that are handed down a tree of calls.
 *
 *     context *ctx = context_with_timeout(parent, ms(50));
 *     defer(context_end, ctx);                        // cancel and release
 *     chan_select {
 *         on_recv(results, &r) { ... }
 *         on_recv(context_done(ctx)) { return context_err(ctx); }
 *     }
 *
 * Ownership: each with_... and context_retain gives a reference that context_release gives back. A child
 * keeps its parent. Cancel what you made when its work is over, so that whoever still waits for it goes on
 * (context_end does both); cancelling twice is nothing. Channels and words that a context hands out
 * are its own and live as long as it does. background and todo live for ever; NULL is background.
 *
 * Happens-before: the cancel before the receive from context_done that returns because of it, before a
 * context_err that is not NULL, and before the functions of context_after_func.
 *
 * Everything may be called by any number of goroutines and threads of the program's own at a time, never
 * from signal handlers. Nothing here waits. Running out of memory is fatal.
 */
#ifndef RACERUN_GO_CONTEXT_H
#define RACERUN_GO_CONTEXT_H

#include "racerun/go/base.h"
#include "racerun/go/chan.h"
#include "racerun/go/time.h"

RGO_BEGIN_DECLS

typedef struct rgo_context rgo_context;

/* What rgo_context_err may be: compare the pointers. "context canceled", "context deadline exceeded" */
RGO_API extern const char rgo_context_canceled[];
RGO_API extern const char rgo_context_deadline_exceeded[];

/* ---- making; NULL as parent is background ---- */

/* Never cancelled, no values. */
RGO_API rgo_context *rgo_context_background(void);
/* The same, for where it is not clear yet which one to use. */
RGO_API rgo_context *rgo_context_todo(void);
/* Cancelled by rgo_context_cancel, or when the parent is. */
RGO_API rgo_context *rgo_context_with_cancel(rgo_context *parent);
/* Also cancelled when rgo_now() reaches that time. A parent's earlier deadline stays. */
RGO_API rgo_context *rgo_context_with_deadline(rgo_context *parent, int64_t when);
/* The same, from now on. */
RGO_API rgo_context *rgo_context_with_timeout(rgo_context *parent, int64_t ns);
/* The same, and a cause in words for rgo_context_cause if the time is up first. They are not copied, see
 * rgo_context_cancel_cause. NULL: rgo_context_deadline_exceeded. */
RGO_API rgo_context *rgo_context_with_deadline_cause(rgo_context *parent, int64_t when,
                                                     const char *cause);
RGO_API rgo_context *rgo_context_with_timeout_cause(rgo_context *parent, int64_t ns,
                                                    const char *cause);
/* With a value for a key, which is compared by its address: that of some static object. `destroy` (may
 * be NULL) gets the value when the context ends. */
RGO_API rgo_context *rgo_context_with_value(rgo_context *parent, const void *key, void *value,
                                            void (*destroy)(void *value));
/* The parent's values, without its cancellation and deadline. */
RGO_API rgo_context *rgo_context_without_cancel(rgo_context *parent);

/* ---- references ---- */

/* Returns ctx. */
RGO_API rgo_context *rgo_context_retain(rgo_context *ctx);
RGO_API void rgo_context_release(rgo_context *ctx);
/* rgo_context_cancel and rgo_context_release: for the one who made it. */
RGO_API void rgo_context_end(rgo_context *ctx);

/* ---- cancelling ---- */

/* When it returns all contexts below are cancelled, too, unless somebody else came first: then it does
 * nothing, as in Go, and does not wait until he is through with them. Only for contexts made with cancel, timeout or deadline; for others a panic.
 * NULL: nothing happens. */
RGO_API void rgo_context_cancel(rgo_context *ctx);
/* With a reason in words for rgo_context_cause, which are not copied: they must outlive the contexts
 * below. NULL: rgo_context_canceled. The first cancel's counts. */
RGO_API void rgo_context_cancel_cause(rgo_context *ctx, const char *cause);

/* Runs fn(argument) in a goroutine of its own once ctx is cancelled, now if it is already. The handle
 * tells what has become of that: rgo_context_after_stop; NULL when ctx cannot be cancelled. */
typedef struct rgo_context_after rgo_context_after;
RGO_API rgo_context_after *rgo_context_after_func(rgo_context *ctx, void (*fn)(void *argument),
                                                  void *argument);
/* true: fn will not run. false: it was started. Gives the handle back, so it must be called once, early
 * or late. NULL: true. */
RGO_API bool rgo_context_after_stop(rgo_context_after *after);

/* ---- asking ---- */

/* Closed when ctx is cancelled. NULL, the nil channel, if it never is. */
RGO_API rgo_chan_of(char) rgo_context_done(rgo_context *ctx);
/* NULL until it is cancelled; then one of the two above. */
RGO_API const char *rgo_context_err(rgo_context *ctx);
/* NULL until it is cancelled; then the reason that cancel_cause was given, else what err says. */
RGO_API const char *rgo_context_cause(rgo_context *ctx);
/* false: it has none. ret_when may be NULL. */
RGO_API bool rgo_context_deadline(const rgo_context *ctx, int64_t *ret_when);
/* The value of the nearest context upwards that has the key; NULL: none has. */
RGO_API void *rgo_context_value(const rgo_context *ctx, const void *key);

RGO_END_DECLS

#ifndef RGO_NO_SHORT_NAMES
typedef rgo_context context;
#define context_canceled rgo_context_canceled
#define context_deadline_exceeded rgo_context_deadline_exceeded
#define context_background rgo_context_background
#define context_todo rgo_context_todo
#define context_with_cancel rgo_context_with_cancel
#define context_with_deadline rgo_context_with_deadline
#define context_with_timeout rgo_context_with_timeout
#define context_with_deadline_cause rgo_context_with_deadline_cause
#define context_with_timeout_cause rgo_context_with_timeout_cause
#define context_with_value rgo_context_with_value
#define context_without_cancel rgo_context_without_cancel
#define context_retain rgo_context_retain
#define context_release rgo_context_release
#define context_end rgo_context_end
#define context_cancel rgo_context_cancel
#define context_cancel_cause rgo_context_cancel_cause
#define context_after_func rgo_context_after_func
#define context_after_stop rgo_context_after_stop
#define context_done rgo_context_done
#define context_err rgo_context_err
#define context_cause rgo_context_cause
#define context_deadline rgo_context_deadline
#define context_value rgo_context_value
#endif

#endif
