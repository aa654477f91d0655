#!/bin/bash
# The sample project by CMake: find_package, from a build tree and from an installed, moved prefix.
. "$(dirname "$0")/lib.sh"
build=${RACERUN_BUILD:-}
[ -n "$build" ] && [ -f "$build/cmake_install.cmake" ] || skip "no build tree"

# gate PREFIX COMPILER FOLDER: what is found, and what is not.
gate() {
    expect 0 cmake -S "$here/gate" -B "$3" -DCMAKE_PREFIX_PATH="$1" -DCMAKE_C_COMPILER="$2"
    expect 0 cmake --build "$3"
    expect 8 ctest --test-dir "$3" --output-on-failure
    for name in run_race explore_race explore_deadlock; do
        has out " $name .*Failed"
    done
    for name in run_deadlock run_clean explore_clean; do
        has out " $name .*Passed"
    done
    has out 'data race #1'
    has out 'deadlock #1'
}
gate "$build" gcc tree
prefix="$work/a prefix"
expect 0 cmake --install "$build" --prefix "$prefix"
mv "$prefix" "$work/moved prefix"
gate "$work/moved prefix" "$(type -P clang-19 || type -P clang-14 || type -P gcc)" moved

# A command's words come as they are written.
mkdir words
cat >words/words.sh <<'E2'
#!/bin/sh
[ $# = 4 ] && [ "$1" = 'a b' ] && [ "$2" = 'x;y' ] && [ "$3" = '' ] && [ "$4" = --explore ]
E2
chmod +x words/words.sh
cat >words/CMakeLists.txt <<'E2'
cmake_minimum_required(VERSION 3.21)
project(words NONE)
enable_testing()
find_package(racerun REQUIRED)
racerun_add_test(NAME words COMMAND "${CMAKE_SOURCE_DIR}/words.sh" "a b" "x;y" "" --explore TIME 60)
E2
expect 0 cmake -S words -B words/build -DCMAKE_PREFIX_PATH="$build"
expect 0 ctest --test-dir words/build --output-on-failure

# What is wrong in a CMakeLists.txt is said.
mkdir wrong
cat >wrong/CMakeLists.txt <<'E2'
cmake_minimum_required(VERSION 3.21)
project(wrong NONE)
enable_testing()
find_package(racerun REQUIRED)
racerun_add_test(NAME x EXPLORE)
E2
expect 1 cmake -S wrong -B wrong/build -DCMAKE_PREFIX_PATH="$build"
has err 'racerun_add_test: NAME and COMMAND are needed'

# ctest -T memcheck reads ThreadSanitizer's reports.
mkdir memcheck
cp "$here/gate/race.c" memcheck
cat >memcheck/CMakeLists.txt <<'E2'
cmake_minimum_required(VERSION 3.21)
project(memcheck C)
include(CTest)
find_package(racerun REQUIRED)
add_executable(race race.c)
target_link_libraries(race PRIVATE pthread)
racerun_instrument(race)
add_test(NAME race COMMAND racerun::racerun --format=tsan $<TARGET_FILE:race>)
E2
expect 0 cmake -S memcheck -B memcheck/build -DCMAKE_PREFIX_PATH="$build" \
    -DMEMORYCHECK_TYPE=ThreadSanitizer
expect 0 cmake --build memcheck/build
"$(type -P ctest)" --test-dir memcheck/build -T memcheck >out 2>err
has out 'data race - 1'
