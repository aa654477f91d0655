#!/bin/bash
# What ran in a library that was unloaded since is told as its code, whatever was loaded at the same addresses after it.
. "$(dirname "$0")/lib.sh"
# The two differ in names only, so that their code is at the same addresses.
plugin() {
    cat >"$1.c" <<PROGRAM
#include <pthread.h>
static pthread_mutex_t $1_lock = PTHREAD_MUTEX_INITIALIZER;
static void $1_store(long *cell)
{
    pthread_mutex_lock(&$1_lock);
    ++*cell;
    pthread_mutex_unlock(&$1_lock);
}
void plugin_run(long *cell)
{
    $1_store(cell);
}
PROGRAM
    "$racerun" cc -O0 -g -fPIC -shared "-Wl,--build-id=$2" "$1.c" -o "$1.so" || fail "cannot build $1.c"
}
# Runs the plugins that are named one after another, each on a cell of its own, which another thread then reads.
cat >host.c <<'PROGRAM'
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
static long cells[8];
static int done, count;
static void *watch(void *argument)
{
    while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
        sched_yield();
    for (int i = 0; i < count; i++)
        cells[i]++;
    return argument;
}
static void *run(const char *path, long *cell)
{
    void *plugin = dlopen(path, RTLD_NOW);
    void (*work)(long *) = plugin ? (void (*)(long *))dlsym(plugin, "plugin_run") : NULL;
    if (!work)
        return NULL;
    work(cell);
    return dlclose(plugin) == 0 ? (void *)work : NULL;
}
int main(int argc, char **argv)
{
    pthread_t watcher;
    void *first = NULL;
    count = argc - 1;
    pthread_create(&watcher, NULL, watch, NULL);
    for (int i = 1; i < argc; i++) {
        void *at = run(argv[i], &cells[i - 1]);
        if (!at)
            return 3;
        if (first && at != first)
            return 4;
        first = at;
    }
    __atomic_store_n(&done, 1, __ATOMIC_RELAXED);
    return pthread_join(watcher, NULL);
}
PROGRAM
"$racerun" cc -O0 -g -pthread host.c -o host || fail "cannot build host.c"

for id in sha1 none; do
    plugin red "$id"
    plugin green "$id"
    plugin blue "$id"
    expect 66 "$racerun" ./host ./red.so ./green.so ./red.so ./blue.so
    for name in red green blue; do
        has err "#0 ${name}_store +$name\.c:6:5 \($name\.so\)"
        has err "#1 plugin_run +$name\.c:11:5 \($name\.so\)"
        has err "holding mutex .${name}_lock., locked in ${name}_store at $name\.c:5:5"
    done
done
