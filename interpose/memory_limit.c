#include "interpose/memory_limit.h"

#include <stdatomic.h>

#include "interpose/journal.h"
#include "interpose/limits.h"

#define CHECK_EVERY 16384u /* accesses of a thread */

uint64_t memory_limit;
static _Atomic uint64_t threshold; /* 0: the limit itself */
static _Atomic bool told;
static __thread uint32_t accesses __attribute__((tls_model("initial-exec")));

void memory_limit_check(struct hb_task *task)
{
    if (++accesses % CHECK_EVERY != 0)
        return;
    uint64_t most = atomic_load_explicit(&threshold, memory_order_relaxed);
    if (limits_resident() <= (most ? most : memory_limit))
        return;
    hb_forget(task);
    uint64_t left = limits_resident();
    atomic_store_explicit(&threshold, left > memory_limit ? left + left / 4 : 0,
                          memory_order_relaxed);
    if (!atomic_exchange(&told, true))
        journal_notice("the memory limit was reached: what was accessed before is forgotten, and "
                       "races with it are not found",
                       NULL);
}
