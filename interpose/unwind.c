/*
 * unwind: see unwind.h.
 *
 * Libraries have no frame pointers, and a word of the stack that looks like a return address may be
 * an old one: so only the unwinder of the language knows. It is used if it is there, which it is in
 * every C++ program (libgcc_s), and if it finds its tables by _dl_find_object: an older one would
 * wait for the loader's lock. All that it calls of what we intercept passes through, because we are
 * inside the runtime; its first call in the process waits for whoever else makes it (pthread_once).
 */
#include "interpose/unwind.h"

#include <unwind.h>

#include "interpose/image.h"
#include "interpose/modules.h"

enum { FRAMES_MAX = 32 };

typedef _Unwind_Reason_Code backtrace_fn(_Unwind_Trace_Fn, void *);
typedef _Unwind_Ptr address_fn(struct _Unwind_Context *);

struct search {
    address_fn *address;
    unsigned frames;
    uintptr_t found;
};

static bool is_find_object(const char *name)
{
    return strcmp(name, "_dl_find_object") == 0;
}

static _Unwind_Reason_Code frame_visit(struct _Unwind_Context *context, void *argument)
{
    struct search *search = argument;
    uintptr_t pc = search->address(context);
    if (rt_instrumented(pc)) {
        search->found = pc;
        return _URC_NORMAL_STOP;
    }
    return ++search->frames < FRAMES_MAX ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

uintptr_t unwind_instrumented(void)
{
    const struct link_map *map = modules_instrumented() ? image_find("libgcc_s.so.1") : NULL;
    struct image image;
    if (!map || !image_read(&image, map->l_addr, map->l_ld) ||
        !image_references(&image, is_find_object))
        return 0;
    backtrace_fn *backtrace = (backtrace_fn *)image_symbol(&image, "_Unwind_Backtrace");
    struct search search = {.address = (address_fn *)image_symbol(&image, "_Unwind_GetIP")};
    if (!backtrace || !search.address)
        return 0;
    rt_host_begin();
    backtrace(frame_visit, &search);
    rt_host_end();
    return search.found;
}
