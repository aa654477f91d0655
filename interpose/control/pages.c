/*
 * pages: memory is put back (engine.h). Mappings that were there before the first schedule are
 * protected; a page is opened by the first write to it, and put back from its copy ever after.
 * What schedules map themselves is calls.c's.
 *
 * What this costs are the cache lines that it touches, and looking costs less than writing: blocks
 * are compared with what they were, and the few that changed are written. Of the detector's tables,
 * which grow at their ends, the part in use is put back, and not the rest of the page.
 */
#include <immintrin.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/rng.h"
#include "base/sys.h"
#include "interpose/control/engine.h"

/* ---- which memory there is ---- */

static const char *region_add(uintptr_t low, uintptr_t high, bool executable)
{
    if (low >= high)
        return NULL;
    if (engine->regions_count == ENGINE_REGIONS)
        return "it has too many mappings";
    engine->regions[engine->regions_count++] =
        (struct engine_region){{low, high}, PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0)};
    return NULL;
}

/* Memory that is shared on purpose. */
static bool is_ours(uintptr_t low, uintptr_t high)
{
    const uintptr_t ours[] = {(uintptr_t)control_shared, (uintptr_t)control_block,
                              (uintptr_t)rt_control,     (uintptr_t)schedule_profile(),
                              (uintptr_t)engine->desk,   (uintptr_t)control_room};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (low <= ours[i] && ours[i] < high)
            return true;
    return false;
}

/* All of it but the engine's own memory, which the kernel may show as one with its neighbours. */
static const char *regions_add(uintptr_t low, uintptr_t high, bool executable)
{
    uintptr_t own = (uintptr_t)engine, own_end = (uintptr_t)(engine + 1);
    if (own_end <= low || high <= own)
        return region_add(low, high, executable);
    const char *reason = region_add(low, own, executable);
    return reason ? reason : region_add(own_end, high, executable);
}

static bool line_take(const char *line, void *context)
{
    const char **ret_reason = context;
    uintptr_t low = sys_hex_take(&line);
    line++;
    uintptr_t high = sys_hex_take(&line);
    line++;
    if (line[0] != 'r' || line[1] != 'w' || is_ours(low, high))
        return true;
    *ret_reason = line[3] == 'p' ? regions_add(low, high, line[2] == 'x')
                                 : "it has memory that is shared with other processes";
    return !*ret_reason;
}

static const char *regions_find(void)
{
    const char *reason = NULL;
    return sys_mappings_read(line_take, &reason)
               ? reason
               : "its mappings cannot be read from /proc/self/maps";
}

static const struct engine_region *region_of(uintptr_t addr)
{
    uint32_t low = 0, high = engine->regions_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (engine->regions[middle].range.high <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    const struct engine_region *region = &engine->regions[low];
    return low < engine->regions_count && region->range.low <= addr ? region : NULL;
}

static const char *protect(bool writable)
{
    for (uint32_t i = 0; i < engine->regions_count; i++) {
        const struct engine_region *region = &engine->regions[i];
        int protection = region->protection & (writable ? -1 : ~PROT_WRITE);
        if (sys_call3(SYS_mprotect, (long)region->range.low,
                      (long)(region->range.high - region->range.low), protection))
            return "its memory cannot be protected";
    }
    return NULL;
}

/* The detector's tables for memory that the program may touch; its own are larger than that. */
static void shadow_prepare(void)
{
    const size_t largest = (size_t)64 << 20;
    for (uint32_t i = 0; i < engine->regions_count; i++) {
        const struct engine_range *range = &engine->regions[i].range;
        if (range->high - range->low <= largest)
            hb_range_expect(rt_hb, range->low, range->high - range->low);
    }
}

const char *pages_protect(void)
{
    const char *reason = regions_find();
    if (reason)
        return reason;
    shadow_prepare();
    engine->regions_count = 0; /* that mapped more */
    reason = regions_find();
    hb_tables(rt_hb, engine->tables);
    return reason ? reason : protect(false);
}

void pages_unprotect(void)
{
    protect(true);
}

/* ---- blocks ---- */

enum { BLOCKS = ENGINE_PAGE_SIZE / ENGINE_BLOCK_SIZE };
static_assert(BLOCKS == 16, "engine_hot.filled has a bit for each");
#define AVX2 __attribute__((target("avx2")))

typedef bool same_fn(const char *block, const char *copy);

static bool same_sse2(const char *block, const char *copy)
{
    enum { CHUNKS = ENGINE_BLOCK_SIZE / sizeof(__m128i) };
    const __m128i zero = _mm_setzero_si128(), *now = (const void *)block, *was = (const void *)copy;
    __m128i any = zero;
    for (int i = 0; i < CHUNKS; i++)
        any |= now[i] ^ was[i];
    return _mm_movemask_epi8(_mm_cmpeq_epi8(any, zero)) == UINT16_MAX;
}

static AVX2 bool same_avx2(const char *block, const char *copy)
{
    enum { CHUNKS = ENGINE_BLOCK_SIZE / sizeof(__m256i) };
    const __m256i *now = (const void *)block, *was = (const void *)copy;
    __m256i any = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int i = 0; i < CHUNKS; i++)
        any |= now[i] ^ was[i];
    return _mm256_testz_si256(any, any);
}

static inline __attribute__((always_inline)) void block_copy(char *to, const char *from)
{
#pragma GCC unroll 16
    for (size_t i = 0; i < ENGINE_BLOCK_SIZE / sizeof(__m128i); i++)
        ((__m128i *)to)[i] = ((const __m128i *)from)[i];
}

static const char block_zero[ENGINE_BLOCK_SIZE] __attribute__((aligned(ENGINE_BLOCK_SIZE)));

/* Copies those of its blocks that are not all zero. */
static void copy_make(struct engine_hot *hot)
{
    hot->blocks = engine->blocks[engine->blocks_count];
    for (uint32_t i = 0; i < BLOCKS; i++) {
        const char *block = hot->page + i * ENGINE_BLOCK_SIZE;
        if (same_sse2(block, block_zero))
            continue;
        hot->filled |= 1u << i;
        block_copy(engine->blocks[engine->blocks_count++], block);
    }
}

/* Puts back the first `count` blocks of a page; false: one of them was not what it was. A tick may
 * come at any time, and what its handler reads may lie here: nothing is cleared and then filled. */
static inline __attribute__((always_inline)) bool page_restore(const struct engine_hot *hot,
                                                               uint32_t count, same_fn *same)
{
    const char *from = hot->blocks;
    char *to = hot->page;
    bool was_same = true;
    for (uint32_t filled = hot->filled; count; count--, filled >>= 1, to += ENGINE_BLOCK_SIZE) {
        const char *copy = filled & 1 ? from : block_zero;
        from += (filled & 1) * ENGINE_BLOCK_SIZE;
        if (__builtin_expect(!same(to, copy), 0)) {
            block_copy(to, copy);
            was_same = false;
        }
    }
    return was_same;
}

/* ---- hot pages ---- */

static uint32_t *hot_slot(uintptr_t page)
{
    enum { SLOTS = sizeof engine->hot_table / sizeof engine->hot_table[0] };
    uint32_t i = (uint32_t)(rng_mix(page) % SLOTS);
    while (engine->hot_table[i] && (uintptr_t)engine->hot[engine->hot_table[i] - 1].page != page)
        i = (i + 1) % SLOTS;
    return &engine->hot_table[i];
}

static uint32_t table_of(uintptr_t page)
{
    for (uint32_t i = 0; i < HB_TABLES; i++)
        if (engine->tables[i].low <= page && page < engine->tables[i].high)
            return i + 1;
    return 0;
}

/* Of the detector's and our tables, or a variable of ours. */
static bool is_own(uintptr_t page)
{
    return page - (uintptr_t)__ehdr_start < (uintptr_t)(_end - __ehdr_start) ||
           sys_reserved_end(page);
}

bool pages_open(uintptr_t addr)
{
    uintptr_t page = addr & ~(uintptr_t)(ENGINE_PAGE_SIZE - 1);
    const struct engine_region *region = region_of(page);
    uint32_t *slot = hot_slot(page);
    if (!region || *slot || engine->state == ENGINE_ALONE)
        return false;
    if (engine->hot_count == ENGINE_HOT ||
        sys_call3(SYS_mprotect, (long)page, ENGINE_PAGE_SIZE, region->protection)) {
        engine_alone("its schedules change too much memory");
        return true;
    }
    struct engine_hot *hot = &engine->hot[engine->hot_count];
    *hot = (struct engine_hot){.page = (char *)page, .table = table_of(page)};
    copy_make(hot);
    if (!is_own(page))
        engine->others[engine->others_count++] = engine->hot_count;
    *slot = ++engine->hot_count;
    return true;
}

void pages_open_range(uintptr_t addr, size_t size)
{
    if (!size || addr + size < addr)
        return;
    for (uintptr_t page = addr & ~(uintptr_t)(ENGINE_PAGE_SIZE - 1); page < addr + size;
         page += ENGINE_PAGE_SIZE) {
        const struct engine_region *region = region_of(page);
        if (region)
            pages_open(page);
        else if (size > (1u << 20))
            return; /* a large buffer that schedules mapped themselves */
    }
}

void pages_keep_range(uintptr_t addr, size_t size)
{
    enum { STEP = 512 };
    unsigned char resident[STEP];
    for (size_t at = 0; at < size; at += (size_t)STEP * ENGINE_PAGE_SIZE) {
        size_t left = (size - at + ENGINE_PAGE_SIZE - 1) / ENGINE_PAGE_SIZE;
        size_t count = left < STEP ? left : STEP;
        long failed = sys_call3(SYS_mincore, (long)(addr + at), (long)(count * ENGINE_PAGE_SIZE),
                                (long)resident);
        for (size_t i = 0; i < count; i++)
            if (failed || (resident[i] & 1))
                pages_open(addr + at + i * ENGINE_PAGE_SIZE);
    }
}

/* ---- putting back ---- */

/* Where the used parts of tables end; of what is in none: after all. */
static void ends_find(uintptr_t ret_ends[HB_TABLES + 1])
{
    ret_ends[0] = UINTPTR_MAX;
    for (uint32_t i = 0; i < HB_TABLES; i++) {
        const struct hb_table *table = &engine->tables[i];
        ret_ends[i + 1] = table->low + *table->used * table->item_size;
    }
}

/* How many blocks of a page lie below `end`. */
static inline __attribute__((always_inline)) uint32_t blocks_below(uintptr_t page, uintptr_t end)
{
    uintptr_t size = end > page ? end - page : 0;
    return size < ENGINE_PAGE_SIZE ? (uint32_t)((size + ENGINE_BLOCK_SIZE - 1) / ENGINE_BLOCK_SIZE)
                                   : BLOCKS;
}

static inline __attribute__((always_inline)) void all_restore(same_fn *same)
{
    uintptr_t ends[HB_TABLES + 1];
    ends_find(ends); /* what says so is about to be put back */
    for (uint32_t i = 0; i < engine->hot_count; i++) {
        const struct engine_hot *hot = &engine->hot[i];
        page_restore(hot, blocks_below((uintptr_t)hot->page, ends[hot->table]), same);
    }
}

static AVX2 void all_restore_avx2(void)
{
    all_restore(same_avx2);
}

void pages_restore(void)
{
    if (__builtin_cpu_supports("avx2"))
        all_restore_avx2();
    else
        all_restore(same_sse2);
}

bool pages_restored(void)
{
    bool restored = true;
    for (uint32_t i = 0; i < engine->hot_count; i++)
        restored &= page_restore(&engine->hot[i], BLOCKS, same_sse2);
    return restored;
}

/* ---- what the program keeps there ---- */

/* All that differs from the copy, by where it lies. */
static uint64_t block_name(const char *block, const char *copy, const struct engine_range *holes)
{
    uint64_t name = 0;
    for (size_t i = 0; i < ENGINE_BLOCK_SIZE; i += sizeof(uint64_t)) {
        uint64_t now, was;
        uintptr_t at = (uintptr_t)block + i;
        const struct engine_range *hole = holes;
        memcpy(&now, block + i, sizeof now);
        memcpy(&was, copy + i, sizeof was);
        while (hole->high && !(hole->low <= at && at < hole->high))
            hole++;
        if (now != was && !hole->high)
            name += rng_mix(rng_mix(at) + now * RNG_GOLDEN);
    }
    return name;
}

static inline __attribute__((always_inline)) uint64_t
page_name(const struct engine_hot *hot, const struct engine_range *holes, same_fn *same)
{
    const char *from = hot->blocks;
    uint64_t name = 0;
    if (holes->low <= (uintptr_t)hot->page &&
        (uintptr_t)hot->page + ENGINE_PAGE_SIZE <= holes->high)
        return 0;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        const char *block = hot->page + i * ENGINE_BLOCK_SIZE;
        const char *copy = hot->filled >> i & 1 ? from : block_zero;
        from += (hot->filled >> i & 1) * ENGINE_BLOCK_SIZE;
        if (!same(block, copy))
            name += block_name(block, copy, holes);
    }
    return name;
}

static uint64_t hot_name(const struct engine_range *holes)
{
    uint64_t name = 0;
    for (uint32_t i = 0; i < engine->others_count; i++)
        name += page_name(&engine->hot[engine->others[i]], holes, same_sse2);
    return name;
}

static AVX2 uint64_t hot_name_avx2(const struct engine_range *holes)
{
    uint64_t name = 0;
    for (uint32_t i = 0; i < engine->others_count; i++)
        name += page_name(&engine->hot[engine->others[i]], holes, same_avx2);
    return name;
}

/* Memory that was not there before the schedule: it was zero. False: there is too much of it. */
static bool range_name(uintptr_t low, uintptr_t high, const struct engine_range *holes,
                       size_t *pages_left, uint64_t *name)
{
    struct engine_hot hot = {.blocks = block_zero};
    for (uintptr_t page = low, end; page < high; page = end) {
        end = sys_reserved_end(page);
        if (end)
            continue;
        if (!(*pages_left)--)
            return false;
        hot.page = (char *)page;
        *name += page_name(&hot, holes, same_sse2);
        end = page + ENGINE_PAGE_SIZE;
    }
    return true;
}

bool pages_name(const struct engine_range *holes, uint64_t *ret_name)
{
    size_t pages_left = ENGINE_HOT;
    if (!engine || engine->state != ENGINE_RUNS || engine->mapped_odd)
        return false;
    uint64_t name = __builtin_cpu_supports("avx2") ? hot_name_avx2(holes) : hot_name(holes);
    bool told = range_name(engine->brk, engine->brk_now, holes, &pages_left, &name);
    for (uint32_t i = 0; i < engine->mapped_count && told; i++)
        told = range_name(engine->mapped[i].low, engine->mapped[i].high, holes, &pages_left, &name);
    *ret_name = name;
    return told;
}

uintptr_t pages_region_low(uintptr_t addr)
{
    const struct engine_region *region = region_of(addr);
    return region ? region->range.low : addr;
}
