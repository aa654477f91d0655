/* P13: a fork while one thread creates threads and another loads libraries (both under the loader's
 * lock, the second with user code) does not wait for ever. */
#include "../support/litmus.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_bool stop;

static void nothing(void)
{
}

static void create(void)
{
    while (!stop)
        join(spawn(nothing));
}

static void load(void)
{
    while (!stop)
        dlclose(dlopen("libm.so.6", RTLD_NOW));
}

int main(void)
{
    pthread_t creator = spawn(create), loader = spawn(load);
    for (int i = 0; i < 40; i++) {
        pid_t child = fork();
        must(child >= 0);
        if (child == 0)
            _exit(0);
        must(waitpid(child, NULL, 0) == child);
    }
    stop = true;
    join(creator);
    join(loader);
}
