#!/bin/bash
# Installed into a prefix, with a space in its name, and moved afterwards.
. "$(dirname "$0")/lib.sh"
build=${RACERUN_BUILD:-}
[ -n "$build" ] && [ -f "$build/cmake_install.cmake" ] || skip "no build tree"

prefix="$work/a prefix"
expect 0 cmake --install "$build" --prefix "$prefix"
try() {
    racerun=$1/bin/racerun
    expect 0 "$racerun" --version
    build_actor
    expect 0 "$actor" race
    expect 66 "$racerun" "$actor" race
    has err 'data race #1'
    expect 66 "$racerun" "$actor" spawn race
    expect 0 "$racerun" c++ -c -x c++ /dev/null -o /dev/null
    printf '#include <racerun/racerun.h>\nint main(void){return 6;}\n' >h.c
    expect 6 "$racerun" h.c
    expect 0 "$racerun" doctor
}
try "$prefix"
[ -f "$prefix/share/man/man1/racerun.1" ] || fail "no man page"
mv "$prefix" "$work/moved"
expect 66 "$work/moved/bin/racerun" "$actor" race # built by the one that is gone
try "$work/moved"
pc=$(find "$work/moved" -name racerun.pc)
[ -n "$pc" ] || fail "no racerun.pc"
if command -v pkg-config >/dev/null && [ -n "$pc" ]; then
    expect 0 env PKG_CONFIG_PATH="$(dirname "$pc")" pkg-config --cflags racerun
fi
rm "$work/moved/lib/racerun/libracerun.so"
expect 125 "$work/moved/bin/racerun" "$actor"
has err 'incomplete'
