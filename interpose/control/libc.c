/*
 * libc: swaps the functions behind the interceptors.
 */
#include "interpose/control/control.h"

void *control_libc[REAL_COUNT];

#define CONTROLLED_NAME(name) extern RT_HIDDEN char entry_##name[] __asm__("control_" #name);
#include "interpose/control/controlled.def"
#undef CONTROLLED_NAME

static const struct {
    enum real_id id;
    void *function;
} controlled[] = {
#define CONTROLLED_NAME(name) {REAL_ID_##name, entry_##name},
#include "interpose/control/controlled.def"
#undef CONTROLLED_NAME
};

void control_install(void)
{
    for (int id = 0; id < REAL_COUNT; id++)
        control_libc[id] = real_table[id];
    for (size_t i = 0; i < sizeof controlled / sizeof controlled[0]; i++)
        if (control_libc[controlled[i].id])
            __atomic_store_n(&real_table[controlled[i].id], controlled[i].function,
                             __ATOMIC_RELAXED);
}
