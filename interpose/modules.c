/*
 * modules: see modules.h.
 *
 * The list is only changed under the lock. Readers of the instrumented ranges, which run in every
 * interceptor of a memory function, use a sequence lock: odd while the ranges change.
 * Lock order: ours, then the loader's (inside dl_iterate_phdr).
 */
#include "interpose/modules.h"

#include <string.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/image.h"
#include "interpose/journal.h"
#include "interpose/lock.h"

static_assert(PROTO_PC_BITS == HB_PC_BITS, "the engine's marks are the journal's");

enum { MODULES_MAX = 16384, EXCLUDED_MAX = 8, RANGES_MAX = 4096, BUILD_ID_MAX = 20 };

struct module {
    uintptr_t low, high, bias;
    uint8_t build_id[BUILD_ID_MAX];
    uint32_t build_id_size;
    bool instrumented, seen;
};

struct range {
    uintptr_t low, high;
};

static struct rt_lock lock;
static struct module *modules; /* MODULES_MAX of them, reserved at first use */
static size_t modules_count;
static uint32_t unloads; /* times that modules were found gone; stays at PROTO_UNLOADS_MAX */

static struct range excluded[EXCLUDED_MAX]; /* by the lock */
static size_t excluded_count;

static struct range ranges[RANGES_MAX]; /* instrumented, sorted, disjoint */
static _Atomic uint32_t ranges_count;
static _Atomic uint32_t ranges_version;

/* ---- reading ---- */

static bool ranges_contain(uintptr_t pc)
{
    size_t low = 0, high = atomic_load_explicit(&ranges_count, memory_order_relaxed);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pc < ranges[middle].low)
            high = middle;
        else if (pc >= ranges[middle].high)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

bool rt_instrumented(uintptr_t pc)
{
    for (;;) {
        uint32_t before = atomic_load_explicit(&ranges_version, memory_order_acquire);
        bool found = ranges_contain(pc);
        atomic_thread_fence(memory_order_acquire);
        if (!(before & 1) && before == atomic_load_explicit(&ranges_version, memory_order_relaxed))
            return found;
        __builtin_ia32_pause();
    }
}

bool modules_instrumented(void)
{
    return atomic_load(&ranges_count) > 0;
}

bool modules_instrumented_range(uint32_t index, uintptr_t *ret_low, uintptr_t *ret_high)
{
    if (index >= atomic_load_explicit(&ranges_count, memory_order_acquire))
        return false;
    *ret_low = ranges[index].low; /* whoever changes them meanwhile makes it miss a variable */
    *ret_high = ranges[index].high;
    return true;
}

static void ranges_insert(struct range range)
{
    uint32_t count = atomic_load(&ranges_count);
    if (count == RANGES_MAX)
        return;
    uint32_t at = count;
    for (; at && ranges[at - 1].low > range.low; at--)
        ranges[at] = ranges[at - 1];
    ranges[at] = range;
    atomic_store(&ranges_count, count + 1);
}

/* But for what is excluded. */
static void ranges_add(struct range range)
{
    for (size_t i = 0; i < excluded_count; i++) {
        const struct range *out = &excluded[i];
        if (range.low < out->low && out->high < range.high) {
            ranges_add((struct range){range.low, out->low});
            ranges_add((struct range){out->high, range.high});
            return;
        }
    }
    ranges_insert(range);
}

static void ranges_rebuild(void)
{
    atomic_fetch_add(&ranges_version, 1);
    atomic_thread_fence(memory_order_seq_cst);
    atomic_store(&ranges_count, 0);
    for (size_t i = 0; i < modules_count; i++)
        if (modules[i].instrumented)
            ranges_add((struct range){modules[i].low, modules[i].high});
    atomic_fetch_add(&ranges_version, 1);
}

void modules_exclude(uintptr_t low, uintptr_t high)
{
    rt_lock_take(&lock);
    if (excluded_count < EXCLUDED_MAX)
        excluded[excluded_count++] = (struct range){low, high};
    ranges_rebuild();
    rt_lock_give(&lock);
}

/* ---- one module ---- */

/* What the compilers emit; a library may refer to the public annotations without being instrumented. */
static bool is_instrumentation(const char *name)
{
    static const char *const emitted[] = {"__tsan_init", "__tsan_func_", "__tsan_read",
                                          "__tsan_write", "__tsan_unaligned_", "__tsan_atomic"};
    for (size_t i = 0; i < sizeof emitted / sizeof *emitted; i++)
        if (strncmp(name, emitted[i], strlen(emitted[i])) == 0)
            return true;
    return false;
}

static bool is_ours(const struct module *module)
{
    uintptr_t here = (uintptr_t)&modules_update;
    return here >= module->low && here < module->high;
}

static uint32_t build_id_in(const char *note, size_t size, uint8_t *ret_id)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *head = (const ElfW(Nhdr) *)note;
        size_t name_size = (head->n_namesz + 3u) & ~3u, id_size = (head->n_descsz + 3u) & ~3u;
        size_t total = sizeof *head + name_size + id_size;
        if (total > size)
            return 0;
        const char *name = note + sizeof *head;
        if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 && !memcmp(name, "GNU", 4)) {
            uint32_t kept = head->n_descsz < BUILD_ID_MAX ? head->n_descsz : BUILD_ID_MAX;
            memcpy(ret_id, name + name_size, kept);
            return kept;
        }
        note += total;
        size -= total;
    }
    return 0;
}

static uint32_t build_id_find(const struct dl_phdr_info *info, uint8_t *ret_id)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_NOTE)
            continue;
        const char *note = (const char *)(info->dlpi_addr + segment->p_vaddr);
        uint32_t size = build_id_in(note, segment->p_memsz, ret_id);
        if (size)
            return size;
    }
    return 0;
}

/* What tells it from others; whether it is instrumented takes longer to see. */
static struct module module_read(const struct dl_phdr_info *info)
{
    struct module module = {.low = UINTPTR_MAX, .bias = info->dlpi_addr, .seen = true};
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t low = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type != PT_LOAD)
            continue;
        if (low < module.low)
            module.low = low;
        if (low + segment->p_memsz > module.high)
            module.high = low + segment->p_memsz;
    }
    module.build_id_size = build_id_find(info, module.build_id);
    return module;
}

static bool module_is_instrumented(const struct module *module, const struct dl_phdr_info *info)
{
    const ElfW(Dyn) *dynamic = NULL;
    struct image image;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    return module->high && !is_ours(module) && image_read(&image, module->bias, dynamic) &&
           image_references(&image, is_instrumentation);
}

/* `name` behind the working folder, which dlopen("./plug.so") has just searched; as it is when it
 * is absolute, names no file (the vDSO), or the folder cannot be told. `path` is the room for it.
 */
static const char *absolute(const char *name, char path[PROTO_PATH_MAX])
{
    if (name[0] == '/' || !strchr(name, '/'))
        return name;
    while (name[0] == '.' && name[1] == '/')
        for (name += 2; *name == '/';)
            name++;
    long folder = sys_call3(SYS_getcwd, (long)path, PROTO_PATH_MAX, 0); /* counts the zero */
    size_t size = strlen(name) + 1;
    if (folder < 2 || path[0] != '/' || (size_t)folder + size > PROTO_PATH_MAX)
        return name;
    if (folder == 2)
        folder = 1; /* the root */
    path[folder - 1] = '/';
    memcpy(path + folder, name, size);
    return path;
}

static void module_write(const struct module *module, const struct dl_phdr_info *info, bool main)
{
    char path[PROTO_PATH_MAX];
    const char *name = path;
    if (main) {
        long length = sys_call3(SYS_readlink, (long)"/proc/self/exe", (long)path, sizeof path - 1);
        path[length > 0 ? length : 0] = 0;
    } else {
        name = absolute(info->dlpi_name, path);
    }
    size_t size = strlen(name) + 1;
    struct proto_module *record = journal_begin(RECORD_MODULE, sizeof *record + size);
    if (!record)
        return;
    record->low = module->low;
    record->high = module->high;
    record->bias = module->bias;
    record->instrumented = module->instrumented;
    record->main = main;
    record->build_id_size = module->build_id_size;
    memcpy(record->build_id, module->build_id, sizeof record->build_id);
    record->unloads = unloads;
    memcpy(record->path, name, size);
    journal_end(record);
}

/* ---- all modules ---- */

static struct module *module_find(const struct module *like)
{
    for (size_t i = 0; i < modules_count; i++)
        if (modules[i].bias == like->bias && modules[i].low == like->low &&
            modules[i].build_id_size == like->build_id_size &&
            memcmp(modules[i].build_id, like->build_id, like->build_id_size) == 0)
            return &modules[i];
    return NULL;
}

static int module_see(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size, (void)unused;
    struct module module = module_read(info), *known = module_find(&module);
    if (known)
        known->seen = true;
    return 0;
}

static int module_visit(struct dl_phdr_info *info, size_t size, void *first)
{
    (void)size;
    bool main = *(bool *)first;
    *(bool *)first = false;
    struct module module = module_read(info);
    if (module_find(&module) || modules_count == MODULES_MAX)
        return 0;
    module.instrumented = module_is_instrumented(&module, info);
    modules[modules_count++] = module;
    module_write(&module, info, main);
    return 0;
}

static void module_forget(struct hb_task *task, const struct module *module)
{
    hb_range_reset(rt_hb, task, module->low, module->high - module->low);
    hb_code_unloaded(rt_hb, module->low, module->high, unloads);
}

/* Before the new ones are told, so that they are known to be younger. */
static void modules_forget(struct hb_task *task)
{
    size_t kept = 0, count = modules_count;
    for (size_t i = 0; i < count; i++)
        modules[i].seen = false;
    dl_iterate_phdr(module_see, NULL);
    while (kept < count && modules[kept].seen)
        kept++;
    if (kept < count && unloads < PROTO_UNLOADS_MAX)
        unloads++;
    for (size_t i = kept; i < count; i++) {
        if (modules[i].seen)
            modules[kept++] = modules[i];
        else if (task)
            module_forget(task, &modules[i]);
    }
    modules_count = kept;
}

void modules_update(struct hb_task *task)
{
    rt_lock_take(&lock);
    if (!modules)
        modules = sys_reserve(sizeof *modules * MODULES_MAX);
    CHECK_MSG(modules, "out of memory for the list of modules");
    modules_forget(task);
    bool first = true;
    dl_iterate_phdr(module_visit, &first);
    ranges_rebuild();
    rt_lock_give(&lock);
}

void modules_lock(void)
{
    rt_lock_take(&lock);
}

void modules_unlock(void)
{
    rt_lock_give(&lock);
}
