#!/bin/bash
# Binaries that were built for the compilers' own runtimes, unmodified.
. "$(dirname "$0")/lib.sh"

expect 0 gcc -w -g -fsanitize=thread -pthread "$here/actor.c" -o gcc
readelf -d gcc | grep -q libtsan.so.2 || fail "gcc did not link libtsan"
expect 66 "$racerun" ./gcc race say done
has err '^racerun: data race #1'
lacks err 'ThreadSanitizer'
has out done
expect 5 "$racerun" ./gcc clean exit 5
lacks err .
expect 66 "$racerun" ./gcc spawn race
has err '^racerun: data race #1'
lacks err 'ThreadSanitizer'

for clang in clang-14 clang-19; do
    command -v $clang >/dev/null || continue
    [ -f "$($clang -print-file-name=libclang_rt.tsan-x86_64.so)" ] || continue
    expect 0 $clang -w -g -fsanitize=thread -shared-libsan -pthread "$here/actor.c" -o $clang
    expect 66 "$racerun" ./$clang race
    has err '^racerun: data race #1'
    lacks err 'ThreadSanitizer'
    expect 5 "$racerun" ./$clang clean exit 5
    lacks err .
done

# References without a symbol version must not end at libc's old condition variables.
expect 0 gcc -w -g -fsanitize=thread -pthread "$here/takeover_cond.c" -o cond
expect 0 timeout 200 "$racerun" ./cond
lacks err .

# What libc has in its static part only, such a binary takes from the runtime: atexit.
for cc in gcc "clang-19 -shared-libsan"; do
    command -v ${cc%% *} >/dev/null || continue
    # shellcheck disable=SC2086
    expect 0 $cc -w -g -fsanitize=thread -pthread "$here/takeover_atexit.c" -o with_atexit
    expect 3 "$racerun" ./with_atexit
    has out '^first 1$'
    has out '^last$'
    lacks err .
done
