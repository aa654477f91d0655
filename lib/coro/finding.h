/*
 * finding: what the detector is told when a program ends badly, besides the runtime's own words on
 * stderr. Without a detector all of this does nothing.
 */
#ifndef RACERUN_CORO_FINDING_H
#define RACERUN_CORO_FINDING_H

#include "dump.h"

/* What an object of that kind is called, for findings. */
#define OBJECT(of_kind, pointer)                                                                   \
    (&(struct rgo_object){                                                                         \
        .address = (pointer), .kind = RGO_OBJECT_##of_kind, .size = sizeof *(pointer)})

/* A panic or fatal error of the caller's goroutine; object may be NULL. `context` and `from`: as
 * for trace_context. */
void finding_end(enum rgo_finding_kind kind, const char *words, const struct rgo_object *object,
                 const unw_context_t *context, const void *from);
/* The caller's goroutine has used up its stack; context is the fault's. */
void finding_overflow(const char *words, const unw_context_t *context);
/* Nobody can run any more. */
void finding_deadlock(const char *words);
/* The caller uses `object` wrongly, at pc, and goes on. */
void finding_misuse(const char *words, const struct rgo_object *object, const void *pc);
/* Each goroutine but the caller's that waits, among those that are chosen (NULL: all): nothing can
 * wake it any more. `words`: who has ended, NULL: main. */
void finding_leaks(const char *words, bool (*chosen)(const struct goroutine *g, void *unused));

/*
 * Copies. An object that is in use belongs to its address: what was copied or moved meanwhile is
 * another one, which nobody will unlock, or wake. So while it is in use it carries a tag of its
 * address, in bits that mean nothing otherwise; a tag of another address shows the copy. Idle
 * objects carry none that counts and may be copied and moved. Only where the detector wants to
 * know.
 */
static inline bool copies_watched(void)
{
    return UNLIKELY(runtime_hooks != NULL) && runtime_hooks->finding;
}
/* 24 bits, not 0. */
static inline uint32_t copy_tag(const void *object)
{
    return (uint32_t)(((uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15)) >> 40) | 1;
}

/* What must be cancelled or stopped some time, unless nobody wants to know. */
static inline void unfinished_add(enum rgo_finding_kind kind, const struct rgo_object *object,
                                  const void *pc)
{
    if (UNLIKELY(runtime_hooks != NULL) && runtime_hooks->wanted && runtime_hooks->wanted(kind))
        runtime_hooks->object_made(goroutine_self()->task, object, NULL, 0, 0, pc);
}
static inline void unfinished_remove(const void *object)
{
    if (UNLIKELY(runtime_hooks != NULL) && runtime_hooks->object_gone)
        runtime_hooks->object_gone(object);
}
/* Those that are left, if wanted. */
void finding_unfinished(void);

/* fatal_text, about an object. */
RGO_NORETURN void fatal_object(const char *words, const struct rgo_object *object);

#endif
