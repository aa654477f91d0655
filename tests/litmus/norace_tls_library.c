/* P16: a library's thread-local variable, allocated lazily in each thread. */
// flags: -ldl
// helper: yes
#define _GNU_SOURCE
#include "../support/litmus.h"

#ifdef LITMUS_HELPER

__thread int library_own[64];

int bump_own(int index)
{
    return ++library_own[index];
}

#else

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static int (*bump)(int);

static void worker(void)
{
    meet(3);
    for (int i = 0; i < 64; i++)
        must(bump(i) == 1);
}

int main(void)
{
    static char library[4096];
    ssize_t length = readlink("/proc/self/exe", library, sizeof library - 4);
    must(length > 0);
    snprintf(library + length, 4, ".so");
    void *handle = dlopen(library, RTLD_NOW);
    must(handle);
    *(void **)&bump = dlsym(handle, "bump_own");
    must(bump);
    litmus_run3(worker, worker, worker);
    return 0;
}

#endif
