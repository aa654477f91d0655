/*
 * ours: code that is not under control: the goroutine runtime, and what it calls to look at stacks.
 * What they do inside is one step. Each object that is met is classified once, by its name.
 */
#include <string.h>

#include "interpose/control/control.h"
#include "interpose/image.h"

enum { OBJECTS_MAX = 128 };

static struct {
    uintptr_t low, size;
    bool ours;
} objects[OBJECTS_MAX];
static uint32_t count;
bool control_ours_mixed;

static bool name_is_ours(const char *path)
{
    static const char *const prefixes[] = {"libracerun-go.", "libunwind", "libgcc_s.",
                                           "libdw.",         "libelf.",   "libracerun."};
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void add(uintptr_t low, uintptr_t high, bool ours)
{
    if (count == OBJECTS_MAX)
        count = 0;
    objects[count].low = low;
    objects[count].size = high - low;
    objects[count++].ours = ours;
}

/* Up to the end of its last segment. A position-dependent executable begins at its first. */
static bool object_covers(const struct link_map *map, uintptr_t pc, uintptr_t *ret_high)
{
    const ElfW(Ehdr) *header = (const void *)map->l_addr;
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || pc < map->l_addr)
        return false;
    const ElfW(Phdr) *segments = (const void *)(map->l_addr + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_LOAD && segments[i].p_flags & PF_X)
            *ret_high = map->l_addr + segments[i].p_vaddr + segments[i].p_memsz;
    return pc < *ret_high;
}

static bool classify(uintptr_t pc)
{
    /* The first is the executable; the second, vdso or not, has no file. */
    for (const struct link_map *map = _r_debug.r_map->l_next; map; map = map->l_next) {
        uintptr_t high = 0;
        if (!map->l_name || !*map->l_name || map->l_name[0] != '/' ||
            !object_covers(map, pc, &high))
            continue;
        bool ours = name_is_ours(map->l_name);
        add(map->l_addr, high, ours);
        return ours;
    }
    add(pc, pc + 1, false); /* the executable, or code from nowhere */
    return false;
}

bool control_ours_slow(uintptr_t pc)
{
    bool executable = pc - control_shared->image_low < control_shared->image_size;
    for (uint32_t i = 0; i < count; i++)
        if (pc - objects[i].low < objects[i].size)
            return objects[i].ours;
    return !executable && classify(pc);
}

void control_ours_learn(void)
{
    for (const struct link_map *map = _r_debug.r_map->l_next; map; map = map->l_next) {
        uintptr_t high = 0;
        if (map->l_name && map->l_name[0] == '/' && object_covers(map, map->l_addr, &high))
            add(map->l_addr, high, name_is_ours(map->l_name));
    }
}

void control_ours_add(uintptr_t low, uintptr_t high)
{
    control_ours_mixed = true;
    add(low, high, true);
}
