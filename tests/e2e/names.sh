#!/bin/bash
# What findings call things, of which only a real program with real libraries can tell.
. "$(dirname "$0")/lib.sh"

# A library that was loaded by a relative name, from a folder that the program then leaves.
cat >plug.c <<'EOF'
#include <pthread.h>
int plugged;
static void *plug_store(void *unused)
{
    plugged = 1;
    return unused;
}
void plug_race(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, plug_store, 0);
    pthread_create(&b, 0, plug_store, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
}
EOF
cat >host.c <<'EOF'
#include <dlfcn.h>
#include <unistd.h>
int main(void)
{
    void *plug = dlopen("./plug.so", RTLD_NOW);
    void (*race)(void) = plug ? (void (*)(void))dlsym(plug, "plug_race") : 0;
    if (!race || chdir("/"))
        return 1;
    race();
    return 0;
}
EOF
"$racerun" cc -shared -fPIC -pthread plug.c -o plug.so || exit 1
"$racerun" cc -pthread host.c -o host || exit 1
expect 66 "$racerun" ./host
has err 'plug_store .*plug\.c:5'
has err 'on `plugged`'

# An empty base class lies where the first member does.
cat >vector.cc <<'EOF'
#include <pthread.h>
#include <vector>
std::vector<int> numbers(4);
static void *read_size(void *)
{
    return numbers.data();
}
static void *replace(void *)
{
    std::vector<int> others(9);
    numbers.swap(others);
    return nullptr;
}
int main()
{
    pthread_t a, b;
    pthread_create(&a, nullptr, read_size, nullptr);
    pthread_create(&b, nullptr, replace, nullptr);
    pthread_join(a, nullptr);
    pthread_join(b, nullptr);
}
EOF
"$racerun" c++ -O1 -pthread vector.cc -o vector || exit 1
expect 66 "$racerun" ./vector
has err '`numbers(\.[_A-Za-z]+)*\._M_start`'
