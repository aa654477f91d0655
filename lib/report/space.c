#include "report/space.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

void space_done(struct space *space)
{
    for (struct image *image = space->images, *next; image; image = next) {
        next = image->next;
        image_destroy(image);
    }
    for (size_t i = 0; i < SPACE_BUCKETS; i++) {
        for (struct process *process = space->processes[i], *next; process; process = next) {
            next = process->next;
            free(process->modules);
            free(process);
        }
    }
    arena_done(&space->arena);
    *space = (struct space){0};
}

static struct process *process_find(const struct space *space, uint32_t pid)
{
    struct process *process = space->processes[pid % SPACE_BUCKETS];
    for (; process; process = process->next)
        if (process->pid == pid)
            return process;
    return NULL;
}

static struct process *process_get(struct space *space, uint32_t pid)
{
    struct process *process = process_find(space, pid);
    if (process)
        return process;
    process = memory_alloc(sizeof(*process));
    process->pid = pid;
    process->path = "";
    process->next = space->processes[pid % SPACE_BUCKETS];
    space->processes[pid % SPACE_BUCKETS] = process;
    space->process_count++;
    return process;
}

static void module_append(struct process *process, const struct module *module)
{
    process->modules =
        memory_grow(process->modules, process->module_count, sizeof(*process->modules));
    process->modules[process->module_count++] = *module;
}

void space_add_process(struct space *space, const struct proto_process *record, const char *path)
{
    struct process *process = process_get(space, record->head.pid);
    const struct process *parent = process_find(space, record->parent_pid);
    process->path = arena_string(&space->arena, path);
    free(process->modules); /* a pid may be used again */
    process->modules = NULL;
    process->module_count = 0;
    if (record->how != PROCESS_FORK || !parent || parent == process)
        return;
    for (size_t i = 0; i < parent->module_count; i++)
        module_append(process, &parent->modules[i]);
}

/* CLOCK_REALTIME at a time of CLOCK_MONOTONIC. */
static uint64_t real_ns(uint64_t monotonic_ns)
{
    struct timespec real, monotonic;
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    int64_t ahead =
        (int64_t)(real.tv_sec - monotonic.tv_sec) * 1000000000 + (real.tv_nsec - monotonic.tv_nsec);
    return monotonic_ns + (uint64_t)ahead;
}

/* Without a build-id, a file that was changed meanwhile is another one for who maps it now. */
static bool image_is_current(const struct image *image)
{
    struct stat status;
    return image->build_id_size || stat(image->path, &status) != 0 ||
           (uint64_t)status.st_ctim.tv_sec * UINT64_C(1000000000) +
                   (uint64_t)status.st_ctim.tv_nsec <=
               image->mapped_ns;
}

static struct image *image_get(struct space *space, const struct proto_module *record,
                               const char *path)
{
    for (struct image *image = space->images; image; image = image->next)
        if (strcmp(image->path, path) == 0 && image->build_id_size == record->build_id_size &&
            memcmp(image->build_id, record->build_id, image->build_id_size) == 0 &&
            image_is_current(image))
            return image;
    struct image *image = image_create(path, record->build_id, record->build_id_size,
                                       space->folders ? space->folders : "");
    if (record->head.order)
        image->mapped_ns = real_ns(record->head.order);
    image->next = space->images;
    space->images = image;
    return image;
}

void space_add_module(struct space *space, const struct proto_module *record, const char *path)
{
    struct module module = {
        .low = record->low,
        .high = record->high,
        .bias = record->bias,
        .image = image_get(space, record, path),
        .unloads = record->unloads,
        .main = record->main != 0,
        .instrumented = record->instrumented != 0,
    };
    module_append(process_get(space, record->head.pid), &module);
}

const struct process *space_process(const struct space *space, uint32_t pid)
{
    return process_find(space, pid);
}

const struct module *space_module_then(const struct space *space, uint32_t pid, uint64_t addr,
                                       uint32_t unload)
{
    const struct process *process = process_find(space, pid);
    if (unload >= PROTO_UNLOADS_MAX) /* too many to tell them apart */
        return NULL;
    for (size_t i = process ? process->module_count : 0; i > 0; i--) {
        const struct module *module = &process->modules[i - 1];
        if (addr >= module->low && addr < module->high && (!unload || module->unloads < unload))
            return module;
    }
    return NULL;
}

const struct module *space_module(const struct space *space, uint32_t pid, uint64_t addr)
{
    return space_module_then(space, pid, addr, 0);
}

const struct module *space_main(const struct space *space, uint32_t pid)
{
    const struct process *process = process_find(space, pid);
    for (size_t i = process ? process->module_count : 0; i > 0; i--)
        if (process->modules[i - 1].main)
            return &process->modules[i - 1];
    return NULL;
}
