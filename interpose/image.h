/*
 * image: what the loader has mapped, read from the images' own dynamic sections in memory.
 */
#ifndef RACERUN_INTERPOSE_IMAGE_H
#define RACERUN_INTERPOSE_IMAGE_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interpose/runtime.h"

struct image {
    uintptr_t bias;
    const ElfW(Sym) * symbols;
    const char *strings;
    size_t strings_size;
    const uint32_t *gnu_hash;
    const ElfW(Half) * versions;
    const ElfW(Rela) * plt_relocs;
    size_t plt_relocs_count;
    const ElfW(Rela) * relocs; /* past the relative ones */
    size_t relocs_count;
};

RT_HIDDEN bool image_read(struct image *ret_image, uintptr_t bias, const ElfW(Dyn) * dynamic);
/* Run-time address of the default version of an exported symbol, resolving ifuncs; or NULL. */
RT_HIDDEN void *image_symbol(const struct image *image, const char *name);
/* Calls `match` with the name of every symbol that a relocation refers to, until it says true. */
RT_HIDDEN bool image_references(const struct image *image, bool (*match)(const char *name));
/* The loaded object whose file name (without folder) begins with `prefix`; NULL if none. */
RT_HIDDEN const struct link_map *image_find(const char *prefix);

#endif
