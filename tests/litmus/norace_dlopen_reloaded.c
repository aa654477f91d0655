/* P16: a library that is closed and opened again, perhaps at the same address, has new memory. */
// tsan: the new mapping keeps the shadow of the old
// flags: -ldl
// helper: yes
#define _GNU_SOURCE
#include "../support/litmus.h"

#ifdef LITMUS_HELPER

int helper_state;

__attribute__((constructor)) static void set_up(void)
{
    helper_state = 42;
}

#else

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static char library[4096];

static void load_and_unload(void)
{
    void *handle = dlopen(library, RTLD_NOW);
    must(handle);
    int *state = (int *)dlsym(handle, "helper_state");
    must(state && *state == 42);
    *state = 43;
    must(dlclose(handle) == 0);
}

static void first(void)
{
    load_and_unload();
    reach(1);
}

static void second(void)
{
    await(1);
    load_and_unload();
}

int main(void)
{
    ssize_t length = readlink("/proc/self/exe", library, sizeof library - 4);
    must(length > 0);
    snprintf(library + length, 4, ".so");
    litmus_run2(first, second);
    return 0;
}

#endif
