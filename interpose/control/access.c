/*
 * access: memory accesses as scheduling points. Atomics are by default. Plain ones are where a race
 * was found before: race-free code behaves the same wherever it is interrupted, and what a race
 * leads to is seen when its two places are (Musuvathi et al.: Finding and Reproducing Heisenbugs,
 * OSDI 2008).
 */
#include <stdatomic.h>
#include <string.h>

#include "base/rng.h"
#include "interpose/control/control.h"
#include "interpose/finding_seen.h"
#include "interpose/tsan.h"

/* ---- sets of numbers in the block; 0 is free ---- */

static uint32_t slot_of(uint64_t key, uint32_t probe)
{
    return (uint32_t)(rng_mix(key) + probe) % EXPLORE_FINDINGS;
}

/* True when it was not there. A full set takes everything for new. */
static bool set_add(_Atomic uint64_t *set, uint64_t key)
{
    for (uint32_t i = 0; i < EXPLORE_FINDINGS; i++) {
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(&set[slot_of(key, i)], &found, key))
            return true;
        if (found == key)
            return false;
    }
    return true;
}

static bool set_has(_Atomic uint64_t *set, uint64_t key)
{
    for (uint32_t i = 0; i < EXPLORE_FINDINGS; i++) {
        uint64_t found = atomic_load_explicit(&set[slot_of(key, i)], memory_order_relaxed);
        if (!found || found == key)
            return found != 0;
    }
    return false;
}

/* ---- points ---- */

static void access_step(enum sched_kind kind, uint16_t flags, const volatile void *memory,
                        size_t size, uint64_t value, uintptr_t pc)
{
    control_step(&(struct sched_op){
        .kind = (uint16_t)kind,
        .flags = flags,
        .count = (uint32_t)size,
        .address = (uint64_t)(uintptr_t)memory,
        .mutex = value,
        .deadline = SCHED_NEVER,
        .pc = pc,
    });
}

/* What an atomic that is no scheduling point reads may be another value each time, and nothing says
 * when it changes: its task comes back to no state that it was in. */
static bool is_point(void)
{
    bool visible = control_block->settings.visible >= VISIBLE_ATOMIC;
    if (!visible)
        control_changed();
    return visible && !rt_cursor.inside;
}

void control_atomic(enum sched_kind kind, const volatile void *memory, size_t size, uintptr_t pc)
{
    if (is_point())
        access_step(kind, SCHED_ATOMIC, memory, size, 0, pc);
}

/* Wider ones than a number has room for are taken to change what they are about. */
void control_update(uint16_t flags, const volatile void *memory, size_t size, uint64_t value,
                    uintptr_t pc)
{
    if (size > sizeof value)
        flags = 0;
    if (is_point())
        access_step(SCHED_UPDATE, (uint16_t)(SCHED_ATOMIC | flags), memory, size, value, pc);
}

bool control_update_changes(const struct sched_op *op)
{
    uint64_t now = 0, value = 0;
    memcpy(&now, (const void *)(uintptr_t)op->address, op->count);
    memcpy(&value, &op->mutex, op->count); /* of a narrow one only its own bytes */
    return op->flags & SCHED_CONDITIONAL ? now == value : now != value;
}

void control_plain_access(bool writes, const volatile void *memory, size_t size, uintptr_t pc)
{
    uint32_t visible = control_block->settings.visible;
    if (control_watches && writes)
        control_wrote(memory);
    if (rt_cursor.inside || visible < VISIBLE_RACE)
        return;
    if (visible == VISIBLE_ALL || set_has(control_shared->racy, pc))
        access_step(writes ? SCHED_WRITE : SCHED_READ, 0, memory, size, 0, pc);
}

bool control_sees_accesses(void)
{
    return control_block && (control_block->settings.visible >= VISIBLE_RACE ||
                             control_block->settings.search != SEARCH_SAMPLES);
}

/* Where no place has raced yet they are heard of by nobody, so most are answered where they are
 * made. */
void control_accesses_begin(void)
{
    const struct explore_settings *settings = &control_block->settings;
    bool points = settings->visible == VISIBLE_ALL ||
                  (settings->visible >= VISIBLE_RACE && atomic_load(&control_shared->racy_count));
    if (rt_cursor.task)
        tsan_accesses_tell(points || settings->search != SEARCH_SAMPLES);
}

/* A schedule must find the same points when it is run again: what is found in it counts later. */
static void control_promote(uintptr_t place)
{
    if (place - control_shared->image_low < control_shared->image_size &&
        set_add(control_shared->racy_next, place))
        atomic_fetch_add(&control_shared->racy_next_count, 1);
}

void control_promote_all(void)
{
    struct explore_shared *shared = control_shared;
    while (shared->places_count)
        control_promote(shared->places[--shared->places_count]);
    for (uint32_t i = 0; i < EXPLORE_FINDINGS; i++)
        atomic_store(&shared->racy[i], atomic_load(&shared->racy_next[i]));
    atomic_store(&shared->racy_count, atomic_load(&shared->racy_next_count));
}

/* The slot of the race; NULL: there is no room. */
static struct explore_seen *race_find(uint64_t key)
{
    for (uint32_t i = 0; i < EXPLORE_FINDINGS; i++) {
        struct explore_seen *seen = &control_shared->findings_seen[slot_of(key, i)];
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(&seen->key, &found, key) || found == key)
            return seen;
    }
    return NULL;
}

/* Whichever worker came first: the schedule with the smallest number is the one that found it. */
static bool race_is_first(uint64_t key)
{
    struct explore_seen *seen = race_find(key);
    uint64_t mine = control_block->answer.schedule + 1;
    uint64_t first = seen ? atomic_load(&seen->schedule) : 0;
    while (seen && (!first || mine < first))
        if (atomic_compare_exchange_weak(&seen->schedule, &first, mine))
            return true;
    return !first || first == mine;
}

bool control_race_first(const struct hb_finding *finding)
{
    uintptr_t now, before;
    finding_places(finding, &now, &before);
    control_promote(now);
    control_promote(before);
    return control_block->command.uncounted ||
           race_is_first(rng_mix((now ^ before) + rng_mix(now + before)) | 1);
}
