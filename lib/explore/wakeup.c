/*
 * wakeup: wakeup trees: for each node the sequences that are still to be explored from it, in the
 * order in which they will be. A sequence that some member of the tree begins in an equivalent way
 * is not added; nor is one that begins with a step that sleeps. For source-DPOR the trees are one
 * step high.
 */
#include "search.h"

#include "base/check.h"

/* ---- weak initials ---- */

static bool same_outcome(uint32_t a, uint32_t b)
{
    return a == b || a == TRACE_ANY || b == TRACE_ANY;
}

/*
 * Can the step go first, so that the sequence, or the rest of it, can follow? Its position in the
 * sequence; `length`: it is not in it, but could go before all of it; TRACE_NONE: no.
 */
static uint32_t weak_initial(const struct trace_note *step, const struct trace_note **sequence,
                             uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (sequence[i]->path == step->path)
            return same_outcome(sequence[i]->outcome, step->outcome) &&
                           !note_leads_to(sequence[i], step)
                       ? i
                       : TRACE_NONE;
        if (note_dependent(sequence[i], step))
            return TRACE_NONE;
    }
    return length;
}

/*
 * Is the sequence taken care of by what begins with the step, whose weak_initial this is? Also
 * where the step is not in it, if all that begins with the step was explored before anything else
 * from there was begun: then what its races ask for is in the tree. Else, and without such trees,
 * two steps might each leave the sequence to the other. A choice at once is one of several that
 * its step may lead to after the sequence.
 */
static bool step_covers(const struct explore *explore, const struct trace_note *step,
                        uint32_t found, uint32_t length)
{
    return found < length ||
           (found == length && !note_at_once(step) && explore->config.algorithm == EXPLORE_OPTIMAL);
}

/* An outcome that is left open sleeps when all do. */
static bool outcome_sleeps(const struct explore *explore, const struct node *node,
                           const struct trace_note *step, const struct trace_note *sleeper)
{
    uint32_t asleep = 0;
    if (step->path != sleeper->path || step->outcome != TRACE_ANY || sleeper->outcomes < 2)
        return true;
    for (uint32_t i = node->sleep_begin; i < node->sleep_end; i++)
        asleep += explore->sleepers[i].path == sleeper->path &&
                  !note_leads_to(sleeper, &explore->sleepers[i]);
    return asleep == sleeper->outcomes;
}

bool wakeup_sleeps(const struct explore *explore, uint32_t index, const struct trace_note *step)
{
    const struct node *node = &explore->nodes[index];
    for (uint32_t i = node->sleep_begin; i < node->sleep_end; i++) {
        const struct trace_note *sleeper = &explore->sleepers[i];
        if (sleeper->path == step->path && same_outcome(sleeper->outcome, step->outcome) &&
            !note_leads_to(step, sleeper) && outcome_sleeps(explore, node, step, sleeper))
            return true;
    }
    return false;
}

static bool sequence_sleeps(const struct explore *explore, const struct node *node,
                            const struct trace_note **sequence, uint32_t length)
{
    for (uint32_t i = node->sleep_begin; i < node->sleep_end; i++) {
        const struct trace_note *sleeper = &explore->sleepers[i];
        uint32_t found = weak_initial(sleeper, sequence, length);
        if (step_covers(explore, sleeper, found, length) &&
            (found == length || outcome_sleeps(explore, node, sequence[found], sleeper)))
            return true;
    }
    return false;
}

/* ---- the tree ---- */

uint32_t wakeup_new(struct explore *explore, const struct trace_note *note)
{
    uint32_t index = arena_alloc(&explore->wakeups);
    *wakeup_at(explore, index) = (struct wakeup){.note = *note};
    if (++explore->stats.waiting > explore->stats.waiting_most)
        explore->stats.waiting_most = explore->stats.waiting;
    return index;
}

void wakeup_free(struct explore *explore, uint32_t wakeup)
{
    while (wakeup) {
        struct wakeup *now = wakeup_at(explore, wakeup);
        uint32_t next = now->next;
        wakeup_free(explore, now->child);
        arena_free(&explore->wakeups, wakeup);
        explore->stats.waiting--;
        wakeup = next;
    }
}

void wakeup_drop(struct explore *explore, uint32_t index)
{
    wakeup_free(explore, explore->nodes[index].first);
    explore->nodes[index].first = 0;
}

uint32_t *place_last(struct explore *explore, uint32_t *first)
{
    while (*first)
        first = &wakeup_at(explore, *first)->next;
    return first;
}

static void sequence_remove(const struct trace_note **sequence, uint32_t *length, uint32_t at)
{
    for (uint32_t i = at + 1; i < *length; i++)
        sequence[i - 1] = sequence[i];
    --*length;
}

/* A choice that is made at once cannot wait for others: where its last step is no longer in the
 * sequence, it comes first. */
static void choices_advance(const struct trace_note **sequence, uint32_t length)
{
    for (uint32_t i = 1; i < length; i++) {
        const struct trace_note *choice = sequence[i];
        uint32_t at = i;
        if (!note_at_once(choice))
            continue;
        for (; at && sequence[at - 1]->path != choice->path; at--)
            sequence[at] = sequence[at - 1];
        sequence[at] = choice;
    }
}

static void sequence_append(struct explore *explore, uint32_t *first,
                            const struct trace_note **sequence, uint32_t length)
{
    uint32_t *place = place_last(explore, first);
    choices_advance(sequence, length);
    for (uint32_t i = 0; i < length; i++) {
        *place = wakeup_new(explore, sequence[i]);
        place = &wakeup_at(explore, *place)->child;
    }
}

/* An outcome that is left open will be one of them. The others are explored, too, but perhaps not
 * without a sleeper that an end of the process could come before. */
static bool outcome_open(const struct trace_note *planned, const struct trace_note *step)
{
    return planned->outcome == TRACE_ANY && step->outcome != TRACE_ANY && step->outcomes > 1;
}

static void tree_insert(struct explore *explore, uint32_t *first,
                        const struct trace_note **sequence, uint32_t length)
{
    for (uint32_t at = *first; at;) {
        struct wakeup *now = wakeup_at(explore, at);
        uint32_t found = weak_initial(&now->note, sequence, length);
        if (found == TRACE_NONE || (found < length && outcome_open(&now->note, sequence[found]))) {
            at = now->next;
            continue;
        }
        if (found < length)
            sequence_remove(sequence, &length, found);
        if (!length || !now->child)
            return; /* what is explored from there includes it */
        first = &now->child;
        at = *first;
    }
    sequence_append(explore, first, sequence, length);
}

/* ---- the way in ---- */

/* One step that can begin it: the last one's, which is what the reversal is about, if it can and
 * need not wait for another outcome of a choice. */
static const struct trace_note *initial_choose(const struct trace_note **sequence, uint32_t length)
{
    const struct trace_note *last = sequence[length - 1];
    if (note_at_once(sequence[0]))
        return sequence[0];
    return weak_initial(last, sequence, length) == length - 1 ? last : sequence[0];
}

static bool tree_begins(const struct explore *explore, uint32_t first,
                        const struct trace_note **sequence, uint32_t length)
{
    for (; first; first = wakeup_at(explore, first)->next)
        if (step_covers(explore, &wakeup_at(explore, first)->note,
                        weak_initial(&wakeup_at(explore, first)->note, sequence, length), length))
            return true;
    return false;
}

void wakeup_insert(struct explore *explore, uint32_t index, const struct trace_note **sequence,
                   uint32_t length)
{
    struct node *node = &explore->nodes[index];
    if (index < explore->shared) {
        frontier_insert(explore, index, sequence, length);
        return;
    }
    if (sequence_sleeps(explore, node, sequence, length))
        return;
    explore->stats.races++;
    if (explore->config.algorithm != EXPLORE_SOURCE) {
        tree_insert(explore, &node->first, sequence, length);
    } else if (!tree_begins(explore, node->first, sequence, length)) {
        const struct trace_note *step = initial_choose(sequence, length);
        sequence_append(explore, &node->first, &step, 1);
    }
}

void wakeup_append(struct explore *explore, uint32_t index, const struct trace_note *step)
{
    sequence_append(explore, &explore->nodes[index].first, &step, 1);
}
