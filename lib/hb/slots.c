#include "hb/engine.h"

#define REUSE_TRIES 8u /* ended slots looked at before a fresh one is taken */

void slots_init(struct slots *slots, size_t bytes_max)
{
    *slots = (struct slots){.used = 1};
    slots->slots = sys_reserve(sizeof(struct slot) * (SLOT_MAX + 1));
    CHECK_MSG(slots->slots, "cannot reserve address space; raise the limit (ulimit -v)");
    arena_init(&slots->tenures, sizeof(struct slot_tenure), 1u << 28, bytes_max, "too many tasks");
}

void slots_done(struct slots *slots)
{
    sys_release(slots->slots, sizeof(struct slot) * (SLOT_MAX + 1));
    arena_done(&slots->tenures);
}

static uint32_t slot_clock(struct slots *slots, uint32_t slot)
{
    return atomic_load_explicit(&slots->slots[slot].clock, memory_order_relaxed);
}

static bool slot_known(struct slots *slots, uint32_t slot, const struct vclock *known)
{
    uint32_t last = slots->slots[slot].last;
    return last <= vclock_get(known, slot) ||
           last <= atomic_load_explicit(&slots->slots[slot].floor, memory_order_relaxed);
}

static uint32_t ended_pop(struct slots *slots)
{
    uint32_t slot = slots->ended_head;
    slots->ended_head = slots->slots[slot].next_ended;
    if (!slots->ended_head)
        slots->ended_tail = 0;
    return slot;
}

static void ended_push(struct slots *slots, uint32_t slot)
{
    slots->slots[slot].next_ended = 0;
    if (slots->ended_tail)
        slots->slots[slots->ended_tail].next_ended = slot;
    else
        slots->ended_head = slot;
    slots->ended_tail = slot;
}

/* An ended slot whose whole past is in `known` and which has clocks left, or 0. */
static uint32_t slot_reuse(struct slots *slots, const struct vclock *known)
{
    for (uint32_t i = 0; i < REUSE_TRIES && slots->ended_head; i++) {
        uint32_t slot = ended_pop(slots);
        if (slot_clock(slots, slot) < CLOCK_MAX / 2 && slot_known(slots, slot, known))
            return slot;
        ended_push(slots, slot);
    }
    return 0;
}

static uint32_t slot_force(struct slots *slots)
{
    CHECK_MSG(slots->ended_head, "more than a million tasks live at once");
    uint32_t slot = ended_pop(slots);
    atomic_store_explicit(&slots->slots[slot].floor, slot_clock(slots, slot), memory_order_relaxed);
    return slot;
}

uint32_t slots_take(struct slots *slots, const struct vclock *known, uint32_t task,
                    uint32_t *ret_clock)
{
    spin_lock(&slots->lock);
    uint32_t number = slot_reuse(slots, known);
    if (!number)
        number = slots->used < SLOT_MAX ? slots->used++ : slot_force(slots);
    struct slot *slot = &slots->slots[number];
    uint32_t clock = slot_clock(slots, number) + 1;
    atomic_store_explicit(&slot->clock, clock, memory_order_relaxed);

    uint32_t tenure = arena_alloc(&slots->tenures);
    *(struct slot_tenure *)arena_at(&slots->tenures, tenure) =
        (struct slot_tenure){.clock_first = clock, .task = task, .before = slot->tenure};
    slot->tenure = tenure;
    spin_unlock(&slots->lock);
    *ret_clock = clock;
    return number;
}

void slots_give(struct slots *slots, uint32_t slot, uint32_t clock_final, uint32_t last)
{
    spin_lock(&slots->lock);
    slots->slots[slot].last = last;
    atomic_store_explicit(&slots->slots[slot].clock, clock_final, memory_order_relaxed);
    ended_push(slots, slot);
    spin_unlock(&slots->lock);
}

uint32_t slots_owner(struct slots *slots, uint32_t slot, uint32_t clock)
{
    spin_lock(&slots->lock);
    uint32_t index = slots->slots[slot].tenure, owner = 0;
    while (index) {
        const struct slot_tenure *tenure = arena_at(&slots->tenures, index);
        owner = tenure->task;
        if (tenure->clock_first <= clock)
            break;
        index = tenure->before;
    }
    spin_unlock(&slots->lock);
    return owner;
}

void slots_floor_all(struct slots *slots)
{
    for (uint32_t i = 1; i < slots->used; i++)
        atomic_store_explicit(&slots->slots[i].floor, slot_clock(slots, i), memory_order_relaxed);
}
