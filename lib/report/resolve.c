#include <string.h>
#include <sys/stat.h>

#include "report/resolver.h"
#include "report/symbol.h"

#define RUNTIME_FRAMES 10

/* ---- stacks ---- */

/* Code of ours, under each name that it is loaded by. */
static bool module_is_runtime(const struct module *module)
{
    static const char *const prefixes[] = {"libracerun.so", "libracerun-hooks", "libtsan.so",
                                           "libclang_rt.tsan"};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (strncmp(module->image->name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* Inlined templates of the C++ library and its compiled part bury the user's own frames. */
static bool is_library(const char *file, const char *module)
{
    static const char *const modules[] = {"libc.so", "libstdc++.so", "libc++.so", "libc++abi.so",
                                          "ld-linux"};
    static const char *const folders[] = {"/usr/include/c++/", "/usr/include/x86_64-linux-gnu/c++/",
                                          "/usr/lib/gcc/", "/usr/lib/llvm-"};
    for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
        if (strncmp(module, modules[i], strlen(modules[i])) == 0)
            return true;
    for (size_t i = 0; file && i < sizeof(folders) / sizeof(*folders); i++)
        if (strncmp(file, folders[i], strlen(folders[i])) == 0)
            return true;
    return false;
}

struct frames {
    struct frame *frames;
    size_t count;
};

static struct frame *frames_add(struct resolver *r, struct frames *list)
{
    if ((list->count & (list->count - 1)) == 0) { /* full: the capacity is a power of two */
        struct frame *old = list->frames;
        list->frames = arena_array(r->arena, list->count ? list->count * 2 : 1, sizeof(*old));
        if (old)
            memcpy(list->frames, old, list->count * sizeof(*old));
    }
    return &list->frames[list->count++];
}

static void frames_add_pc(struct resolver *r, struct frames *list, uint64_t pc, uint32_t unload)
{
    const struct module *module = space_module_then(r->space, r->pid, pc, unload);
    if (!module) {
        *frames_add(r, list) = (struct frame){.pc = pc};
        return;
    }
    if (module_is_runtime(module))
        return;
    struct image *image = module->image;
    size_t count;
    const struct symbol_level *levels = symbol_lookup(image, pc - module->bias, &count);
    if (!r->without_debug && (module->main || module->instrumented) &&
        (!levels[0].file || image_lack(image)))
        r->without_debug = image;
    for (size_t i = 0; i < count; i++)
        *frames_add(r, list) = (struct frame){
            .pc = pc,
            .function = levels[i].function,
            .file = levels[i].file,
            .line = levels[i].line,
            .column = levels[i].column,
            .function_line = levels[i].function_line,
            .module = image->name,
            .module_path = image->path,
            .offset = pc - module->bias,
            .inlined = i + 1 < count,
            .in_main = module->main,
            .library = is_library(levels[i].file, image->name),
        };
}

/* What the C library runs below `main` or a thread's start routine tells nothing. */
static bool frame_is_plumbing(const struct frame *frame)
{
    static const char *const names[] = {"start_thread",
                                        "__libc_start_call_main",
                                        "__libc_start_main",
                                        "__libc_start_main_impl",
                                        "_start",
                                        "clone",
                                        "clone3",
                                        "__clone",
                                        "__clone3"};
    if (frame->function && strncmp(frame->function, "coro_boot", 9) == 0)
        return true; /* the beginning of a goroutine */
    if (!frame->module || strncmp(frame->module, "libc.so", 7) != 0)
        return frame->module && frame->function && strcmp(frame->function, "_start") == 0;
    if (!frame->function)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(frame->function, names[i]) == 0)
            return true;
    return false;
}

static void frames_trim(struct frames *list)
{
    while (list->count > 1 && frame_is_plumbing(&list->frames[list->count - 1]))
        list->count--;
}

static bool frame_is_goroutines(const struct frame *frame)
{
    static const char *const names[] = {"panic_text", "panic_start", "panic_die", "fatal_text",
                                        "fatal_object"};
    if (frame->module && strncmp(frame->module, "libracerun-go.", 14) == 0)
        return true;
    if (!frame->function)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(frame->function, names[i]) == 0)
            return true;
    return strncmp(frame->function, "rgo_", 4) == 0;
}

/* The goroutine runtime's own frames, and those of its inline functions, above the program's place.
 */
static void frames_trim_runtime(struct frames *list)
{
    size_t drop = 0;
    for (size_t i = 0; i < list->count && i < RUNTIME_FRAMES; i++) {
        if (frame_is_goroutines(&list->frames[i]))
            drop = i + 1;
        else if (drop == 0 || list->frames[i].file)
            break;
    }
    if (drop < list->count) {
        list->frames += drop;
        list->count -= drop;
    }
}

/* The number of the unload that took the code at a recorded program counter; 0 = it is there. */
static uint32_t pc_unload(uint64_t raw)
{
    uint64_t unload = raw >> PROTO_PC_BITS;
    return unload <= PROTO_UNLOADS_MAX ? (uint32_t)unload : 0;
}

/* The first unload after a stack was recorded, as far as the stack shows; 0 = none. */
static uint32_t stack_unload(const struct resolver *r, uint32_t index)
{
    uint32_t first = 0;
    if (index == PROTO_NONE)
        return 0;
    const struct proto_stack *raw = &r->record->stacks[index];
    for (uint32_t i = 0; i < raw->pc_count; i++) {
        uint32_t unload = pc_unload(r->record->pcs[raw->pc_first + i]);
        if (unload && (!first || unload < first))
            first = unload;
    }
    return first;
}

/* Program counters are return addresses (the hooks' as well), but for the place of a crash. */
struct stack resolver_stack(struct resolver *r, uint32_t index)
{
    if (index == PROTO_NONE)
        return (struct stack){0};
    if (r->stack_done[index])
        return r->stacks[index];
    const struct proto_finding *f = r->record->finding;
    const struct proto_stack *raw = &r->record->stacks[index];
    bool exact = f->kind == FINDING_CRASH && index == f->now.stack;
    struct frames list = {0};
    for (uint32_t i = 0; i < raw->pc_count; i++) {
        uint64_t pc = r->record->pcs[raw->pc_first + i];
        uint32_t unload = exact && i == 0 ? 0 : pc_unload(pc);
        if (unload)
            pc &= (UINT64_C(1) << PROTO_PC_BITS) - 1;
        if (pc)
            frames_add_pc(r, &list, exact && i == 0 ? pc : pc - 1, unload);
    }
    frames_trim(&list);
    frames_trim_runtime(&list);
    r->stack_done[index] = true;
    r->stacks[index] = (struct stack){list.frames, list.count};
    return r->stacks[index];
}

/* ---- tasks and locks ---- */

const struct task *resolver_task(const struct resolver *r, uint32_t index)
{
    return index == PROTO_NONE ? NULL : &r->tasks[index];
}

static void tasks_resolve(struct resolver *r)
{
    uint32_t count = r->record->finding->task_count;
    r->tasks = arena_array(r->arena, count, sizeof(*r->tasks));
    for (uint32_t i = 0; i < count; i++) {
        const struct proto_task *raw = &r->record->tasks[i];
        r->tasks[i] = (struct task){
            .number = raw->number,
            .os_id = raw->os_id,
            .name = arena_copy(r->arena, raw->name, strnlen(raw->name, sizeof(raw->name))),
            .goroutine = raw->goroutine,
            .ended = raw->ended != 0,
            .parent = resolver_task(r, raw->parent),
            .created = resolver_stack(r, raw->created),
        };
    }
}

static const struct variable *variable_then(struct resolver *r, uint64_t addr, uint64_t size,
                                            uint32_t unload)
{
    const struct module *module = space_module_then(r->space, r->pid, addr, unload);
    if (!module || module_is_runtime(module))
        return NULL;
    struct variable *variable = arena_alloc(r->arena, sizeof(*variable));
    bool found = variable_find(module->image, r->arena, addr - module->bias, size, false, variable);
    return found ? variable : NULL;
}

const struct variable *resolver_variable(struct resolver *r, uint64_t addr, uint64_t size)
{
    return variable_then(r, addr, size, 0);
}

/* enum hb_lock_kind; the sizes are those of glibc's types on x86-64, and of racerun/go/sync.h. */
static const struct {
    const char *name;
    uint32_t size;
} lock_kinds[] = {{"mutex", 40}, {"spinlock", 4}, {"rwlock", 56}, {"Mutex", 24}, {"RWMutex", 40}};
#define LOCK_KINDS (sizeof(lock_kinds) / sizeof(*lock_kinds))

/* std::mutex keeps the real one in a member that its user never wrote. */
static void lock_name_trim(struct arena *arena, struct variable *variable)
{
    static const char tail[] = "._M_mutex";
    size_t size = strlen(variable->path), cut = sizeof(tail) - 1;
    if (size > cut && strcmp(variable->path + size - cut, tail) == 0)
        variable->path = arena_copy(arena, variable->path, size - cut);
}

/* A lock that was held at the stack `used`. */
static void lock_resolve(struct resolver *r, const struct proto_lock *raw, uint32_t used,
                         struct lock *ret_lock)
{
    uint32_t unload = stack_unload(r, raw->acquired);
    bool known = raw->kind < LOCK_KINDS;
    struct lock lock = {
        .addr = raw->addr,
        .uid = raw->uid,
        .kind = known ? lock_kinds[raw->kind].name : "lock",
        .shared = raw->shared != 0,
        .acquired = resolver_stack(r, raw->acquired),
        .created = resolver_stack(r, raw->created),
    };
    lock.variable = variable_then(r, raw->addr, known ? lock_kinds[raw->kind].size : 1,
                                  unload ? unload : stack_unload(r, used));
    if (lock.variable)
        lock_name_trim(r->arena, (struct variable *)lock.variable);
    *ret_lock = lock;
}

/* ---- accesses and their place ---- */

/* Thread-local ones only of the executable: those of libraries lie where only the loader knows. */
static bool place_variable_find(struct resolver *r, const struct place *place, uint64_t addr,
                                uint64_t size, struct variable *ret_variable)
{
    const struct proto_finding *f = r->record->finding;
    struct image *image = place->module ? place->module->image : NULL;
    if (!image || addr < place->origin)
        return false;
    if (place->kind == PLACE_STACK)
        return variable_find_local(image, r->arena, f->place_frame_pc - 1 - place->module->bias,
                                   f->place_frame_cfa, addr, size, ret_variable);
    return variable_find(image, r->arena, addr - place->origin, size, place->kind == PLACE_TLS,
                         ret_variable);
}

static const struct variable *place_variable(struct resolver *r, const struct place *place,
                                             uint64_t addr, uint64_t size)
{
    if (place->kind != PLACE_TLS && place->kind != PLACE_STACK)
        return resolver_variable(r, addr, size);
    struct variable *variable = arena_alloc(r->arena, sizeof(*variable));
    return place_variable_find(r, place, addr, size, variable) ? variable : NULL;
}

static void access_resolve(struct resolver *r, const struct place *place,
                           const struct proto_access *raw, struct access *ret_access)
{
    struct lock *locks = arena_array(r->arena, raw->lock_count, sizeof(*locks));
    for (uint32_t i = 0; i < raw->lock_count; i++)
        lock_resolve(r, &r->record->locks[raw->lock_first + i], raw->stack, &locks[i]);
    *ret_access = (struct access){
        .kind = raw->kind,
        .addr = raw->addr,
        .size = raw->size,
        .task = resolver_task(r, raw->task),
        .stack = resolver_stack(r, raw->stack),
        .locks = locks,
        .lock_count = raw->lock_count,
        .variable = place_variable(r, place, raw->addr, raw->size),
    };
}

static void place_module(struct resolver *r, struct place *place)
{
    if (place->kind == PLACE_TLS) {
        const struct module *module = space_main(r->space, r->pid);
        uint64_t offset = module ? image_tls_offset(module->image) : 0;
        uint64_t high = place->base + place->size;
        if (!offset || high < offset + PROTO_TLS_CONTROL)
            return;
        place->module = module;
        place->origin = high - PROTO_TLS_CONTROL - offset;
        return;
    }
    if (place->kind == PLACE_STACK) {
        place->module = space_module(r->space, r->pid, r->record->finding->place_frame_pc);
        return; /* addresses of local variables are run-time addresses */
    }
    place->module = space_module(r->space, r->pid, place->addr);
    if (!place->module)
        return;
    place->origin = place->module->bias;
    if (place->kind == PLACE_UNKNOWN)
        place->kind = PLACE_STATIC;
}

/* The bytes that both touch; those of `now` when there is no other, or none in common. */
static void place_overlap(const struct proto_finding *f, struct place *place)
{
    const struct proto_access *a = &f->now, *b = &f->before;
    place->addr = a->addr;
    place->bytes = a->size;
    if (f->kind == FINDING_CRASH || a->addr > UINT64_MAX / 2 || b->addr > UINT64_MAX / 2)
        return;
    uint64_t low = a->addr > b->addr ? a->addr : b->addr;
    uint64_t a_end = a->addr + a->size, b_end = b->addr + b->size;
    uint64_t high = a_end < b_end ? a_end : b_end;
    if (low >= high)
        return;
    place->addr = low;
    place->bytes = high - low;
}

static void place_resolve(struct resolver *r, struct place *ret_place)
{
    const struct proto_finding *f = r->record->finding;
    struct place place = {
        .kind = f->place <= PLACE_TLS ? f->place : PLACE_UNKNOWN,
        .base = f->place_addr,
        .size = f->place_size,
        .task = resolver_task(r, f->place_task),
        .allocated = resolver_stack(r, f->place_stack),
        .freed_task = resolver_task(r, f->freed_task),
        .freed = resolver_stack(r, f->freed_stack),
    };
    place_overlap(f, &place);
    place_module(r, &place);
    place.variable = place_variable(r, &place, place.addr, place.bytes);
    *ret_place = place;
}

static const char *hint_resolve(const struct resolver *r)
{
    struct image *image = r->without_debug;
    const char *lack = image ? image_lack(image) : NULL;
    /* Without one, only this place has no debug information (assembly, start-up code). */
    return lack ? arena_printf(r->arena, "%s %s", image->path, lack) : NULL;
}

/* The one that a frame was told from. Paths are the images' own. */
static const struct image *frame_image(const struct resolver *r, const struct frame *frame)
{
    const struct image *image = r->space->images;
    while (image && image->path != frame->module_path)
        image = image->next;
    return image;
}

/* The sources that are shown first must be those that were compiled. */
static const char *hint_of_source(const struct resolver *r, const struct stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frames[i];
        struct stat status;
        if (!frame->file || frame->library)
            continue;
        const struct image *image = frame_image(r, frame);
        uint64_t modified_ns = image ? image->modified_ns : 0;
        if (!modified_ns || stat(frame->file, &status) != 0 ||
            (uint64_t)status.st_mtim.tv_sec * UINT64_C(1000000000) +
                    (uint64_t)status.st_mtim.tv_nsec <=
                modified_ns)
            return NULL;
        return arena_printf(r->arena,
                            "%s was changed after %s was built, so other lines than meant may be "
                            "shown: build it again",
                            frame->file, image->path);
    }
    return NULL;
}

static bool has_accesses(const struct proto_finding *f)
{
    return f->kind <= FINDING_CRASH || (f->kind == FINDING_MISUSE && f->wait_count == 0);
}

void finding_resolve(struct finding *finding, const struct space *space, struct arena *arena,
                     const struct record *record)
{
    const struct proto_finding *f = record->finding;
    struct resolver r = {
        .space = space,
        .arena = arena,
        .record = record,
        .pid = f->head.pid,
        .stacks = arena_array(arena, f->stack_count, sizeof(struct stack)),
        .stack_done = arena_array(arena, f->stack_count, sizeof(bool)),
    };
    tasks_resolve(&r);
    *finding = (struct finding){
        .kind = f->kind,
        .title = kind_title(f->kind),
        .pid = r.pid,
        .process = space_process(space, r.pid),
        .ordered = f->ordered != 0,
        .signal = f->signal,
        .has_now = has_accesses(f),
        .has_before = f->kind != FINDING_CRASH && has_accesses(f),
        .tasks = r.tasks,
        .task_count = f->task_count,
    };
    place_resolve(&r, &finding->place);
    access_resolve(&r, &finding->place, &f->now, &finding->now);
    if (finding->has_before)
        access_resolve(&r, &finding->place, &f->before, &finding->before);
    resolver_goroutines(&r, finding);
    finding_advise(finding, arena);
    finding_identify(finding);
    finding_explain(finding, arena);
    finding->hint = hint_resolve(&r);
    if (!finding->hint)
        finding->hint = hint_of_source(&r, &finding->now.stack);
    if (!finding->hint)
        finding->hint = hint_of_source(&r, &finding->before.stack);
}
