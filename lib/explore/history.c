/*
 * history: which events of the execution happen before which, by vector clocks, and the events on
 * each object in order. What two executions share is kept.
 */
#include <string.h>

#include "base/check.h"
#include "base/rng.h"
#include "search.h"

/* ---- objects ---- */

static struct object_entry *entry_of(const struct explore *explore, uint64_t object)
{
    uint32_t i = (uint32_t)rng_mix(object) & explore->objects_mask;
    while (explore->objects[i].object && explore->objects[i].object != object)
        i = (i + 1) & explore->objects_mask;
    return &explore->objects[i];
}

uint32_t history_last(const struct explore *explore, uint64_t object)
{
    return entry_of(explore, object)->link;
}

static void link_add(struct explore *explore, uint32_t link);

/* Twice the room; names that no event has any more are left behind. */
static void objects_grow(struct explore *explore)
{
    uint32_t known = explore->known;
    size_t size = (explore->objects_mask + 1) * sizeof *explore->objects;
    room_give(explore->config.room, explore->objects, size);
    explore->objects_mask = 2 * explore->objects_mask + 1;
    explore->objects_count = 0;
    explore->objects = room_take(explore->config.room, 2 * size);
    CHECK_MSG(explore->objects, "out of memory for exhaustive search");
    for (uint32_t event = 0; event < known; event++)
        for (uint32_t slot = 0; slot < NOTE_OBJECTS && explore->notes[event].object[slot]; slot++)
            link_add(explore, event * NOTE_OBJECTS + slot + 1);
}

static void link_add(struct explore *explore, uint32_t link)
{
    const struct trace_note *note = &explore->notes[link_event(link)];
    uint64_t object = note->object[(link - 1) % NOTE_OBJECTS];
    struct object_entry *entry = entry_of(explore, object);
    if (!entry->object) {
        entry->object = object;
        explore->objects_count++;
    }
    uint32_t previous = entry->link;
    explore->links[link - 1] = previous;
    explore->changes[link - 1] = !previous ? 0
                                 : explore->notes[link_event(previous)].looks
                                     ? explore->changes[previous - 1]
                                     : previous;
    entry->link = link;
}

/* ---- clocks ---- */

/* With the event come the choices that were made at once in it: what happens after the one happens
 * after the others. */
static void clock_join(struct explore *explore, uint32_t *clock, uint32_t event)
{
    while (event + 2 < explore->known && note_at_once(&explore->notes[event + 1]))
        event++;
    typedef int32_t four_clocks __attribute__((vector_size(16), aligned(4), may_alias));
    const four_clocks *other = (const four_clocks *)clock_of(explore, event);
    four_clocks *joined = (four_clocks *)clock;
    for (uint32_t i = 0; i < explore->clock_room / 4; i++) {
        four_clocks later = other[i] > joined[i];
        joined[i] = (other[i] & later) | (joined[i] & ~later);
    }
}

/* What the event depends on of an object's history: the last change and, if it changes it too, all
 * that looked since. */
static void clock_join_object(struct explore *explore, uint32_t *clock, uint32_t link, bool looks)
{
    uint32_t change = explore->changes[link - 1];
    if (!looks)
        for (uint32_t at = explore->links[link - 1]; at != change; at = explore->links[at - 1])
            clock_join(explore, clock, link_event(at));
    if (change)
        clock_join(explore, clock, link_event(change));
}

static void event_add(struct explore *explore, uint32_t event)
{
    const struct trace_note *note = &explore->notes[event];
    uint32_t *clock = explore->clocks + (size_t)event * explore->clock_room;
    memset(clock, 0, explore->clock_room * sizeof *clock);
    explore->before[event] = explore->last[note->task];
    if (explore->last[note->task])
        clock_join(explore, clock, explore->last[note->task] - 1);
    if (note->cause)
        clock_join(explore, clock, note->cause - 1);
    for (uint32_t slot = 0; slot < NOTE_OBJECTS && note->object[slot]; slot++) {
        link_add(explore, event * NOTE_OBJECTS + slot + 1);
        clock_join_object(explore, clock, event * NOTE_OBJECTS + slot + 1, note->looks);
    }
    for (uint32_t task = 0; note->ends && task < explore->tasks; task++)
        if (explore->last[task])
            clock_join(explore, clock, explore->last[task] - 1);
    clock[note->task] = event + 1;
    explore->last[note->task] = event + 1;
}

/* Room for the clocks of all events; those of the known ones stay. */
static void clocks_grow(struct explore *explore)
{
    size_t needed = (size_t)explore->count * explore->clock_room * sizeof(uint32_t);
    if (needed <= explore->clocks_size)
        return;
    uint32_t *clocks = room_take(explore->config.room, 2 * needed);
    CHECK_MSG(clocks, "out of memory for exhaustive search");
    if (explore->clocks) {
        memcpy(clocks, explore->clocks,
               (size_t)explore->known * explore->clock_room * sizeof(uint32_t));
        room_give(explore->config.room, explore->clocks, explore->clocks_size);
    }
    explore->clocks = clocks;
    explore->clocks_size = 2 * needed;
}

/* ---- */

void history_done(struct explore *explore)
{
    if (explore->clocks)
        room_give(explore->config.room, explore->clocks, explore->clocks_size);
    room_give(explore->config.room, explore->objects,
              (explore->objects_mask + 1) * sizeof *explore->objects);
}

void history_rewind(struct explore *explore, uint32_t count)
{
    while (explore->known > count) {
        uint32_t event = --explore->known;
        const struct trace_note *note = &explore->notes[event];
        explore->last[note->task] = explore->before[event];
        for (uint32_t slot = 0; slot < NOTE_OBJECTS && note->object[slot]; slot++)
            entry_of(explore, note->object[slot])->link =
                explore->links[event * NOTE_OBJECTS + slot];
    }
}

void history_extend(struct explore *explore)
{
    if (explore->tasks > explore->clock_room) { /* all of it anew */
        history_rewind(explore, 0);
        explore->clock_room = (explore->tasks + CLOCK_STEP - 1) / CLOCK_STEP * CLOCK_STEP;
    }
    clocks_grow(explore);
    while (explore->known < explore->count) {
        event_add(explore, explore->known++);
        if (2 * explore->objects_count > explore->objects_mask)
            objects_grow(explore);
    }
}
