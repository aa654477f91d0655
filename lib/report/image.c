#include "report/image.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/debuginfod.h"

#define IMAGE_FOLDER "/usr/lib/debug"

static int find_elf_none(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                         char **file, Elf **elf)
{
    (void)module, (void)data, (void)name, (void)base, (void)file, (void)elf;
    return -1; /* the file was given when the module was reported */
}

struct image *image_create(const char *path, const uint8_t *build_id, size_t build_id_size,
                           const char *folders)
{
    struct image *image = memory_alloc(sizeof(*image));
    image->path = arena_string(&image->arena, path);
    const char *slash = strrchr(image->path, '/');
    image->name = slash && slash[1] ? slash + 1 : image->path;
    if (build_id_size > sizeof(image->build_id))
        build_id_size = sizeof(image->build_id);
    memcpy(image->build_id, build_id, build_id_size);
    image->build_id_size = (uint32_t)build_id_size;
    image->folders = folders;
    image->search_path =
        arena_printf(&image->arena, "+:.debug:%s%s" IMAGE_FOLDER, folders, *folders ? ":" : "");
    image->callbacks = (Dwfl_Callbacks){
        .find_elf = find_elf_none,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
        .debuginfo_path = &image->search_path,
    };
    return image;
}

void image_destroy(struct image *image)
{
    if (!image)
        return;
    for (size_t i = 0; i < image->unit_count; i++)
        free(image->units[i].functions);
    free(image->units);
    free(image->ranges);
    free(image->symbols);
    free(image->variables);
    free(image->tls);
    free(image->answers);
    if (image->dwfl)
        dwfl_end(image->dwfl);
    arena_done(&image->arena);
    free(image);
}

static uint64_t time_ns(const struct timespec *at)
{
    return (uint64_t)at->tv_sec * UINT64_C(1000000000) + (uint64_t)at->tv_nsec;
}

/* Opens `path` as the image's only module, at its own addresses. Never a FIFO or a device. */
static bool image_open(struct image *image, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    image->modified_ns = time_ns(&status.st_mtim);
    image->changed_ns = time_ns(&status.st_ctim);
    image->dwfl = dwfl_begin(&image->callbacks);
    if (!image->dwfl)
        return false;
    debuginfod_bound(image->dwfl);
    dwfl_report_begin(image->dwfl);
    image->module = dwfl_report_elf(image->dwfl, image->name, path, -1, 0, true);
    dwfl_report_end(image->dwfl, NULL, NULL);
    GElf_Addr bias;
    if (image->module && dwfl_module_getelf(image->module, &bias))
        return true;
    dwfl_end(image->dwfl);
    image->dwfl = NULL;
    image->module = NULL;
    return false;
}

/* Is the opened file the one that ran? Without a build-id its last change must have been before. */
static bool image_is_same(const struct image *image)
{
    const unsigned char *bits;
    GElf_Addr vaddr;
    int size = dwfl_module_build_id(image->module, &bits, &vaddr);
    if (image->build_id_size == 0)
        return !image->mapped_ns || image->changed_ns <= image->mapped_ns;
    return size > 0 && (uint32_t)size == image->build_id_size &&
           memcmp(bits, image->build_id, (size_t)size) == 0;
}

static bool image_open_in(struct image *image, const char *folder, size_t folder_size)
{
    struct buf path = {0};
    buf_printf(&path, "%.*s/.build-id/%02x/", (int)folder_size, folder, image->build_id[0]);
    for (uint32_t i = 1; i < image->build_id_size; i++)
        buf_printf(&path, "%02x", image->build_id[i]);
    buf_put(&path, ".debug");
    bool ok = access(path.bytes, R_OK) == 0 && image_open(image, path.bytes);
    buf_done(&path);
    return ok;
}

/* FOLDER/.build-id/xx/yyyy.debug serves when the file itself is gone or was replaced. */
static bool image_open_by_build_id(struct image *image)
{
    if (image->build_id_size < 2)
        return false;
    for (const char *folder = image->folders; *folder;) {
        size_t size = strcspn(folder, ":");
        if (size && image_open_in(image, folder, size))
            return true;
        folder += size + (folder[size] == ':');
    }
    return image_open_in(image, IMAGE_FOLDER, strlen(IMAGE_FOLDER));
}

static enum image_state image_open_any(struct image *image)
{
    enum image_state state = IMAGE_MISSING;
    if (image->path[0] == '/' && image_open(image, image->path)) {
        if (image_is_same(image))
            return IMAGE_DEBUG;
        dwfl_end(image->dwfl);
        image->dwfl = NULL;
        image->module = NULL;
        state = IMAGE_REPLACED;
    }
    return image_open_by_build_id(image) ? IMAGE_DEBUG : state;
}

static int symbol_order(const void *a, const void *b)
{
    const struct image_symbol *x = a, *y = b;
    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void symbols_index(struct image *image)
{
    int count = dwfl_module_getsymtab(image->module);
    for (int i = 1; i < count; i++) {
        GElf_Sym sym;
        GElf_Addr addr;
        GElf_Word shndx;
        const char *name =
            dwfl_module_getsym_info(image->module, i, &sym, &addr, &shndx, NULL, NULL);
        uint8_t type = GELF_ST_TYPE(sym.st_info);
        if (!name || !*name || shndx == SHN_UNDEF || sym.st_size == 0 ||
            (type != STT_FUNC && type != STT_OBJECT && type != STT_TLS))
            continue;
        size_t n = image->symbol_count;
        image->symbols = memory_grow(image->symbols, n, sizeof(*image->symbols));
        image->symbols[n] = (struct image_symbol){
            .addr = type == STT_TLS ? sym.st_value : addr,
            .size = sym.st_size,
            .name = name,
            .type = type,
        };
        image->symbol_count++;
    }
    if (image->symbol_count)
        qsort(image->symbols, image->symbol_count, sizeof(*image->symbols), symbol_order);
}

const struct image_symbol *image_symbol(struct image *image, uint64_t addr, unsigned types)
{
    image_load(image);
    size_t low = 0, high = image->symbol_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (image->symbols[mid].addr <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    /* Aliases and nested symbols start earlier; a few steps back are enough in practice. */
    for (size_t steps = 0; low > 0 && steps < 16; steps++) {
        const struct image_symbol *symbol = &image->symbols[--low];
        if ((types & (1u << symbol->type)) && addr - symbol->addr < symbol->size)
            return symbol;
    }
    return NULL;
}

static int range_order(const void *a, const void *b)
{
    const struct image_range *x = a, *y = b;
    return x->low < y->low ? -1 : x->low > y->low;
}

static void unit_add(struct image *image, const Dwarf_Die *die, const Dwarf_Die *tree)
{
    image->units = memory_grow(image->units, image->unit_count, sizeof(*image->units));
    struct image_unit *unit = &image->units[image->unit_count];
    *unit = (struct image_unit){.die = *die, .tree = *tree};
    Dwarf_Addr base, low, high;
    ptrdiff_t offset = 0;
    while ((offset = dwarf_ranges(&unit->die, offset, &base, &low, &high)) > 0) {
        if (low >= high || low == 0) /* code that the linker threw away */
            continue;
        size_t n = image->range_count++;
        image->ranges = memory_grow(image->ranges, n, sizeof(*image->ranges));
        image->ranges[n] = (struct image_range){low, high, (uint32_t)image->unit_count};
    }
    image->unit_count++;
}

static void units_index(struct image *image)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Half version;
    uint8_t type;
    Dwarf_Die die, sub;
    while (dwarf_get_units(image->dwarf, cu, &cu, &version, &type, &die, &sub) == 0) {
        bool split = type == DW_UT_skeleton && sub.addr;
        image->units_lost += type == DW_UT_skeleton && !split;
        if (type == DW_UT_compile || type == DW_UT_skeleton)
            unit_add(image, &die, split ? &sub : &die);
    }
    if (image->range_count)
        qsort(image->ranges, image->range_count, sizeof(*image->ranges), range_order);
}

/* The C library: names from its symbol table are enough for whoever uses it, and its debug
 * information, where installed, takes longer to unpack than all the rest of a report. */
static bool names_suffice(const struct image *image)
{
    return strncmp(image->name, "libc.so", 7) == 0 || strncmp(image->name, "ld-linux", 8) == 0;
}

static void image_read(struct image *image)
{
    image->state = image_open_any(image);
    if (!image->module)
        return;
    Dwarf_Addr bias = 0;
    if (!names_suffice(image))
        image->dwarf = dwfl_module_getdwarf(image->module, &bias);
    image->dwarf_bias = bias;
    symbols_index(image);
    if (image->dwarf)
        units_index(image);
    if (image->unit_count == 0)
        image->state = image->symbol_count ? IMAGE_SYMBOLS : IMAGE_STRIPPED;
}

enum image_state image_load(struct image *image)
{
    if (image->state == IMAGE_UNREAD) {
        debuginfod_begin();
        image_read(image);
        image->unanswered = debuginfod_end();
    }
    return image->state;
}

/* The executable's block is the first below the thread pointer (x86-64 psABI, variant II). */
uint64_t image_tls_offset(struct image *image)
{
    GElf_Addr bias;
    image_load(image);
    Elf *elf = image->module ? dwfl_module_getelf(image->module, &bias) : NULL;
    size_t count = 0;
    if (!elf || elf_getphdrnum(elf, &count) != 0)
        return 0;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_TLS)
            continue;
        uint64_t align = header.p_align ? header.p_align : 1;
        uint64_t skew = -header.p_vaddr & (align - 1);
        return (header.p_memsz - skew + align - 1) / align * align + skew;
    }
    return 0;
}

static int function_order(const void *a, const void *b)
{
    const struct image_function *x = a, *y = b;
    return x->low < y->low ? -1 : x->low > y->low;
}

static void function_add(struct image_unit *unit, Dwarf_Die *die)
{
    Dwarf_Addr base, low, high;
    ptrdiff_t offset = 0;
    while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
        if (low >= high || low == 0)
            continue;
        size_t n = unit->function_count++;
        unit->functions = memory_grow(unit->functions, n, sizeof(*unit->functions));
        unit->functions[n] = (struct image_function){low, high, *die};
    }
}

/* Functions may sit in namespaces, classes, other functions and blocks. Depth is bounded because
 * a corrupt file could nest without end. */
static void functions_collect(struct image_unit *unit, Dwarf_Die *parent, unsigned depth)
{
    Dwarf_Die die;
    if (depth > 64 || dwarf_child(parent, &die) != 0)
        return;
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_subprogram:
            function_add(unit, &die);
            functions_collect(unit, &die, depth + 1);
            break;
        case DW_TAG_namespace:
        case DW_TAG_module:
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type:
        case DW_TAG_lexical_block:
            functions_collect(unit, &die, depth + 1);
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

struct image_unit *image_unit_at(struct image *image, uint64_t addr)
{
    image_load(image);
    addr -= image->dwarf_bias;
    size_t low = 0, high = image->range_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (image->ranges[mid].low <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0 || addr >= image->ranges[low - 1].high)
        return NULL;
    struct image_unit *unit = &image->units[image->ranges[low - 1].unit];
    if (!unit->indexed) {
        unit->indexed = true;
        functions_collect(unit, &unit->tree, 0);
        if (unit->function_count)
            qsort(unit->functions, unit->function_count, sizeof(*unit->functions), function_order);
    }
    return unit;
}

bool image_function_at(const struct image *image, const struct image_unit *unit, uint64_t addr,
                       Dwarf_Die *ret_function)
{
    addr -= image->dwarf_bias;
    size_t low = 0, high = unit->function_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (unit->functions[mid].low <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0 || addr >= unit->functions[low - 1].high)
        return false;
    *ret_function = unit->functions[low - 1].die;
    return true;
}
