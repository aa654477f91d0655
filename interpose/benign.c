#include "interpose/benign.h"

#include <stdatomic.h>

struct range {
    uintptr_t addr;
    _Atomic size_t size; /* 0: being written */
};
static struct range ranges[BENIGN_MAX];
static _Atomic uint32_t ranges_count;

void benign_add(uintptr_t addr, size_t size)
{
    uint32_t i = atomic_load_explicit(&ranges_count, memory_order_relaxed);
    do {
        if (i == BENIGN_MAX)
            return;
    } while (!atomic_compare_exchange_weak(&ranges_count, &i, i + 1));
    ranges[i].addr = addr;
    atomic_store_explicit(&ranges[i].size, size, memory_order_release);
}

bool benign_overlaps(uintptr_t addr, size_t size)
{
    uint32_t count = atomic_load_explicit(&ranges_count, memory_order_relaxed);
    for (uint32_t i = 0; i < count; i++) {
        size_t length = atomic_load_explicit(&ranges[i].size, memory_order_acquire);
        if (length && addr < ranges[i].addr + length && ranges[i].addr < addr + size)
            return true;
    }
    return false;
}
