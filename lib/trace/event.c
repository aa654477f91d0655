/*
 * event: the words.
 */
#include "event.h"

const char *trace_words(enum sched_kind kind)
{
    static const char *const words[SCHED_KINDS] = {
#define OP(name, semantics, role, text) [SCHED_##name] = text,
#include "trace/ops.def"
#undef OP
    };
    return words[kind];
}
