/*
 * dependence: when an operation can be executed (RULES.md, part 2, the table's second column), and
 * whether it changes anything then, as functions of its objects' states. Which pairs depend on each
 * other is note_dependent, in trace/note.h, next to what it compares.
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
        return !(state & ~NOTE_DONE);
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

bool note_would_look(const struct trace_note *note, uint32_t state)
{
    uint32_t self = note->task + 1, flags = note->flags;
    bool written = state & NOTE_WRITER;
    switch (note->outcome < TRACE_INTERRUPTED || note->outcome == TRACE_ANY ? note->kind
                                                                            : SCHED_KINDS) {
    case SCHED_LOCK:
        return note->timed && !note_possible(note, 0, state);
    case SCHED_TRYLOCK:
        return state && !(state == self && flags & SCHED_RECURSIVE);
    case SCHED_RDLOCK:
    case SCHED_TRYRDLOCK:
        return written || !(state & NOTE_QUEUED) ||
               (flags & SCHED_PREFER_WRITER && state & ~NOTE_QUEUED);
    case SCHED_WRLOCK:
        return note->timed && written && state != (NOTE_WRITER | self) &&
               !(flags & SCHED_PREFER_WRITER);
    case SCHED_TRYWRLOCK:
        return written;
    case SCHED_RWUNLOCK:
        return !(state & (NOTE_WRITER | NOTE_QUEUED));
    case SCHED_SEM_WAIT:
    case SCHED_SEM_TRYWAIT:
    case SCHED_SIGNAL:
    case SCHED_BROADCAST:
        return !state;
    case SCHED_ONCE_BEGIN:
        return state == NOTE_DONE;
    default:
        return note_only_looks(note);
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
    return note->awaited || note->touched ||
           (note->kind == SCHED_UPDATE && note->flags & SCHED_CONDITIONAL);
}
