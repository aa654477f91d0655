/*
 * Demangling is the C++ runtime's business. racerun is C and does not link it: it is opened when
 * the first mangled name turns up, and without it names stay mangled.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "report/symbol.h"

typedef char *demangle_function(const char *name, char *buffer, size_t *size, int *ret_status);

static demangle_function *demangle_open(void)
{
    static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1"};
    static demangle_function *function;
    static bool tried;
    if (tried)
        return function;
    tried = true;
    for (size_t i = 0; !function && i < sizeof(libraries) / sizeof(*libraries); i++) {
        void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
        void *symbol = library ? dlsym(library, "__cxa_demangle") : NULL;
        memcpy(&function, &symbol, sizeof(function));
    }
    return function;
}

const char *demangle(struct arena *arena, const char *name)
{
    if (strncmp(name, "_Z", 2) != 0)
        return NULL;
    demangle_function *function = demangle_open();
    if (!function)
        return NULL;
    int status = -1;
    char *plain = function(name, NULL, NULL, &status);
    const char *copy = status == 0 && plain ? arena_string(arena, plain) : NULL;
    free(plain);
    return copy;
}
