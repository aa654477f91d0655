#!/bin/bash
# CC="racerun cc" in builds that know nothing of us: make, a configure-like script, cmake.
. "$(dirname "$0")/lib.sh"
export CC="$racerun cc" CXX="$racerun c++"
dir=$(dirname "$racerun")

race_of() {
    expect 0 "$1"
    expect 66 "$racerun" "$1"
    has err 'data race #1'
}

cat >counter.c <<'EOF'
int counter;
void count(void) { counter++; }
EOF
cat >main.c <<'EOF'
#include <pthread.h>
#include <stddef.h>
void count(void);
static void *body(void *unused) { count(); return unused; }
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, body, NULL);
    pthread_create(&b, NULL, body, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
EOF

mkdir make && cp ./*.c make && cd make || exit 1
cat >Makefile <<'EOF'
CFLAGS = -O2 -Wall -Wmissing-prototypes -MMD -MP
prog: main.o libcounter.a
	$(CC) $(CFLAGS) -pthread $(LDFLAGS) -o $@ $^
libcounter.a: counter.o
	$(AR) rcs $@ $^
EOF
expect 0 make CC="$CC"
race_of ./prog
cd "$work" || exit 1

# What configure scripts ask of a compiler.
cat >conftest.c <<'EOF'
int main(void) { return 0; }
EOF
expect 0 $CC -o conftest -g -O2 conftest.c
expect 0 ./conftest
for flag in -V -qversion; do
    $CC $flag >/dev/null 2>&1
    ours=$?
    gcc $flag >/dev/null 2>&1
    [ $ours = $? ] || fail "$CC $flag"
done
expect 0 $CC -v
has err 'gcc version'
expect 0 $CC -Wl,--version
expect 0 $CC -print-multi-os-directory

if command -v cmake >/dev/null; then
    mkdir cm && cp ./*.c cm && rm cm/conftest.c && cd cm || exit 1
    cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.10)
project(victim C CXX)
find_package(Threads REQUIRED)
add_library(counter SHARED counter.c)
add_executable(prog main.c)
target_link_libraries(prog counter Threads::Threads)
install(TARGETS prog counter RUNTIME DESTINATION bin LIBRARY DESTINATION lib)
EOF
    unset CFLAGS
    expect 0 cmake -S . -B env -DCMAKE_INSTALL_PREFIX="$work/installed"
    expect 0 cmake --build env
    race_of env/prog
    expect 0 cmake --install env
    expect 66 env LD_LIBRARY_PATH="$work/installed/lib" "$racerun" "$work/installed/bin/prog"
    expect 0 env -u CC -u CXX cmake -S . -B opt -DCMAKE_C_COMPILER="$dir/racerun-cc" \
        -DCMAKE_CXX_COMPILER="$dir/racerun-c++"
    expect 0 cmake --build opt
    race_of opt/prog
    cd "$work" || exit 1
fi

if command -v ccache >/dev/null; then
    export CCACHE_DIR=$work/ccache
    for _ in 1 2; do expect 0 ccache "$dir/racerun-cc" -c counter.c -o cached.o; done
    nm cached.o | grep -q tsan || fail "ccache"
fi
