/*
 * ending: the end of the process, as exit() brings it about.
 *
 * For a program that has nothing left to do, exit() and the loader change words here and there in
 * nine pages of their own, which is a quarter of what is put back after a schedule. So in an
 * engine of many schedules we do without where nobody can tell: there are no exit handlers, each
 * object has but the finalizer that compilers give to all, no thread_local variable of C++ has a
 * destructor, nothing was loaded since the beginning, and no stream of stdio was used. The
 * finalizers run all the same, and in the same order.
 */
#include <stdio.h>
#include <string.h>

#include "interpose/boot.h"
#include "interpose/control/engine.h"
#include "interpose/image.h"
#include "interpose/process.h"

typedef void finalizer_fn(void);

enum { FINALIZERS_MAX = 64 };
static finalizer_fn *finalizers[FINALIZERS_MAX];
static uint32_t finalizers_count;
static const struct link_map *last_map;
static FILE *const *streams; /* libc's list; NULL: exit() is always libc's */
static bool ends;            /* without libc's exit() */

static bool name_is_destructor(const char *name)
{
    return strcmp(name, "__cxa_thread_atexit_impl") == 0;
}

static bool finalizer_add(uintptr_t function)
{
    if (finalizers_count == FINALIZERS_MAX)
        return false;
    finalizers[finalizers_count++] = (finalizer_fn *)function;
    return true;
}

/* False: it may have something to do at the end. */
static bool object_learn(const struct link_map *map)
{
    struct image image;
    uintptr_t array = 0, single = 0;
    size_t size = 0;
    for (const ElfW(Dyn) *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_FINI_ARRAY)
            array = map->l_addr + entry->d_un.d_ptr;
        else if (entry->d_tag == DT_FINI_ARRAYSZ)
            size = entry->d_un.d_val;
        else if (entry->d_tag == DT_FINI)
            single = map->l_addr + entry->d_un.d_ptr;
    }
    if (image_read(&image, map->l_addr, map->l_ld) && image_references(&image, name_is_destructor))
        return false;
    if (size > sizeof(finalizer_fn *))
        return false;
    return (!size || finalizer_add(*(const uintptr_t *)array)) &&
           (!single || finalizer_add(single));
}

void control_ending_learn(void)
{
    bool learned = true;
    for (const struct link_map *map = _r_debug.r_map; map && learned; map = map->l_next) {
        last_map = map;
        if (map->l_ld != _DYNAMIC) /* we are not an object like others */
            learned = object_learn(map);
    }
    streams = learned ? real_find("_IO_list_all") : NULL;
}

static bool streams_used(void)
{
    for (const FILE *stream = *streams; stream; stream = stream->_chain)
        if (stream->_IO_buf_base || stream->_mode > 0)
            return true;
    return false;
}

static bool is_quiet(void)
{
    return engine && engine->state == ENGINE_RUNS && streams && !exit_handlers_any() &&
           !last_map->l_next && !streams_used();
}

/* All that finalizers have to do of themselves: the exit handlers of their object, of which there
 * are none. */
CONTROLLED(void, __cxa_finalize, (void *module))
{
    if (!ends)
        LIBC(__cxa_finalize)(module);
}

void control_process_end(int code)
{
    if (!is_quiet())
        LIBC(exit)(code);
    ends = true;
    for (uint32_t i = 0; i < finalizers_count; i++)
        finalizers[i]();
    if (streams_used())
        LIBC(fflush)(NULL);
    boot_end();
    engine_end(code);
}
