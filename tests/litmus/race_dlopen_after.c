/* P7: dlopen orders the constructors, not what the opener did afterwards. */
// expect-location: helper_state
// expect-frame: first
// expect-frame: second
// expect-count: 1
// flags: -ldl
// helper: yes
#define _GNU_SOURCE
#include "../support/litmus.h"

#ifdef LITMUS_HELPER

int helper_state;

#else

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static char library[4096];

static int *open_library(void)
{
    void *handle = dlopen(library, RTLD_NOW);
    must(handle);
    int *state = (int *)dlsym(handle, "helper_state");
    must(state);
    return state;
}

static void first(void)
{
    *open_library() = 1;
    reach(1);
}

static void second(void)
{
    await(1);
    use(*open_library());
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
