#!/bin/bash
# Files that are not what they were when the program started, or was built: a report says so, and shows no lines of
# another build.
. "$(dirname "$0")/lib.sh"
cat >plugin.c <<'PROGRAM'
long total;
void plugin_add(void)
{
    total++;
}
PROGRAM
{ printf '\n\n\n\n#define OTHER 1\n'; cat plugin.c; } >other.c
# Loads ./plugin.so, then puts the other one in its place: renamed over it, or written into its copy that is.
cat >host.c <<'PROGRAM'
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
static void (*add)(void);
static void *work(void *argument)
{
    add();
    return argument;
}
/* The clock of file times has steps: what is done from now on is later than what was done. */
static void tick(void)
{
    struct timespec now, file;
    clock_gettime(CLOCK_REALTIME, &now);
    do
        clock_gettime(CLOCK_REALTIME_COARSE, &file);
    while (file.tv_sec < now.tv_sec || (file.tv_sec == now.tv_sec && file.tv_nsec <= now.tv_nsec));
}
int main(int argc, char **argv)
{
    pthread_t one;
    void *plugin = dlopen("./plugin.so", RTLD_NOW);
    if (!plugin)
        return 3;
    add = (void (*)(void))dlsym(plugin, "plugin_add");
    tick();
    if (argc > 1 && rename(argv[1], "plugin.so"))
        return 4;
    pthread_create(&one, NULL, work, NULL);
    work(NULL);
    return pthread_join(one, NULL);
}
PROGRAM
"$racerun" cc -O1 -g -pthread host.c -o host || fail "cannot build host.c"

for id in sha1 none; do
    build() { "$racerun" cc -O1 -g -fPIC -shared "-Wl,--build-id=$id" "$1" -o "$2" || fail "cannot build $1"; }
    build plugin.c plugin.so
    expect 66 "$racerun" ./host
    has err '#0 plugin_add  plugin\.c:4:10 \(plugin\.so\)'
    lacks err 'hint:'
    build other.c newer.so
    expect 66 "$racerun" ./host newer.so
    has err '#0 0x[0-9a-f]+  \(plugin\.so\+0x[0-9a-f]+\)'
    has err '#1 work  host\.c:8:5'
    has err '^  hint: .*/plugin\.so was rebuilt since it was started, so only addresses are shown'
    lacks err '(plugin|other)\.c'
    # Who starts now has the new one.
    expect 66 "$racerun" ./host
    has err '#0 plugin_add  other\.c:9:10 \(plugin\.so\)'
done
# One racerun, two processes, a change between them. Whether the first is told before the change is a matter of time,
# and then without lines; the second has those of the new file.
build plugin.c plugin.so
build other.c newer.so
cat >both.sh <<'SCRIPT'
./host
mv newer.so plugin.so
./host
SCRIPT
expect 66 "$racerun" sh both.sh
has err 'plugin_add  other\.c:9:10'
lacks err '(plugin\.c:9|other\.c:4)'

# A source that was changed after the program was built.
touch -d '1 hour' host.c
expect 66 "$racerun" ./host
lacks err 'hint:' # its lines are not the first that are shown
touch -d '1 hour' other.c
expect 66 "$racerun" ./host
has err '^  hint: .*/other\.c was changed after .*/plugin\.so was built, so other lines than meant may be shown'
