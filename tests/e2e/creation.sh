#!/bin/bash
# Where a thread was created: the place in the program, although code of libstdc++ that nobody
# instrumented stands between it and pthread_create, and although the constructor is inlined.
. "$(dirname "$0")/lib.sh"

cat >created.cc <<'END'
#include <thread>
int g;
static void body() { g++; }
static void start() { std::thread a(body), b(body); a.join(); b.join(); }
int main()
{
    start();
}
END

tried=0
for cxx in g++ clang++-14 clang++-19; do
    command -v $cxx >/dev/null || continue
    for level in -O0 -O1 -O2; do
        RACERUN_CXX=$cxx "$racerun" c++ $level -g -pthread created.cc -o created || continue
        tried=$((tried + 1))
        expect 66 "$racerun" ./created
        has err 'thread 2 .*was created by main thread'
        for frame in 'start(\(\))?  created.cc:4:' 'main  created.cc:7:'; do
            found=$(grep -cE "^    #[0-9]+ $frame" err)
            [ "$found" = 2 ] || { fail "$cxx $level: $found stacks of creation with $frame" && show; }
        done
    done
done
[ $tried -gt 0 ] || skip "no C++ compiler"
