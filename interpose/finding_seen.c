#include "interpose/finding_seen.h"

#include <stdatomic.h>

enum {
    SEEN_SIZE = 65536, /* of the set; power of two */
    SEEN_PROBES = 64,
    PAIRS = 16384,      /* counters of pairs; pairs that collide share one */
    RECENT = 4096,      /* direct-mapped memory of the last findings */
    ADDRESSES_MAX = 16, /* told of one pair of contexts, */
    PAGES_MAX = 64,     /* then one a page of memory, */
    PLACES_MAX = 256,   /* but not more of one pair of places, whatever the contexts */
};

static _Atomic uint64_t seen[SEEN_SIZE], recent[RECENT];
static _Atomic uint16_t addresses[PAIRS], pages[PAIRS], places[PAIRS];

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
    return x ^ (x >> 29);
}

/* Of an unordered pair. */
static uint64_t mix_pair(uint64_t a, uint64_t b)
{
    return a < b ? mix(mix(a) + b) : mix(mix(b) + a);
}

/* True the first time; also when the key's neighbourhood is full. */
static bool set_add(uint64_t key)
{
    key |= 1;
    for (uint32_t i = 0; i < SEEN_PROBES; i++) {
        _Atomic uint64_t *slot = &seen[((key >> 1) + i) & (SEEN_SIZE - 1)];
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(slot, &found, key))
            return true;
        if (found == key)
            return false;
    }
    return true;
}

/* Counts up to `max`; false beyond. */
static bool count_to(_Atomic uint16_t *counter, uint16_t max)
{
    uint16_t count = atomic_load_explicit(counter, memory_order_relaxed);
    while (count < max)
        if (atomic_compare_exchange_weak(counter, &count, (uint16_t)(count + 1)))
            return true;
    return false;
}

static bool address_is_new(uint64_t pair, uintptr_t addr)
{
    uint32_t index = (uint32_t)(pair % PAIRS);
    if (atomic_load_explicit(&addresses[index], memory_order_relaxed) < ADDRESSES_MAX)
        return set_add(mix(pair + addr)) && count_to(&addresses[index], ADDRESSES_MAX);
    if (atomic_load_explicit(&pages[index], memory_order_relaxed) < PAGES_MAX)
        return set_add(mix(~pair + (addr >> 12))) && count_to(&pages[index], PAGES_MAX);
    return false;
}

static uintptr_t place_of(struct hb_ctx ctx)
{
    uintptr_t pc = 0;
    hb_query_stack(rt_hb, ctx, &pc, 1);
    return pc;
}

void finding_places(const struct hb_finding *finding, uintptr_t *ret_now, uintptr_t *ret_before)
{
    *ret_now = place_of(finding->now.ctx);
    *ret_before = place_of(finding->before.ctx);
}

bool finding_seen_pair(uint64_t what, struct hb_ctx now, struct hb_ctx before)
{
    return set_add(mix(mix(mix(what) + now.id) + before.id));
}

bool finding_seen_first(const struct hb_finding *finding)
{
    uint64_t pair = mix_pair(finding->now.ctx.id, finding->before.ctx.id) + (uint64_t)finding->kind;
    /* A range is one access: what else it meets in this pair of contexts is the same finding. */
    bool range = finding->now.size > 16;
    uintptr_t addr = range ? finding->now.addr : finding->before.addr;
    uint64_t key = mix(pair + addr) | 1;
    if (atomic_exchange_explicit(&recent[(key >> 8) % RECENT], key, memory_order_relaxed) == key)
        return false;
    if (!address_is_new(pair, addr))
        return false;
    uint64_t place = mix_pair(place_of(finding->now.ctx), place_of(finding->before.ctx));
    return count_to(&places[place % PAIRS], PLACES_MAX);
}
