/*
 * image: see image.h. Symbols are found by the GNU hash table (every libc since 2006 has one);
 * "default version" means that the version index does not have the hidden bit, which is what
 * dlsym(handle, name) answers.
 *
 * The list of objects is the debugger's (_r_debug): it needs no lock, and the objects that we look
 * for were loaded at start and stay. Names of references are taken from relocations, since an
 * executable that exports nothing has no reliable count of its dynamic symbols.
 */
#include "interpose/image.h"

#include <string.h>

enum { VERSION_HIDDEN = 0x8000 };

/* The loader has added the bias to addresses in the dynamic section, except in objects that it did
 * not relocate (the vdso): both look alike above the bias. */
static uintptr_t dynamic_address(uintptr_t bias, uintptr_t value)
{
    return value < bias ? value + bias : value;
}

static void image_read_entry(struct image *image, const ElfW(Dyn) * entry)
{
    uintptr_t address = dynamic_address(image->bias, entry->d_un.d_ptr);
    switch (entry->d_tag) {
    case DT_SYMTAB:
        image->symbols = (const ElfW(Sym) *)address;
        break;
    case DT_STRTAB:
        image->strings = (const char *)address;
        break;
    case DT_STRSZ:
        image->strings_size = entry->d_un.d_val;
        break;
    case DT_GNU_HASH:
        image->gnu_hash = (const uint32_t *)address;
        break;
    case DT_VERSYM:
        image->versions = (const ElfW(Half) *)address;
        break;
    case DT_JMPREL:
        image->plt_relocs = (const ElfW(Rela) *)address;
        break;
    case DT_PLTRELSZ:
        image->plt_relocs_count = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
    case DT_RELA:
        image->relocs = (const ElfW(Rela) *)address;
        break;
    case DT_RELASZ:
        image->relocs_count = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
    default:
        break;
    }
}

bool image_read(struct image *ret_image, uintptr_t bias, const ElfW(Dyn) * dynamic)
{
    struct image image = {.bias = bias};
    size_t relative = 0;
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
        image_read_entry(&image, dynamic);
        if (dynamic->d_tag == DT_RELACOUNT)
            relative = dynamic->d_un.d_val;
    }
    if (!image.symbols || !image.strings)
        return false;
    if (relative <= image.relocs_count) {
        image.relocs += relative;
        image.relocs_count -= relative;
    }
    *ret_image = image;
    return true;
}

/* ---- symbols ---- */

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (uint8_t)*name;
    return hash;
}

static bool symbol_matches(const struct image *image, uint32_t index, const char *name)
{
    const ElfW(Sym) *symbol = &image->symbols[index];
    if (symbol->st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol->st_info) == STT_TLS)
        return false;
    if (image->versions && (image->versions[index] & VERSION_HIDDEN))
        return false;
    return strcmp(image->strings + symbol->st_name, name) == 0;
}

static void *symbol_address(const struct image *image, const ElfW(Sym) * symbol)
{
    uintptr_t address = image->bias + symbol->st_value;
    if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
        return ((void *(*)(void))address)();
    return (void *)address;
}

void *image_symbol(const struct image *image, const char *name)
{
    const uint32_t *table = image->gnu_hash;
    if (!table)
        return NULL;
    uint32_t buckets_count = table[0], first = table[1], bloom_words = table[2];
    const uint32_t *buckets = table + 4 + bloom_words * (sizeof(uint64_t) / sizeof(uint32_t));
    const uint32_t *chains = buckets + buckets_count;
    uint32_t hash = gnu_hash(name);
    uint32_t index = buckets[hash % buckets_count];
    if (index < first)
        return NULL;
    for (;; index++) {
        uint32_t chain = chains[index - first];
        if ((chain | 1) == (hash | 1) && symbol_matches(image, index, name))
            return symbol_address(image, &image->symbols[index]);
        if (chain & 1)
            return NULL;
    }
}

/* ---- references ---- */

static bool relocs_reference(const struct image *image, const ElfW(Rela) * relocs, size_t count,
                             bool (*match)(const char *name))
{
    uint64_t last = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t index = ELF64_R_SYM(relocs[i].r_info);
        if (!index || index == last)
            continue;
        last = index;
        uint32_t offset = image->symbols[index].st_name;
        if (offset < image->strings_size && match(image->strings + offset))
            return true;
    }
    return false;
}

bool image_references(const struct image *image, bool (*match)(const char *name))
{
    return relocs_reference(image, image->plt_relocs, image->plt_relocs_count, match) ||
           relocs_reference(image, image->relocs, image->relocs_count, match);
}

/* ---- objects ---- */

const struct link_map *image_find(const char *prefix)
{
    size_t length = strlen(prefix);
    for (const struct link_map *map = _r_debug.r_map; map; map = map->l_next) {
        const char *slash = map->l_name ? strrchr(map->l_name, '/') : NULL;
        const char *name = slash ? slash + 1 : map->l_name;
        if (name && strncmp(name, prefix, length) == 0)
            return map;
    }
    return NULL;
}
