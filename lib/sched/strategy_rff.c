/*
 * rff: reads-from feedback; Wolff, Shi, Duck, Mathur, Roychoudhury, Greybox Fuzzing for Concurrency
 * Testing, ASPLOS 2024. A random walk that is steered to let (or not let) the read at one place see
 * the change made at another. Which pairs of places is a matter of feedback: an execution that saw
 * a pair never seen before has its constraints kept, to be varied later.
 *
 * A place is an operation's pc and kind, so threads with the same code share them. Steering delays:
 * a read waits for the change it is to see and passes by the one it is not to see, and others do
 * not overwrite that change before the read came. Constraints that cannot be met only cost order:
 * when all candidates would wait, any goes, and so after some rounds of those that sleep and come
 * again. Locks and the like read what the last change of their object left. The paper's power
 * schedule is simplified to: vary the less often varied of two.
 */
#include "profile_use.h"

enum { RFF_NAPS = 8 };

struct rff {
    bool on;
    uint32_t naps; /* while others were held back: a periodic timer can always go */
};

static uint64_t place_of(const struct task *task)
{
    return rng_mix(task->op.pc * SCHED_KINDS + task->op.kind + 1);
}

static struct past *past_of(const struct task *task)
{
    return &task->object[0]->past[task->halves[0] == 2];
}

/* Which object, or half of a word. */
static uint64_t object_of(const struct task *task)
{
    const struct object *object = task->object[0];
    return rng_mix(2 * object->address + object->class * RNG_GOLDEN) + (task->halves[0] == 2);
}

static bool kind_reads(uint32_t kind)
{
    return kind != SCHED_WRITE && kind != SCHED_UNLOCK && kind != SCHED_RWUNLOCK &&
           kind != SCHED_SEM_POST && kind != SCHED_WAIT;
}

/* ---- pairs and places ---- */

static uint64_t *pair_slot(struct sched_profile *profile, uint64_t change, uint64_t read)
{
    uint64_t pair = rng_mix(change + read * RNG_GOLDEN) | 1;
    uint32_t i = (uint32_t)(pair >> 8) % PROFILE_PAIRS;
    while (profile->pairs[i] && profile->pairs[i] != pair)
        i = (i + 1) % PROFILE_PAIRS;
    return &profile->pairs[i];
}

static void pair_note(struct sched_profile *profile, uint64_t change, uint64_t read)
{
    uint64_t *slot = pair_slot(profile, change, read);
    if (*slot || profile->pairs_count == PROFILE_PAIRS / 2)
        return;
    *slot = rng_mix(change + read * RNG_GOLDEN) | 1;
    profile->pairs_count++;
    profile->news++;
}

static void place_note(struct sched_profile *profile, uint64_t place, uint64_t object, bool reads,
                       bool changes)
{
    enum { SLOTS = 2 * PROFILE_PLACES };
    uint32_t i = (uint32_t)rng_mix(place + object) % SLOTS;
    struct profile_place *entry = NULL;
    for (; profile->places_at[i]; i = (i + 1) % SLOTS) {
        entry = &profile->places[profile->places_at[i] - 1];
        if (entry->place == place && entry->object == object)
            break;
    }
    if (!profile->places_at[i]) {
        if (profile->places_count == PROFILE_PLACES)
            return;
        entry = &profile->places[profile->places_count++];
        *entry = (struct profile_place){.place = place, .object = object};
        profile->places_at[i] = profile->places_count;
    }
    entry->reads |= reads;
    entry->changes |= changes;
}

/* ---- which constraints: between executions ---- */

/* A change of the same object as the read's; 0, its initial state, is one too. */
static uint64_t change_draw(struct sched *sched, const struct profile_place *read)
{
    const struct sched_profile *profile = sched->config.profile;
    uint64_t drawn = 0;
    uint32_t seen = 1;
    for (uint32_t i = 0; i < profile->places_count; i++) {
        const struct profile_place *place = &profile->places[i];
        if (place->object == read->object && place->changes && rng_below(&sched->rng, ++seen) == 0)
            drawn = place->place;
    }
    return drawn;
}

/* Rather a pair that was not seen. */
static struct profile_constraint constraint_draw(struct sched *sched)
{
    enum { TRIES = 4 };
    struct sched_profile *profile = sched->config.profile;
    struct profile_constraint constraint = {.wanted = true};
    for (int i = 0; i < TRIES; i++) {
        const struct profile_place *read =
            &profile->places[rng_below(&sched->rng, profile->places_count)];
        if (!read->reads)
            continue;
        constraint.change = change_draw(sched, read);
        constraint.read = read->place;
        constraint.object = read->object;
        if (!*pair_slot(profile, constraint.change, constraint.read))
            return constraint;
    }
    constraint.wanted = rng_below(&sched->rng, 2);
    return constraint;
}

static void schedule_vary(struct sched *sched, struct profile_schedule *schedule)
{
    uint32_t at = schedule->count ? rng_below(&sched->rng, schedule->count) : 0;
    switch (schedule->count ? rng_below(&sched->rng, 4) : 0) {
    case 0: /* add, or replace where there is no room */
        if (schedule->count < PROFILE_CONSTRAINTS)
            at = schedule->count++;
        /* fall through */
    case 1:
        schedule->constraints[at] = constraint_draw(sched);
        break;
    case 2:
        schedule->constraints[at].wanted ^= 1;
        break;
    default:
        schedule->constraints[at] = schedule->constraints[--schedule->count];
    }
}

static struct profile_schedule *corpus_draw(struct sched *sched)
{
    struct sched_profile *profile = sched->config.profile;
    struct profile_schedule *a, *b;
    a = &profile->corpus[rng_below(&sched->rng, profile->corpus_count)];
    b = &profile->corpus[rng_below(&sched->rng, profile->corpus_count)];
    a = b->picked < a->picked ? b : a;
    a->picked++;
    return a;
}

/* The execution before this saw something new: what steered it is worth varying. */
static void corpus_learn(struct sched_profile *profile)
{
    if (!profile->news)
        return;
    uint32_t at = profile->corpus_count;
    if (at < PROFILE_CORPUS)
        profile->corpus_count++;
    else
        for (uint32_t i = at = 0; i < PROFILE_CORPUS; i++)
            if (profile->corpus[i].picked > profile->corpus[at].picked)
                at = i;
    profile->corpus[at] = profile->current;
    profile->corpus[at].picked = 0;
    profile->news = 0;
}

static void rff_begin(struct sched *sched)
{
    struct sched_profile *profile = sched->config.profile;
    struct rff *rff = sched->strategy_state;
    rff->on = profile != NULL;
    rff->naps = 0;
    if (!profile)
        return;
    corpus_learn(profile);
    profile->current.count = 0;
    if (!profile->corpus_count || !profile->places_count)
        return;
    profile->current = *corpus_draw(sched);
    do
        schedule_vary(sched, &profile->current);
    while (rng_below(&sched->rng, 2));
    for (uint32_t i = 0; i < profile->current.count; i++)
        profile->current.constraints[i].met = false;
}

/* ---- steering ---- */

static bool waits_for(const struct task *task, uint64_t object, uint64_t place,
                      const struct profile_constraint *constraint)
{
    if (constraint->met || constraint->object != object)
        return false;
    bool visible = past_of(task)->source == constraint->change;
    if (place == constraint->read)
        return visible != constraint->wanted;
    return constraint->wanted && visible && op_roles[task->op.kind] == ROLE_CHANGES;
}

static bool waits(const struct sched *sched, const struct task *task)
{
    const struct profile_schedule *schedule = &sched->config.profile->current;
    if (!task->object[0])
        return false;
    uint64_t object = object_of(task), place = place_of(task);
    for (uint32_t i = 0; i < schedule->count; i++)
        if (waits_for(task, object, place, &schedule->constraints[i]))
            return true;
    return false;
}

static uint32_t rff_pick(struct sched *sched, const struct set *candidates)
{
    struct rff *rff = sched->strategy_state;
    uint32_t chosen = candidates->count, seen = 0;
    if (!rff->on || !sched->config.profile->current.count)
        return rng_below(&sched->rng, candidates->count);
    for (uint32_t i = 0; i < candidates->count; i++)
        if (!waits(sched, &sched->tasks[candidates->tasks[i]]) &&
            rng_below(&sched->rng, ++seen) == 0)
            chosen = i;
    if (seen == candidates->count)
        return chosen;
    if (!seen || rff->naps == RFF_NAPS) {
        rff->naps = 0;
        return rng_below(&sched->rng, candidates->count);
    }
    uint32_t kind = sched->tasks[candidates->tasks[chosen]].op.kind;
    rff->naps += kind == SCHED_SLEEP || kind == SCHED_YIELD;
    return chosen;
}

/* ---- what happened ---- */

static void constraints_meet(struct profile_schedule *schedule, uint64_t object, uint64_t change,
                             uint64_t read)
{
    for (uint32_t i = 0; i < schedule->count; i++) {
        struct profile_constraint *constraint = &schedule->constraints[i];
        if (constraint->object == object && constraint->change == change &&
            constraint->read == read)
            constraint->met = true;
    }
}

static void rff_stepped(struct sched *sched, struct task *task)
{
    const struct rff *rff = sched->strategy_state;
    struct sched_profile *profile = sched->config.profile;
    const struct object *object = task->object[0];
    if (!rff->on || !object || object->class == OBJECT_TASK)
        return;
    bool changes = !(sched->config.events[sched->steps - 1].flags & TRACE_LOOKED);
    bool reads = kind_reads(task->op.kind);
    uint64_t place = place_of(task);
    struct past *past = past_of(task);
    uint64_t what = object_of(task);
    place_note(profile, place, what, reads, changes);
    if (reads) {
        pair_note(profile, past->source, place);
        constraints_meet(&profile->current, what, past->source, place);
    }
    if (changes)
        past->source = place;
    if (changes && task->halves[0] == 3)
        past[1].source = place;
}

const struct strategy strategy_rff = {
    .name = "rff",
    .help = "a random walk steered to reads-from pairs not seen yet",
    .learns = true,
    .begin = rff_begin,
    .pick = rff_pick,
    .stepped = rff_stepped,
};
