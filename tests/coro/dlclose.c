/*
 * A program that opens the library late and closes it again, while its threads sleep or run.
 * usage: coro_dlclose LIBRARY
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Atomic int ran;

static void runs(void *unused)
{
    (void)unused;
    ran++;
}

static void function(void *library, const char *name, void *ret_function)
{
    void *found = dlsym(library, name);
    memcpy(ret_function, &found, sizeof found);
}

int main(int argc, char **argv)
{
    for (int round = 1; argc == 2 && round <= 3; round++) {
        void *library = dlopen(argv[1], RTLD_NOW);
        if (!library) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        int (*start)(const void *, void (*)(void *), void *);
        void (*yield)(void);
        function(library, "rgo_go_closure", &start);
        function(library, "rgo_yield", &yield);
        for (int i = 0; i < 10; i++)
            if (start(NULL, runs, NULL))
                return 1;
        while (ran < 10 * round)
            yield();
        if (dlclose(library))
            return 1;
        usleep(20000); /* its monitor looks at what is left */
    }
    return ran == 30 ? 0 : 1;
}
