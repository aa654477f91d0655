/*
 * lack: why a file has no debug information, or only a part of it, and what to do, in words.
 */
#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <string.h>
#include <unistd.h>

#include "report/debuginfod.h"
#include "report/image.h"

#define WITHOUT "so lines and variables are not shown"

static Elf *elf_of(const struct image *image)
{
    GElf_Addr bias;
    return dwfl_module_getelf(image->module, &bias);
}

/* Is a section of debug information compressed in a way that libelf does not know? */
static bool compressed_unreadably(const struct image *image)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(elf_of(image), section))) {
        GElf_Shdr header;
        GElf_Chdr compression;
        if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_COMPRESSED) &&
            gelf_getchdr(section, &compression) && compression.ch_type != ELFCOMPRESS_ZLIB &&
            elf_compress(section, 0, 0) < 0)
            return true;
    }
    return false;
}

/* Nothing was found at all. */
static const char *lack_of_all(struct image *image)
{
    struct arena *arena = &image->arena;
    GElf_Word crc;
    const char *link = dwelf_elf_gnu_debuglink(elf_of(image), &crc);
    const char *late = "";
    if (compressed_unreadably(image))
        return arena_printf(arena,
                            "has debug information in a compression that libdw %s cannot read: "
                            "compress it with -gz=zlib",
                            dwfl_version(NULL));
    if (image->unanswered)
        late = arena_printf(arena,
                            "; the servers of DEBUGINFOD_URLS were not waited for longer than %u s "
                            "in all (DEBUGINFOD_MAXTIME)",
                            debuginfod_seconds());
    if (link)
        return arena_printf(arena,
                            "has its debug information in %s, which was not found beside it, in "
                            ".debug/ or below /usr/lib/debug, " WITHOUT
                            ": install it or name its folder by --debug-path%s",
                            link, late);
    return arena_printf(arena,
                        "has no debug information: build it with -g and do not strip it, to see "
                        "lines and variables%s",
                        late);
}

/* The first of the files that hold what a split unit lacks, or NULL. */
static const char *lost_name(struct image *image)
{
    for (size_t i = 0; i < image->unit_count; i++) {
        Dwarf_Die *die = &image->units[i].die, sub;
        Dwarf_Attribute attribute;
        uint8_t type;
        if (dwarf_cu_info(die->cu, NULL, &type, NULL, &sub, NULL, NULL, NULL) != 0 ||
            type != DW_UT_skeleton || sub.addr)
            continue;
        const char *name = dwarf_formstring(dwarf_attr(die, DW_AT_dwo_name, &attribute));
        return name ? name : dwarf_formstring(dwarf_attr(die, DW_AT_GNU_dwo_name, &attribute));
    }
    return NULL;
}

static const char *lack_of_split(struct image *image)
{
    struct arena *arena = &image->arena;
    const char *package = arena_printf(arena, "%s.dwp", image->path);
    if (access(package, F_OK) == 0)
        return arena_printf(arena,
                            "has a part of its debug information in %s.dwp, which libdw %s cannot "
                            "read: keep the .dwo files, to see inlined calls and variables",
                            image->name, dwfl_version(NULL));
    const char *name = lost_name(image);
    return arena_printf(arena,
                        "has a part of its debug information in .dwo files of which %zu cannot be "
                        "read (%s), so inlined calls and variables are not shown: keep them where "
                        "they were compiled",
                        image->units_lost, name ? name : "unnamed");
}

static const char *lack_of_alternate(struct image *image)
{
    const char *name = NULL;
    const void *id;
    if (dwelf_dwarf_gnu_debugaltlink(image->dwarf, &name, &id) <= 0 || dwarf_getalt(image->dwarf))
        return NULL;
    return arena_printf(&image->arena,
                        "has a part of its debug information in %s, which was not found, so names "
                        "are missing: install it",
                        name);
}

static const char *lack_find(struct image *image)
{
    switch (image->state) {
    case IMAGE_MISSING:
        return "cannot be read any more, so only addresses are shown";
    case IMAGE_REPLACED:
        return "was rebuilt since it was started, so only addresses are shown";
    case IMAGE_DEBUG:
        return image->units_lost ? lack_of_split(image) : lack_of_alternate(image);
    default:
        return lack_of_all(image);
    }
}

const char *image_lack(struct image *image)
{
    image_load(image);
    if (!image->lack_known)
        image->lack = lack_find(image);
    image->lack_known = true;
    return image->lack;
}
