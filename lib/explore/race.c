/*
 * race: which pairs of dependent events could come in the other order, and what is to be explored
 * so that they do.
 *
 * Events e and f of different tasks race when they depend on each other, nothing that f's task did
 * before f (nor what made or woke it) happens after e, and f is possible where the execution up to
 * e is followed by all that does not happen after e. Of several such e only those are taken that do
 * not happen before another. An operation that waits is enabled by its object's last event, which
 * it can never precede; it races with an earlier one, before which it was possible: a lock with the
 * last acquirer. One that may give up waiting can precede what ended its wait: it gives up then.
 *
 * Operations that never happened (of tasks that wait for ever, or when the process ended) are the
 * execution's last events as far as races go.
 */
#include <string.h>

#include "search.h"

/* Before f: known by what its task did last and by what let it go on. */
struct second {
    const struct trace_note *note;
    uint32_t before; /* its task's event before + 1; 0 = none */
    uint32_t link;   /* of slot 0, 0: it never happened */
    bool withdrawn;  /* nor could it where the execution stopped */
};

static uint32_t latest_on(const struct explore *explore, const struct second *f, uint32_t slot)
{
    return f->link ? explore->links[f->link - 1 + slot]
                   : history_last(explore, f->note->object[slot]);
}

static uint32_t link_before(const struct explore *explore, uint32_t link)
{
    return explore->links[link - 1];
}

static bool link_looks(const struct explore *explore, uint32_t link)
{
    return explore->notes[link_event(link)].looks;
}

/* Must e come before f in any case? */
static bool must_precede(const struct explore *explore, uint32_t e, const struct second *f)
{
    const struct trace_note *note = f->note;
    if (explore->notes[e].task == note->task)
        return true;
    if (f->before && happens_before(explore, e, f->before - 1))
        return true;
    return note->cause && happens_before(explore, e, note->cause - 1);
}

/* ---- is f possible without e and all that happens after it? ---- */

static uint32_t link_state(const struct explore *explore, uint32_t link)
{
    return explore->notes[link_event(link)].before[(link - 1) % NOTE_OBJECTS];
}

/* Readers in a rwlock where some that commute, back from `link`, did not come: those after e. */
static uint32_t readers_without(const struct explore *explore, uint32_t link, uint32_t e)
{
    int came = 0;
    uint32_t state = 0; /* before the first of them */
    for (; link && link_looks(explore, link); link = link_before(explore, link)) {
        if (!happens_before(explore, e, link_event(link)))
            came += note_readers(&explore->notes[link_event(link)]);
        state = link_state(explore, link);
    }
    return (uint32_t)((int)state + came);
}

/* The state of f's object there: that before the first event that happens after e. Changes come one
 * after the other; of those between two that only look, some may happen after e, and others not. */
static uint32_t state_without(const struct explore *explore, const struct second *f, uint32_t slot,
                              uint32_t e)
{
    uint32_t state = f->note->before[slot], commute = 0, first_commute = 0;
    for (uint32_t link = latest_on(explore, f, slot); link; link = link_before(explore, link)) {
        bool looks = link_looks(explore, link);
        commute = !looks ? 0 : commute ? commute : link;
        if (happens_before(explore, e, link_event(link))) {
            state = link_state(explore, link);
            first_commute = commute;
        } else if (!looks) {
            break;
        }
    }
    return f->note->kind == SCHED_WRLOCK && first_commute
               ? readers_without(explore, first_commute, e)
               : state;
}

/* The event's operation was about this object; else its loop waited for it, too. */
static bool link_is_own(const struct explore *explore, uint32_t link)
{
    return (link - 1) % NOTE_OBJECTS < explore->notes[link_event(link)].own;
}

static bool link_is_news(const struct explore *explore, uint32_t link)
{
    const struct trace_note *note = &explore->notes[link_event(link)];
    return !note->looks && !note->silent && link_is_own(explore, link);
}

/* Where the task of f, which awaited, was in the round before: its event. */
static uint32_t round_begin(const struct explore *explore, const struct second *f)
{
    uint32_t event = f->before;
    for (uint32_t steps = f->note->phase; steps && event; steps--)
        event = explore->before[event - 1];
    return event ? event - 1 : 0;
}

/* Would a loop that waited be set free without e, by a change after it looked in its last round? */
static bool sets_free(const struct explore *explore, const struct second *f, uint32_t e)
{
    uint32_t begin = round_begin(explore, f);
    for (uint32_t slot = 0; slot < NOTE_OBJECTS && f->note->object[slot]; slot++) {
        bool changed = false;
        for (uint32_t link = latest_on(explore, f, slot); link && link_event(link) >= begin;
             link = link_before(explore, link)) {
            bool looked = explore->notes[link_event(link)].task == f->note->task;
            if (looked && changed && link_is_own(explore, link))
                return true;
            changed |= !looked && link_is_news(explore, link) &&
                       !happens_before(explore, e, link_event(link));
        }
    }
    return false;
}

static bool is_possible(const struct explore *explore, const struct second *f, uint32_t e)
{
    if (f->note->awaited && !sets_free(explore, f, e))
        return false;
    for (uint32_t slot = 0; slot < NOTE_STATES && f->note->object[slot]; slot++)
        if (note_waits(f->note, slot) &&
            !note_possible(f->note, slot, state_without(explore, f, slot, e)))
            return false;
    return true;
}

/* ---- candidates ---- */

/* Who would come before a choice that is made at once comes before the step that led to it. */
static void candidate_add(struct explore *explore, const struct second *f, uint32_t e)
{
    while (e && note_at_once(&explore->notes[e]))
        e--;
    for (uint32_t i = 0; i < explore->candidates_count; i++)
        if (explore->candidates[i] == e)
            return;
    if (!must_precede(explore, e, f))
        explore->candidates[explore->candidates_count++] = e;
}

/* Of the looks back from `link`: each task's last that races with f, which changes the object. */
static bool looks_find(struct explore *explore, const struct second *f, uint32_t link)
{
    bool found = false;
    for (; link && link_looks(explore, link); link = link_before(explore, link)) {
        uint32_t e = link_event(link);
        bool later = false;
        if (must_precede(explore, e, f))
            continue;
        for (uint32_t i = 0; i < explore->candidates_count && !later; i++)
            later = happens_before(explore, e, explore->candidates[i]);
        if (later || !is_possible(explore, f, e))
            continue;
        candidate_add(explore, f, e);
        found = true;
    }
    return found;
}

/* Back through the object's history to where f was possible. */
static void object_find(struct explore *explore, const struct second *f, uint32_t slot)
{
    uint32_t link = latest_on(explore, f, slot);
    while (link) {
        if (link_looks(explore, link)) {
            if (!f->note->looks && looks_find(explore, f, link))
                return;
            link = explore->changes[link - 1];
            continue;
        }
        uint32_t e = link_event(link);
        if (must_precede(explore, e, f))
            return;
        if (is_possible(explore, f, e)) {
            candidate_add(explore, f, e);
            return;
        }
        link = link_before(explore, link);
    }
}

/* The end of the process races with what each other task did last. */
static void exit_find(struct explore *explore, const struct second *f, uint32_t event)
{
    uint32_t seen = 0;
    while (event-- > 0 && seen < explore->tasks)
        if (!must_precede(explore, event, f)) {
            bool later = false;
            for (uint32_t i = 0; i < explore->candidates_count && !later; i++)
                later = happens_before(explore, event, explore->candidates[i]);
            if (!later)
                candidate_add(explore, f, event);
            seen += !later;
        }
}

/* Those that do not happen before another. */
static void candidates_thin(struct explore *explore)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < explore->candidates_count; i++) {
        uint32_t e = explore->candidates[i];
        bool before = false;
        for (uint32_t j = 0; j < explore->candidates_count && !before; j++)
            before =
                explore->candidates[j] != e && happens_before(explore, e, explore->candidates[j]);
        if (!before)
            explore->candidates[kept++] = e;
    }
    explore->candidates_count = kept;
}

/* ---- reversing ---- */

static bool spurious_left(const struct explore *explore, const struct second *f, uint32_t e)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < explore->count; i++)
        if (explore->notes[i].outcome == TRACE_SPURIOUS)
            used += i < e || !happens_before(explore, e, i);
    return !f->note->spurious || used < explore->config.spurious_max;
}

/* What sleeps covers what is to come only where it is known whether f will change anything. */
static bool would_look(const struct explore *explore, const struct second *f, uint32_t e)
{
    if (f->withdrawn || !f->note->object[0])
        return note_only_looks(f->note);
    return note_would_look(f->note, state_without(explore, f, 0, e));
}

/* From before e: all that does not happen after it, then f. */
static void race_reverse(struct explore *explore, const struct second *f, uint32_t e)
{
    uint32_t length = 0;
    const struct trace_note *self = f->link ? f->note : NULL;
    for (uint32_t i = e + 1; i < explore->count; i++)
        if (&explore->notes[i] != self && !happens_before(explore, e, i))
            explore->sequence[length++] = &explore->notes[i];
    explore->reversed = *f->note;
    if (!note_at_once(f->note)) /* of a choice another outcome would not touch what this does */
        explore->reversed.outcome = TRACE_ANY;
    explore->reversed.looks = would_look(explore, f, e);
    explore->sequence[length++] = &explore->reversed;
    wakeup_insert(explore, e, explore->sequence, length);
}

/* The end of the process, if it needs nothing of the event but to come after it, as after all. */
static const struct trace_note *end_apart(const struct explore *explore, uint32_t event)
{
    uint32_t end = explore->count - 1;
    const struct trace_note *note = &explore->notes[end];
    struct second f = {.note = note, .before = explore->before[end]};
    return end > event && note->ends && !note_waits(note, 0) && !must_precede(explore, event, &f)
               ? note
               : NULL;
}

/* Another outcome comes first, and then all that does not need the one that was; the end, too, as a
 * sleeper might never have followed. With what follows here it may be left to a sleeper, and not
 * with what follows in another execution: so it is asked for after each. */
static void outcomes_insert(struct explore *explore, uint32_t event)
{
    const struct trace_note *note = &explore->notes[event];
    for (uint32_t outcome = 0; outcome < note->outcomes; outcome++) {
        uint32_t length = 1;
        if (outcome == note->outcome)
            continue;
        explore->reversed = *note;
        explore->reversed.outcome = outcome;
        if (note_at_once(note)) { /* what this one is about shows when it is made */
            memset(explore->reversed.object, 0, sizeof explore->reversed.object);
            explore->reversed.open = explore->wide;
        }
        explore->sequence[0] = &explore->reversed;
        for (uint32_t i = event + 1; i < explore->count; i++)
            if (!happens_before(explore, event, i))
                explore->sequence[length++] = &explore->notes[i];
        if (end_apart(explore, event))
            explore->sequence[length++] = end_apart(explore, event);
        wakeup_insert(explore, event, explore->sequence, length);
    }
}

/* What ended f's wait, when it could have given up before. */
static void wait_find(struct explore *explore, const struct second *f)
{
    const struct trace_note *note = f->note;
    if (!note->signalled || !(note->timed || note->spurious) || !note->cause)
        return;
    uint32_t e = note->cause - 1;
    struct second early = *f;
    struct trace_note unsignalled = *note;
    unsignalled.signalled = false;
    unsignalled.cause = 0;
    early.note = &unsignalled;
    if (!must_precede(explore, e, &early) && spurious_left(explore, &early, e))
        candidate_add(explore, &early, e);
}

static void second_races(struct explore *explore, const struct second *f, uint32_t event)
{
    const struct trace_note *note = f->note;
    explore->candidates_count = 0;
    for (uint32_t slot = 0; slot < NOTE_OBJECTS && note->object[slot]; slot++)
        object_find(explore, f, slot);
    if (note->ends)
        exit_find(explore, f, event);
    wait_find(explore, f);
    if (explore->candidates_count > 1)
        candidates_thin(explore);
    for (uint32_t i = 0; i < explore->candidates_count; i++)
        race_reverse(explore, f, explore->candidates[i]);
}

/* ---- what never happened ---- */

/* It could still happen where the execution stopped, or just before what ended the process; which
 * then comes after it: a sleeper might never have followed. */
static void pending_continue(struct explore *explore, struct trace_note *note)
{
    const struct trace_note *last = explore->count ? &explore->notes[explore->count - 1] : NULL;
    const struct trace_note *steps[] = {note, last};
    bool ended = last && last->ends;
    note->outcome = TRACE_ANY;
    note->looks = note_would_look(note, note->before[0]);
    wakeup_insert(explore, explore->count - ended, steps, 1 + ended);
}

static void pending_races(struct explore *explore, struct sched *sched, uint32_t task,
                          bool continues)
{
    struct trace_note note;
    bool possible;
    if (!sched_pending_note(sched, task, &note, &possible))
        return;
    bool waits = (note.kind == SCHED_WAKE || note.kind == SCHED_PARKED) && !note.signalled;
    bool gives_up = note.timed || (note.spurious && sched_spurious_left(sched));
    struct second f = {.note = &note, .before = explore->last[task]};
    if (possible || (gives_up && !note.signalled)) {
        if (continues)
            pending_continue(explore, &note);
    } else if (!waits) {
        second_races(explore, &f, explore->count);
    }
}

/* ---- what was taken back ---- */

static uint32_t last_before(const struct explore *explore, uint32_t task, uint32_t event)
{
    while (event && explore->notes[event - 1].task != task)
        event--;
    return event;
}

/* It could have come before the step that led to that. */
static void withdrawals_reverse(struct explore *explore, const struct sched *sched, uint32_t first)
{
    uint32_t count;
    const struct sched_withdrawal *all = sched_withdrawals(sched, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!all[i].note.timed || all[i].steps <= first || all[i].steps > explore->count)
            continue;
        uint32_t e = all[i].steps - 1;
        struct second f = {.note = &all[i].note,
                           .before = last_before(explore, all[i].note.task, e),
                           .withdrawn = true};
        if (!must_precede(explore, e, &f))
            race_reverse(explore, &f, e);
    }
}

void races_reverse(struct explore *explore, struct sched *sched, enum explore_end end,
                   uint32_t first)
{
    for (uint32_t event = 0; event < first && explore->config.algorithm == EXPLORE_OPTIMAL; event++)
        outcomes_insert(explore, event);
    for (uint32_t event = first; event < explore->count; event++) {
        struct second f = {
            .note = &explore->notes[event],
            .before = explore->before[event],
            .link = event * NOTE_OBJECTS + 1,
        };
        second_races(explore, &f, event);
        outcomes_insert(explore, event);
    }
    bool continues =
        (end == EXPLORE_END_ITSELF || end == EXPLORE_END_ABORTED) && explore->count > first;
    withdrawals_reverse(explore, sched, first);
    for (uint32_t task = 0; end != EXPLORE_END_LONG && task < explore->tasks; task++)
        pending_races(explore, sched, task, continues);
}
