/*
 * dependence: when an operation can be executed (RULES.md, part 2, the table's second column), as a
 * function of its objects' states. Which pairs depend on each other is note_dependent, in
 * trace/note.h, next to what it compares.
 */
#include "search.h"

bool note_possible(const struct trace_note *note, int slot, uint32_t state)
{
    uint32_t self = note->task + 1;
    switch (note->kind) {
    case SCHED_LOCK:
        return !state || (state == self && note->flags & (SCHED_RECURSIVE | SCHED_ERRORCHECK));
    case SCHED_WAKE: /* the condition variable lets it go by signalling, see `cause` */
        return slot == 0 || !state;
    case SCHED_RDLOCK:
        return state & NOTE_WRITER ? state == (NOTE_WRITER | self)
                                   : !(note->flags & SCHED_PREFER_WRITER) || state <= NOTE_QUEUED;
    case SCHED_WRLOCK:
        return !(state & ~NOTE_QUEUED) || state == (NOTE_WRITER | self);
    case SCHED_SEM_WAIT:
    case SCHED_JOIN:
        return state;
    case SCHED_LEAVE:
        return state != note->phase;
    case SCHED_ONCE_BEGIN:
        return !state;
    default:
        return true;
    }
}

bool note_waits(const struct trace_note *note, int slot)
{
    switch (note->kind) {
    case SCHED_LOCK:
    case SCHED_RDLOCK:
    case SCHED_WRLOCK:
    case SCHED_SEM_WAIT:
    case SCHED_JOIN:
        return !note->timed;
    case SCHED_WAKE:
        return slot == 1 && note->signalled;
    case SCHED_LEAVE:
    case SCHED_ONCE_BEGIN:
        return true;
    default:
        return false;
    }
}

int note_readers(const struct trace_note *note)
{
    if (note->kind == SCHED_RWUNLOCK)
        return -1;
    return (note->kind == SCHED_RDLOCK || note->kind == SCHED_TRYRDLOCK) && !note->failed;
}

bool note_varies(const struct trace_note *note)
{
    switch (note->kind) {
    case SCHED_TRYLOCK:
    case SCHED_TRYRDLOCK:
    case SCHED_TRYWRLOCK:
    case SCHED_SEM_TRYWAIT:
        return true;
    case SCHED_UPDATE:
        return note->awaited || note->flags & (SCHED_CONDITIONAL | SCHED_EXCHANGES);
    default:
        return note->awaited || note->timed;
    }
}
