/*
 * real: see real.h.
 *
 * Why not dlsym: it takes the loader's lock and allocates, and the first call of all may be malloc
 * itself, before any constructor. Why not RTLD_NEXT: when another runtime that interposes (libtsan)
 * is in the process, it answers that runtime's functions. So the symbol table of libc is read
 * directly. Before glibc 2.34 some functions lived in libraries of their own; __cxa_guard_* live in
 * the C++ library, which may be loaded late.
 */
#include "interpose/real.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/image.h"

void *real_table[REAL_COUNT];

static const char *const real_names[REAL_COUNT] = {
#define INTERCEPTOR(name, ret, params, rule, proof) #name,
#include "interpose/interceptors.def"
#undef INTERCEPTOR
};

#define INTERCEPTOR(name, ret, params, rule, proof)                                                \
    extern RT_HIDDEN char real_entry_##name[] __asm__("rt_entry_" #name);
#include "interpose/interceptors.def"
#undef INTERCEPTOR

static char *const real_entries[REAL_COUNT] = {
#define INTERCEPTOR(name, ret, params, rule, proof) real_entry_##name,
#include "interpose/interceptors.def"
#undef INTERCEPTOR
};

static const char *const libraries[] = {
    "libc.so.6",    "libpthread.so.0", "libdl.so.2", "librt.so.1",
    "libstdc++.so", "libc++abi.so",    "libc++.so",
};
enum { LIBRARIES_COUNT = sizeof libraries / sizeof libraries[0] };

static enum real_id disabled_id = REAL_COUNT;

/* libc comes first and has nearly all: its image is kept. Writers store equal values. */
static struct image libc_image;
static _Atomic bool libc_known;

static bool libc_read(void)
{
    if (atomic_load_explicit(&libc_known, memory_order_acquire))
        return true;
    const struct link_map *map = image_find(libraries[0]);
    if (!map || !image_read(&libc_image, map->l_addr, map->l_ld))
        return false;
    atomic_store_explicit(&libc_known, true, memory_order_release);
    return true;
}

void *real_find(const char *name)
{
    void *found = libc_read() ? image_symbol(&libc_image, name) : NULL;
    for (int i = 1; i < LIBRARIES_COUNT && !found; i++) {
        const struct link_map *map = image_find(libraries[i]);
        struct image image;
        if (map && image_read(&image, map->l_addr, map->l_ld))
            found = image_symbol(&image, name);
    }
    return found;
}

static void *real_lookup(enum real_id id)
{
    void *found = real_find(real_names[id]);
    if (found)
        __atomic_store_n(&real_table[id], found, __ATOMIC_RELAXED);
    return found;
}

void *real_resolve(enum real_id id)
{
    void *found = real_lookup(id);
    CHECK_MSG(found, "a function that the program calls is not in the C library");
    return found;
}

void real_resolve_all(void)
{
    if (!libc_read())
        return;
    for (int id = 0; id < REAL_COUNT; id++) {
        void *found = image_symbol(&libc_image, real_names[id]);
        if (found)
            __atomic_store_n(&real_table[id], found, __ATOMIC_RELAXED);
    }
}

/* ---- for the proofs ---- */

/* jmp *0(%rip) and the address. Every function starts at a multiple of 16 bytes. */
static void jump_write(char *entry, const void *target)
{
    static const char jump[6] = {(char)0xff, 0x25};
    enum { PAGE = 4096 };
    uintptr_t low = (uintptr_t)entry & ~(uintptr_t)(PAGE - 1);
    long r = sys_call3(SYS_mprotect, (long)low, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    CHECK_MSG(r == 0, "the interceptor under test cannot be disabled");
    __builtin_memcpy(entry, jump, sizeof jump);
    __builtin_memcpy(entry + sizeof jump, &target, sizeof target);
    sys_call3(SYS_mprotect, (long)low, 2 * PAGE, PROT_READ | PROT_EXEC);
}

void real_disable(const char *name)
{
    for (int id = 0; id < REAL_COUNT; id++) {
        if (strcmp(real_names[id], name) != 0)
            continue;
        disabled_id = (enum real_id)id;
        void *real = real_lookup((enum real_id)id);
        if (real)
            jump_write(real_entries[id], real);
    }
}

bool real_disabled(enum real_id id)
{
    return id == disabled_id;
}
