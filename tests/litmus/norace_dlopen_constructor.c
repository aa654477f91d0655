/* P7: a library's constructors are ordered before the return of dlopen, also of a second one
 * that finds the library loaded. */
// flags: -ldl
// helper: yes
// tsan: gcc 12: dlopen orders nothing
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

static void first(void)
{
    must(dlopen(library, RTLD_NOW));
    reach(1);
}

static void second(void)
{
    await(1);
    void *handle = dlopen(library, RTLD_NOW);
    must(handle);
    int *state = (int *)dlsym(handle, "helper_state");
    must(state && *state == 42);
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
