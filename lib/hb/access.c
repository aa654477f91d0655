/*
 * access: the check. FastTrack (Flanagan & Freund, PLDI 2009) made byte-precise and complete.
 *
 * A granule's list holds, for every byte, the accesses that a later one may still race with. A new
 * access `a` meets each record `r` that shares a byte with it:
 *   - r by the same task in the same epoch and r's kind covers a's: a adds nothing for those bytes
 *     (whoever is unordered with a is unordered with r);
 *   - r not ordered before a, and the kinds conflict: a race;
 *   - a's kind covers r's and r is ordered before a (or raced with it, and so is reported): a
 *     takes r's bytes over; a record without bytes is dropped;
 *   - else r stays: concurrent reads, or kinds that do not cover each other.
 * Departure from FastTrack: the read set is the list itself, reads are dropped as soon as a write
 * covers them, and atomics are two more kinds (RULES, part 1).
 *
 * Freed memory: a record of kind HB_FREE is never taken over; it stays until the bytes are reset.
 * Any access that meets one is a finding, ordered (use after free) or not (race with free).
 */
#include "hb/engine.h"
#include "hb/known.h"

/* Keeps the race unless the list is full and all its `bytes` have one already. */
static void race_add(struct race_list *races, uint64_t word, uint32_t ctx, uint32_t bytes)
{
    if (races->count >= RACES_MANY && !(bytes & ~races->bytes))
        return;
    races->bytes |= bytes;
    races->races[races->count].word = word;
    races->races[races->count].ctx = ctx;
    races->races[races->count].shared = bytes;
    races->count++;
}

uint64_t record_meet(struct pass *pass, uint64_t word, uint32_t ctx)
{
    uint32_t shared = record_bytes(word) & pass->bytes;
    if (!shared)
        return word;
    enum hb_kind kind = record_kind(word);
    uint32_t slot = record_slot(word), clock = record_clock(word);
    if (slot == pass->task->slot && clock == pass->task->clock && kind != HB_FREE &&
        pass->kind != HB_FREE && kind_covers(kind, pass->kind)) {
        pass->covered |= shared;
        return word;
    }
    bool ordered = task_knows(pass->task, slot, clock);
    if (kind == HB_FREE) {
        pass->dead |= shared;
        race_add(pass->races, word, ctx, shared);
        return word;
    }
    bool raced = !ordered && kind_conflicts(kind, pass->kind);
    if (raced)
        race_add(pass->races, word, ctx, shared);
    if ((ordered || raced) && kind_covers(pass->kind, kind))
        return word | shared; /* bytes are inverted: set is gone */
    return word;
}

void element_free(struct hb_task *task, const struct record *element)
{
    if (element->word == RECORD_CROWD)
        crowd_free(task->hb, element->ctx);
    else if (element->word & RECORD_SYNC)
        sync_free(task, element->ctx);
}

/* False: the element has no bytes left. */
static bool element_meet(struct pass *pass, struct record *record)
{
    if (record->word == RECORD_CROWD) {
        bool live = crowd_meet(pass, record->ctx);
        pass->crowd = live ? record->ctx : 0;
        return live;
    }
    if (record->word & RECORD_SYNC) {
        if (pass->kind == HB_WRITE || pass->kind == HB_FREE)
            sync_plain_write(pass->task, record->word, record->ctx, pass->bytes,
                             pass->kind == HB_FREE);
        return true;
    }
    record->word = record_meet(pass, record->word, record->ctx);
    pass->length++;
    return record_bytes(record->word) != 0;
}

/* Meets every element behind the head; unlinks those left without bytes. */
static void list_meet(struct pass *pass, struct granule *granule)
{
    struct shadow *shadow = &pass->task->hb->shadow;
    uint32_t *link = &granule->next;
    while (*link) {
        uint32_t index = *link;
        struct record *record = record_at(shadow, index);
        if (element_meet(pass, record)) {
            link = &record->next;
        } else {
            *link = record->next;
            element_free(pass->task, record);
            record_free(pass->task, index);
        }
    }
}

static void list_insert(struct hb_task *task, struct granule *granule, uint64_t word, uint32_t ctx)
{
    uint32_t index = record_alloc(task);
    *record_at(&task->hb->shadow, index) =
        (struct record){.word = word, .ctx = ctx, .next = granule->next};
    granule->next = index;
}

/* The list got long: what can moves into a crowd. */
static void list_to_crowd(struct pass *pass, struct granule *granule)
{
    struct hb *hb = pass->task->hb;
    struct shadow *shadow = &hb->shadow;
    uint32_t crowd = crowd_create(hb);
    uint32_t *link = &granule->next;
    while (*link) {
        uint32_t index = *link;
        struct record *record = record_at(shadow, index);
        if (crowd_takes(record->word)) {
            crowd_add(hb, crowd, record->word, record->ctx);
            *link = record->next;
            record_free(pass->task, index);
        } else {
            link = &record->next;
        }
    }
    list_insert(pass->task, granule, RECORD_CROWD, crowd);
    pass->crowd = crowd;
}

/* The old head makes room, unless it has no bytes left. */
static void head_retire(struct pass *pass, struct granule *granule, uint64_t head)
{
    if (record_bytes(head) == 0 || (head & RECORD_EPOCH_MASK) == 0)
        return;
    if (pass->length >= CROWD_FROM && !pass->crowd && crowd_takes(head))
        list_to_crowd(pass, granule);
    if (pass->crowd && crowd_takes(head))
        crowd_add(pass->task->hb, pass->crowd, head, granule->ctx);
    else
        list_insert(pass->task, granule, head, granule->ctx);
}

/* Brings the record behind *link to the head, for the next same-epoch check. The former head goes
 * before all others, which it has met. */
static uint64_t list_to_front(struct pass *pass, struct granule *granule, uint64_t head,
                              uint32_t *link)
{
    uint32_t index = *link;
    struct record front = *record_at(&pass->task->hb->shadow, index);
    *link = front.next;
    record_free(pass->task, index);
    head_retire(pass, granule, head);
    granule->ctx = front.ctx;
    return front.word;
}

/*
 * A read that raced goes behind all that it raced with. So a head that is a read and nothing else
 * has found every write in the list ordered before it, as far as its bytes go (read_after_head),
 * and so has a record that nothing but reads are in front of (readers_restamp).
 */
static void list_append_read(struct pass *pass, struct granule *granule, uint32_t ctx)
{
    struct shadow *shadow = &pass->task->hb->shadow;
    uint64_t word = record_make(pass->task->word, HB_READ, pass->bytes);
    if (pass->length >= CROWD_FROM && !pass->crowd)
        list_to_crowd(pass, granule);
    if (pass->crowd) {
        crowd_add(pass->task->hb, pass->crowd, word, ctx);
        return;
    }
    uint32_t index = record_alloc(pass->task), *link = &granule->next;
    while (*link)
        link = &record_at(shadow, *link)->next;
    *record_at(shadow, index) = (struct record){.word = word, .ctx = ctx, .next = 0};
    *link = index;
}

/* The record, of this epoch and kind, can have the pass's bytes, too; of a free it is told where
 * each was. */
static bool record_join(const struct pass *pass, uint32_t bytes, uint32_t *ctx, uint32_t added)
{
    return *ctx == added ||
           (pass->kind != HB_FREE && context_join(pass->task, ctx, bytes, added, pass->bytes));
}

/* A read that met it may have raced. */
static bool read_may_race(const struct pass *pass, uint64_t word)
{
    return pass->kind == HB_READ && kind_conflicts(record_kind(word), HB_READ) &&
           !task_knows(pass->task, record_slot(word), record_clock(word));
}

/* Adds the bytes to an own record of the same epoch and kind, if there is one, which then is the
 * head. But a read that raced stays where it is: see list_append_read. */
static bool list_extend(struct pass *pass, struct granule *granule, uint64_t *head, uint32_t ctx)
{
    uint64_t wanted = record_make(pass->task->word, pass->kind, 0xff) & ~RECORD_BYTES_MASK;
    if ((*head & ~RECORD_BYTES_MASK) == wanted &&
        record_join(pass, record_bytes(*head), &granule->ctx, ctx)) {
        *head &= ~(uint64_t)pass->bytes;
        return true;
    }
    struct shadow *shadow = &pass->task->hb->shadow;
    uint32_t *link = &granule->next;
    bool stays = read_may_race(pass, *head);
    while (*link) {
        struct record *record = record_at(shadow, *link);
        if ((record->word & ~RECORD_BYTES_MASK) == wanted &&
            record_join(pass, record_bytes(record->word), &record->ctx, ctx)) {
            record->word &= ~(uint64_t)pass->bytes;
            if (!stays)
                *head = list_to_front(pass, granule, *head, link);
            return true;
        }
        stays = stays || read_may_race(pass, record->word);
        link = &record->next;
    }
    return false;
}

uint64_t granule_access(struct hb_task *task, struct granule *granule, uint64_t word,
                        uint32_t bytes, enum hb_kind kind, uint32_t ctx, struct race_list *races)
{
    struct pass pass = {.task = task, .races = races, .kind = kind, .bytes = bytes};
    word = record_meet(&pass, word, granule->ctx);
    list_meet(&pass, granule);
    pass.bytes &= ~pass.dead & ~pass.covered;
    if (kind == HB_FREE)
        pass.bytes = bytes; /* marks all, whoever freed before */
    if (!pass.bytes)
        return word;
    if (kind == HB_READ && races->count) {
        list_append_read(&pass, granule, ctx);
        return word;
    }
    if (list_extend(&pass, granule, &word, ctx))
        return word;
    head_retire(&pass, granule, word);
    granule->ctx = ctx;
    return record_make(task->word, kind, pass.bytes);
}

/*
 * The head is a read of the same bytes, by a task of which this one has learned: then it knows all
 * that that task knew, and writes in the list were ordered before both. So the list need not be
 * looked at, which lies elsewhere in memory. Floors, and the clocks that a task of unknown past
 * begins with, are no such knowledge.
 */
static inline bool read_after_head(const struct hb_task *task, uint64_t word, uint64_t now)
{
    return ((word ^ now) & (RECORD_KIND_MASK | RECORD_BYTES_MASK)) == 0 &&
           record_clock(word) <= vclock_get(&task->known, record_slot(word)) &&
           clock_era(&task->hb->clocks) == task->hb->era_closed;
}

/*
 * The frequent cases without the list; 0 when none applies.
 *
 * The head is the task's own record of the same kind and bytes, from an earlier epoch: whatever
 * else is in the list was met by that access, since new records always become the head, and what
 * was ordered before it still is. So only the epoch changes.
 *
 * The head is alone, ordered before the access and wholly taken over by it.
 */
static inline uint64_t granule_restamp(const struct hb_task *task, const struct granule *granule,
                                       uint64_t word, uint32_t bytes, enum hb_kind kind)
{
    uint64_t now = record_make(task->word, kind, bytes);
    bool own = ((word ^ now) & (RECORD_SLOT_MASK | RECORD_KIND_MASK | RECORD_BYTES_MASK)) == 0;
    if (own && (granule->next == 0 || kind == HB_READ))
        return now;
    if (kind == HB_READ && read_after_head(task, word, now))
        return now;
    if (granule->next || (word & RECORD_FREED))
        return 0;
    if ((record_bytes(word) & ~bytes) || !kind_covers(kind, record_kind(word)) ||
        !task_knows(task, record_slot(word), record_clock(word)))
        return 0;
    return now;
}

/* The head is alone, of this epoch and kind: it gets further bytes. Returns its word, or 0. */
static inline uint64_t granule_extend(struct hb_task *task, struct granule *granule, uint64_t word,
                                      uint32_t bytes, enum hb_kind kind, uint32_t ctx)
{
    uint64_t now = record_make(task->word, kind, bytes);
    if (granule->next || (word & RECORD_FREED) || ((word ^ now) & ~RECORD_BYTES_MASK) ||
        !context_join(task, &granule->ctx, record_bytes(word), ctx, bytes))
        return 0;
    return word & now;
}

/*
 * Tasks that read in turns: the task's own read of these bytes, of an earlier epoch, lies in the
 * list behind reads alone. No record that it has not met can conflict with a read, so it becomes
 * the head, with this epoch and place, and the head takes its place. Returns the head's word, or 0
 * if there is no such record.
 */
static inline uint64_t readers_restamp(const struct hb_task *task, struct granule *granule,
                                       uint64_t head, uint32_t bytes, uint32_t ctx)
{
    uint64_t now = record_make(task->word, HB_READ, bytes), word = head;
    uint32_t index = granule->next;
    for (uint32_t depth = 0; index && depth < KNOWN_DEPTH; depth++) {
        if (!(word & RECORD_NOT_WRITE) || (word & (RECORD_SYNC | RECORD_FREED)) ||
            record_slot(word) == task->slot)
            return 0;
        struct record *record = record_at(&task->hb->shadow, index);
        word = record->word;
        if (((word ^ now) & ~RECORD_CLOCK_MASK) == 0) {
            __atomic_store_n(&record->word, head, __ATOMIC_RELAXED);
            record->ctx = granule->ctx;
            granule->ctx = ctx;
            return now;
        }
        index = record->next;
    }
    return 0;
}

/* By the task, in this epoch: adds nothing, or is to have further bytes. */
static inline bool record_is_own_write(const struct hb_task *task, uint64_t word)
{
    return ((word ^ task->word) & (RECORD_EPOCH_MASK | RECORD_NOT_WRITE | RECORD_ATOMIC)) == 0;
}

/* The access meets the record without a race, and what covers it takes it over. */
static inline bool record_yields(const struct hb_task *task, uint64_t word)
{
    return !record_is_own_write(task, word) &&
           task_knows(task, record_slot(word), record_clock(word));
}

/*
 * Under a lock one reads what another wrote, and then writes. A read leaves the write behind it,
 * since that conflicts with more, and takes over a read before it, or is one with it: elements of
 * arrays that are smaller than granules are read one by one. Returns the head's word, or 0 if the
 * list is not of that kind or not all of it is ordered before.
 */
static inline uint64_t read_behind_write(struct hb_task *task, struct granule *granule,
                                         uint64_t head, uint32_t bytes, uint32_t ctx)
{
    uint32_t index = granule->next;
    uint64_t write = index ? record_at(&task->hb->shadow, index)->word : head;
    uint64_t now = record_make(task->word, HB_READ, bytes);
    if ((write & RECORD_KIND_MASK) || !(write & RECORD_EPOCH_MASK) || !record_yields(task, write))
        return 0;
    if (!index) {
        index = record_alloc(task);
        *record_at(&task->hb->shadow, index) =
            (struct record){.word = write, .ctx = granule->ctx, .next = 0};
        granule->next = index;
    } else if (record_at(&task->hb->shadow, index)->next) {
        return 0;
    } else if (((head ^ now) & ~RECORD_BYTES_MASK) == 0 &&
               context_join(task, &granule->ctx, record_bytes(head), ctx, bytes)) {
        return head & now;
    } else if ((head & RECORD_KIND_MASK) != RECORD_NOT_WRITE || (record_bytes(head) & ~bytes) ||
               !record_yields(task, head)) {
        return 0;
    }
    granule->ctx = ctx;
    return now;
}

#define ORDERED_DEPTH 6u /* elements of a list that write_over_ordered looks at */

/* What is freed is the last of its life: it takes over also what its task did in this epoch. */
static inline bool record_yields_to(const struct hb_task *task, uint64_t word, enum hb_kind kind)
{
    return kind == HB_FREE ? task_knows(task, record_slot(word), record_clock(word))
                           : record_yields(task, word);
}

/* A write takes its bytes from every element, or `bytes` has none of them. */
static inline bool list_yields(const struct hb_task *task, const struct granule *granule,
                               uint32_t bytes, enum hb_kind kind)
{
    uint32_t index = granule->next;
    for (uint32_t depth = 0; index; depth++) {
        const struct record *record = record_at(&task->hb->shadow, index);
        uint64_t word = record->word;
        if (depth == ORDERED_DEPTH || (word & (RECORD_SYNC | RECORD_FREED)) ||
            (kind == HB_WRITE && record_is_own_write(task, word)) ||
            ((record_bytes(word) & bytes) && !record_yields_to(task, word, kind)))
            return false;
        index = record->next;
    }
    return true;
}

/*
 * The same of a write or a free: it takes over what it meets, a few records ordered before it, or
 * is one with the head. Returns the head's word, or 0.
 */
static inline uint64_t write_over_ordered(struct hb_task *task, struct granule *granule,
                                          uint64_t head, uint32_t bytes, enum hb_kind kind,
                                          uint32_t ctx)
{
    uint64_t now = record_make(task->word, kind, bytes);
    bool extends = ((head ^ now) & ~RECORD_BYTES_MASK) == 0;
    if ((head & RECORD_FREED) || (!extends && !record_yields_to(task, head, kind)) ||
        !list_yields(task, granule, bytes, kind) ||
        (extends && !context_join(task, &granule->ctx, record_bytes(head), ctx, bytes)))
        return 0;
    for (uint32_t *link = &granule->next; *link;) {
        uint32_t index = *link;
        struct record *record = record_at(&task->hb->shadow, index);
        record->word |= bytes; /* inverted: set is gone */
        if (record_bytes(record->word)) {
            link = &record->next;
        } else {
            *link = record->next;
            record_free(task, index);
        }
    }
    if (extends)
        return head & now;
    head |= bytes;
    if (record_bytes(head) && (head & RECORD_EPOCH_MASK))
        list_insert(task, granule, head, granule->ctx);
    granule->ctx = ctx;
    return now;
}

static HB_APART void access_list(struct hb_task *task, struct granule *granule, uint64_t word,
                                 uint32_t bytes, uintptr_t at, uintptr_t addr, size_t size,
                                 enum hb_kind kind, uint32_t ctx)
{
    struct race_list races;
    races.count = races.bytes = 0;
    granule_unlock(granule, granule_access(task, granule, word, bytes, kind, ctx, &races));
    if (__builtin_expect(races.count, 0))
        races_report(task, &races, at & ~(uintptr_t)(GRANULE_BYTES - 1), addr, size, kind, ctx);
}

static inline uint32_t part_bytes(uintptr_t at, uint32_t part)
{
    return (uint32_t)((1u << part) - 1) << (at % GRANULE_BYTES);
}

/* `part` bytes at `at`, within the granule, which is NULL if its chunk is absent; addr and size are
 * those of the whole access. */
static inline void access_granule(struct hb_task *task, struct granule *granule, uintptr_t at,
                                  uint32_t part, uintptr_t addr, size_t size, enum hb_kind kind,
                                  uint32_t ctx)
{
    uint32_t bytes = part_bytes(at, part);
    if (__builtin_expect(!granule, 0))
        granule = shadow_make(&task->hb->shadow, at);
    uint64_t word = granule_lock_marked(&task->hb->shadow, granule, at);
    uint64_t now = granule_restamp(task, granule, word, bytes, kind);
    if (__builtin_expect(now != 0, 1)) {
        if (now != word)
            granule->ctx = ctx;
        granule_unlock(granule, now);
    } else if ((now = granule_extend(task, granule, word, bytes, kind, ctx)) != 0 ||
               (kind == HB_READ &&
                ((now = read_behind_write(task, granule, word, bytes, ctx)) != 0 ||
                 (now = readers_restamp(task, granule, word, bytes, ctx)) != 0)) ||
               ((kind == HB_WRITE || kind == HB_FREE) &&
                (now = write_over_ordered(task, granule, word, bytes, kind, ctx)) != 0)) {
        granule_unlock(granule, now);
    } else {
        access_list(task, granule, word, bytes, at, addr, size, kind, ctx);
    }
}

/* The access from `at` on, which is a part of it. */
static HB_APART void access_range(struct hb_task *task, uintptr_t at, uintptr_t addr, size_t size,
                                  enum hb_kind kind, uint32_t ctx)
{
    uintptr_t end = addr + size;
    while ((at = range_known(task, at, end, kind)) < end) {
        uint32_t part = GRANULE_BYTES - (uint32_t)(at % GRANULE_BYTES);
        if (part > end - at)
            part = (uint32_t)(end - at);
        struct granule *granule = shadow_find(&task->hb->shadow, at);
        if (!granule || !granule_known(task, granule, part_bytes(at, part), kind))
            access_granule(task, granule, at, part, addr, size, kind, ctx);
        at += part;
    }
}

/* fast_renew for a task that may be at no place with a number. */
static inline bool granule_again(struct hb_task *task, struct granule *granule, uint32_t bytes,
                                 enum hb_kind kind, uintptr_t pc)
{
    uint32_t node = task_frame(task)->node;
    return node &&
           fast_renew(granule, record_make(task->word, kind, bytes), hb_contexts(task->hb),
                      fast_context(&task->front, node, pc)) &&
           (task->front.acted = true);
}

/* A plain access within a granule. */
static inline __attribute__((always_inline)) void
access_small(struct hb_task *task, uintptr_t addr, size_t size, enum hb_kind kind, uintptr_t pc)
{
    struct granule *granule = shadow_find(&task->hb->shadow, addr);
    uint32_t bytes = part_bytes(addr, (uint32_t)size);
    if (__builtin_expect(granule != NULL, 1)) {
        uint64_t word = atomic_load_explicit(&granule->word, memory_order_relaxed);
        bool after_head =
            kind == HB_READ && read_after_head(task, word, record_make(task->word, kind, bytes));
        if (granule_again(task, granule, bytes, kind, pc) ||
            (!after_head && granule_known(task, granule, bytes, kind)))
            return;
    }
    task_acts(task);
    access_granule(task, granule, addr, (uint32_t)size, addr, size, kind, context_here(task, pc));
}

static HB_APART void access_large(struct hb_task *task, uintptr_t addr, size_t size,
                                  enum hb_kind kind, uintptr_t pc)
{
    uintptr_t at = range_known(task, addr, addr + size, kind);
    if (at == addr + size)
        return;
    task_acts(task);
    access_range(task, at, addr, size, kind, context_here(task, pc));
}

HB_WHOLE void hb_access(struct hb_task *task, uintptr_t addr, size_t size, enum hb_kind kind,
                        uintptr_t pc)
{
    if (task->cursor && task->cursor->ignore)
        return;
    bool small = addr % GRANULE_BYTES + size <= GRANULE_BYTES;
    if (__builtin_expect(small && kind == HB_READ, 1))
        access_small(task, addr, size, HB_READ, pc);
    else if (__builtin_expect(small && kind == HB_WRITE, 1))
        access_small(task, addr, size, HB_WRITE, pc);
    else
        access_large(task, addr, size, kind, pc);
}

struct last_access {
    enum hb_kind kind;
    uint32_t ctx;
};

static void granules_access_last(struct hb_task *task, struct granule *granules, size_t count,
                                 uintptr_t addr, void *arg)
{
    const struct last_access *last = arg;
    for (size_t i = 0; i < count; i++) {
        uintptr_t at = addr + i * GRANULE_BYTES;
        if (atomic_load_explicit(&granules[i].word, memory_order_relaxed) || granules[i].next)
            access_granule(task, &granules[i], at, GRANULE_BYTES, at, GRANULE_BYTES, last->kind,
                           last->ctx);
    }
}

void hb_access_last(struct hb_task *task, uintptr_t addr, size_t size, enum hb_kind kind,
                    uintptr_t pc)
{
    if (task->cursor && task->cursor->ignore)
        return;
    task_acts(task);
    struct last_access last = {kind, context_here(task, pc)};
    uintptr_t end = addr + size;
    uintptr_t low = (addr + GRANULE_BYTES - 1) & ~(uintptr_t)(GRANULE_BYTES - 1);
    uintptr_t high = end & ~(uintptr_t)(GRANULE_BYTES - 1);
    if (low >= high) {
        access_range(task, addr, addr, size, kind, last.ctx);
        return;
    }
    access_range(task, addr, addr, low - addr, kind, last.ctx);
    shadow_visit(task, low, high - low, granules_access_last, &last);
    access_range(task, high, high, end - high, kind, last.ctx);
}
