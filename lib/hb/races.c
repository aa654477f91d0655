/* races: what access.c found of one access to one granule is told to the host, by runs of bytes. */
#include "hb/engine.h"

/* The contiguous run of `bytes` that holds the lowest of `shared`. */
static void bytes_run(uint32_t bytes, uint32_t shared, uint32_t *ret_low, uint32_t *ret_length)
{
    uint32_t low = (uint32_t)__builtin_ctz(shared);
    while (low > 0 && (bytes >> (low - 1) & 1))
        low--;
    *ret_low = low;
    *ret_length = (uint32_t)__builtin_ctz(~(bytes >> low));
}

static void race_report(struct hb_task *task, const struct hb_access *now, uint64_t word,
                        uint32_t ctx, uintptr_t addr, uint32_t size)
{
    struct hb *hb = task->hb;
    bool freed = record_kind(word) == HB_FREE || now->kind == HB_FREE;
    struct hb_finding finding = {
        .kind = freed ? HB_USE_AFTER_FREE : HB_DATA_RACE,
        .ordered = task_knows(task, record_slot(word), record_clock(word)),
        .now = *now,
        .before = {addr,
                   size,
                   record_kind(word),
                   slots_owner(&hb->slots, record_slot(word), record_clock(word)),
                   {ctx}},
    };
    hb->callbacks.finding(hb->callbacks.arg, task, &finding);
}

/* A record may hold several runs of bytes, of several places: each that takes part is a finding of
 * its own. */
void races_report(struct hb_task *task, const struct race_list *races, uintptr_t granule_addr,
                  uintptr_t addr, size_t size, enum hb_kind kind, uint32_t ctx)
{
    struct hb_access now = {addr, (uint32_t)size, kind, task->number, {ctx}};
    for (uint32_t i = 0; i < races->count; i++) {
        uint64_t word = races->races[i].word;
        for (uint32_t left = races->races[i].shared; left;) {
            uint32_t low, length, alike;
            uint32_t before = context_of_byte(task->hb, races->races[i].ctx,
                                              (uint32_t)__builtin_ctz(left), &alike);
            bytes_run(record_bytes(word) & alike, left & alike, &low, &length);
            race_report(task, &now, word, before, granule_addr + low, length);
            left &= ~(((1u << length) - 1) << low);
        }
    }
}
