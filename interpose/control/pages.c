/*
 * pages: memory is put back (engine.h). Mappings that were there before the first schedule are
 * protected; a page is opened by the first write to it, and written back from its copy ever after.
 * What schedules map themselves is calls.c's.
 *
 * What this costs are the cache lines that it touches. Of the detector's tables, which grow at
 * their ends, the part in use is written back, and not the rest of the page.
 */
#include <fcntl.h>
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

/* "low-high rwxp ..." */
static const char *line_take(const char *line)
{
    uintptr_t low = sys_hex_take(&line);
    line++;
    uintptr_t high = sys_hex_take(&line);
    line++;
    if (line[0] != 'r' || line[1] != 'w' || is_ours(low, high))
        return NULL;
    if (line[3] != 'p')
        return "it has memory that is shared with other processes";
    return regions_add(low, high, line[2] == 'x');
}

static const char *regions_find(void)
{
    const char *reason = NULL;
    size_t size = 0;
    long got, fd = sys_call6(SYS_openat, AT_FDCWD, (long)"/proc/self/maps", O_RDONLY | O_CLOEXEC, 0,
                             0, 0);
    while (fd >= 0 && size < ENGINE_MAPS_TEXT - 1 &&
           (got = sys_call3(SYS_read, fd, (long)(engine->text + size),
                            (long)(ENGINE_MAPS_TEXT - 1 - size))) > 0)
        size += (size_t)got;
    if (fd >= 0)
        sys_call3(SYS_close, fd, 0, 0);
    if (!size || size == ENGINE_MAPS_TEXT - 1)
        return "its mappings cannot be read from /proc/self/maps";
    engine->text[size] = 0;
    for (char *line = engine->text, *end; !reason && (end = strchr(line, '\n')); line = end + 1)
        reason = line_take(line);
    return reason;
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

/* ---- lines ---- */

enum { LINES = ENGINE_PAGE_SIZE / ENGINE_LINE_SIZE };
static_assert(LINES == 64, "engine_hot.filled has a bit for each");
#define FILLED_ALL UINT64_MAX

typedef uint64_t chunk __attribute__((vector_size(16), may_alias));
enum { CHUNKS = ENGINE_LINE_SIZE / sizeof(chunk) };

static inline void line_copy(void *to, const void *from)
{
    for (size_t i = 0; i < CHUNKS; i++)
        ((chunk *)to)[i] = ((const chunk *)from)[i];
}

static inline void line_clear(void *to)
{
    for (size_t i = 0; i < CHUNKS; i++)
        ((chunk *)to)[i] = (chunk){0};
}

static bool line_is_zero(const void *line)
{
    chunk any = {0};
    for (size_t i = 0; i < CHUNKS; i++)
        any |= ((const chunk *)line)[i];
    return !(any[0] | any[1]);
}

/* A page that is mostly filled is copied as a whole. */
static uint64_t filled_find(const char *page)
{
    enum { MANY = 32 };
    uint64_t filled = 0;
    for (uint32_t i = 0; i < LINES; i++)
        filled |= (uint64_t)!line_is_zero(page + i * ENGINE_LINE_SIZE) << i;
    return __builtin_popcountll(filled) > MANY ? FILLED_ALL : filled;
}

static void copy_make(struct engine_hot *hot)
{
    hot->filled = filled_find(hot->page);
    hot->lines = (const char(*)[ENGINE_LINE_SIZE]) & engine->lines[engine->lines_count];
    for (uint64_t left = hot->filled; left; left &= left - 1)
        line_copy(engine->lines[engine->lines_count++],
                  hot->page + __builtin_ctzll(left) * ENGINE_LINE_SIZE);
}

static inline void lines_clear(char *to, uint32_t count)
{
    enum { MANY = 16 };
    if (count >= MANY) {
        uint64_t words = count * (ENGINE_LINE_SIZE / sizeof words), zero = 0;
        __asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(zero) : "memory");
        return;
    }
    for (; count; count--, to += ENGINE_LINE_SIZE)
        line_clear(to);
}

/* A tick may come at any time, and what its handler reads may lie here: nothing is cleared first
 * and then filled. */
static void page_restore(const struct engine_hot *hot)
{
    char *to = hot->page;
    const char(*from)[ENGINE_LINE_SIZE] = hot->lines;
    uint64_t left = hot->filled, words = ENGINE_PAGE_SIZE / sizeof left;
    if (left == FILLED_ALL) {
        __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
        return;
    }
    uint32_t at = 0;
    for (; left; left &= left - 1, at++) {
        uint32_t filled = (uint32_t)__builtin_ctzll(left);
        lines_clear(to + at * ENGINE_LINE_SIZE, filled - at);
        at = filled;
        line_copy(to + at * ENGINE_LINE_SIZE, *from++);
    }
    lines_clear(to + at * ENGINE_LINE_SIZE, LINES - at);
}

/* The same of its first `size` bytes at least. */
static void page_restore_part(const struct engine_hot *hot, size_t size)
{
    uint32_t line = 0;
    for (uint32_t i = 0; i * ENGINE_LINE_SIZE < size; i++)
        if (hot->filled >> i & 1)
            line_copy(hot->page + i * ENGINE_LINE_SIZE, hot->lines[line++]);
        else
            line_clear(hot->page + i * ENGINE_LINE_SIZE);
}

static bool page_is_restored(const struct engine_hot *hot)
{
    uint32_t line = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        const char *now = hot->page + i * ENGINE_LINE_SIZE;
        if (hot->filled >> i & 1 ? memcmp(now, hot->lines[line++], ENGINE_LINE_SIZE) != 0
                                 : !line_is_zero(now))
            return false;
    }
    return true;
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

void pages_restore(void)
{
    uintptr_t ends[HB_TABLES + 1];
    ends_find(ends); /* what says so is about to be put back */
    for (uint32_t i = 0; i < engine->hot_count; i++) {
        const struct engine_hot *hot = &engine->hot[i];
        uintptr_t page = (uintptr_t)hot->page, end = ends[hot->table];
        if (end >= page + ENGINE_PAGE_SIZE)
            page_restore(hot);
        else if (end > page)
            page_restore_part(hot, end - page);
    }
}

bool pages_restored(void)
{
    for (uint32_t i = 0; i < engine->hot_count; i++)
        if (!page_is_restored(&engine->hot[i]))
            return false;
    return true;
}
