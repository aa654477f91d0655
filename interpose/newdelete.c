/*
 * newdelete: C++ operator new, so that a block's birth is seen at the C++ code's own place and not
 * inside libstdc++. The forms that are not here reach one of these, or malloc and free, by a jump
 * (libstdc++ and libc++ are compiled so), which keeps the caller's place: new[] and all deletes.
 *
 * Three things we leave to the C++ library, of which we need not know more than its symbols:
 *   - a failed allocation: new-handlers, bad_alloc, and the nothrow forms' catching of it;
 *   - a program that has its own malloc, which the library's operators use;
 *   - a program that replaces some operators: the library's other forms are defined to call the
 *     replaced one (nothrow calls throwing), so ours step aside when a form they stand on is not
 *     our own.
 * "The C++ library" is libstdc++ or libc++ (real.c finds it). It is linked statically only when the
 * program has its own operators, and then those, not ours, are bound.
 */
#include "interpose/alloc.h"

#include <stdatomic.h>
#include <stddef.h>

#include "interpose/image.h"

/* The forms that others are defined by. The program itself is the only module that
 * comes before us in the lookup order, so what it exports is what is bound. Looked up once. */
enum { NEW, NEW_ARRAY, NEW_ALIGNED, NEW_ARRAY_ALIGNED, BASES };

static const char *const bases[BASES] = {
    [NEW] = "_Znwm",
    [NEW_ARRAY] = "_Znam",
    [NEW_ALIGNED] = "_ZnwmSt11align_val_t",
    [NEW_ARRAY_ALIGNED] = "_ZnamSt11align_val_t",
};

enum { KNOWN = 1u << BASES };
static _Atomic unsigned replaced; /* a bit each, and KNOWN */

static __attribute__((cold, noinline)) unsigned replaced_look_up(void)
{
    unsigned bits = KNOWN;
    struct image program;
    const struct link_map *map = _r_debug.r_map;
    if (map && image_read(&program, map->l_addr, map->l_ld))
        for (int i = 0; i < BASES; i++)
            if (image_symbol(&program, bases[i]))
                bits |= 1u << i;
    atomic_store(&replaced, bits);
    return bits;
}

static bool is_replaced(int one, int other)
{
    unsigned bits = atomic_load_explicit(&replaced, memory_order_relaxed);
    if (__builtin_expect(!bits, 0))
        bits = replaced_look_up();
    return !alloc_is_ours() || bits & (1u << one | 1u << other);
}

static bool new_replaced(void)
{
    return is_replaced(NEW, NEW_ARRAY);
}

static bool new_aligned_replaced(void)
{
    return is_replaced(NEW_ALIGNED, NEW_ARRAY_ALIGNED);
}

static void *new_aligned(size_t size, uintptr_t alignment, uintptr_t pc)
{
    if (!alignment || (alignment & (alignment - 1)))
        return NULL; /* the library throws */
    return alloc_aligned(alignment < sizeof(void *) ? sizeof(void *) : alignment, size, pc);
}

#define OPERATOR_NEW(symbol, params, ...)                                                          \
    INTERCEPT(void *, symbol, params)                                                              \
    {                                                                                              \
        void *block = new_replaced() ? NULL : alloc_block(size ? size : 1, RT_CALLER);             \
        return block ? block : REAL(symbol)(__VA_ARGS__);                                          \
    }
#define OPERATOR_NEW_ALIGNED(symbol, params, ...)                                                  \
    INTERCEPT(void *, symbol, params)                                                              \
    {                                                                                              \
        void *block = new_aligned_replaced() ? NULL : new_aligned(size, alignment, RT_CALLER);     \
        return block ? block : REAL(symbol)(__VA_ARGS__);                                          \
    }

OPERATOR_NEW(_Znwm, (size_t size), size)
OPERATOR_NEW(_ZnwmRKSt9nothrow_t, (size_t size, uintptr_t tag), size, tag)
OPERATOR_NEW(_ZnamRKSt9nothrow_t, (size_t size, uintptr_t tag), size, tag)
OPERATOR_NEW_ALIGNED(_ZnwmSt11align_val_t, (size_t size, uintptr_t alignment), size, alignment)
OPERATOR_NEW_ALIGNED(_ZnwmSt11align_val_tRKSt9nothrow_t,
                     (size_t size, uintptr_t alignment, uintptr_t tag), size, alignment, tag)
OPERATOR_NEW_ALIGNED(_ZnamSt11align_val_tRKSt9nothrow_t,
                     (size_t size, uintptr_t alignment, uintptr_t tag), size, alignment, tag)
