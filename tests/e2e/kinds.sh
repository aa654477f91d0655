#!/bin/bash
# Programs that can't be observed, or not fully: one sentence that says what to do, then they run.
. "$(dirname "$0")/lib.sh"
build_actor
gcc -w -pthread "$here/actor.c" -o plain || skip "no gcc"

# One warning at most, whatever happens.
warned_once() {
    has err "$1"
    [ "$(grep -c . "$work/err")" = 1 ] || fail "more than one line on stderr"
}

expect 5 "$racerun" ./plain race exit 5
warned_once 'plain is not instrumented.*racerun cc'
expect 5 "$racerun" --quiet ./plain exit 5
lacks err .
expect 125 "$racerun" --require-instrumented ./plain say ran
has err 'plain is not instrumented'
lacks out ran
expect 5 "$racerun" --require-instrumented "$actor" exit 5
lacks err .
expect 125 "$racerun" --require-instrumented sh -c ./plain
expect 5 "$racerun" ./plain closeall exit 5
warned_once 'not instrumented'

gcc -w -static -pthread "$here/actor.c" -o static
expect 5 "$racerun" ./static race exit 5
warned_once 'statically linked.*racerun cc'
expect 125 "$racerun" --require-instrumented ./static
gcc -w -static-pie -pthread "$here/actor.c" -o staticpie &&
    { expect 5 "$racerun" ./staticpie exit 5; warned_once 'statically linked'; }

for clang in clang-14 clang-19; do
    command -v $clang >/dev/null || continue
    $clang -w -fsanitize=thread -pthread "$here/actor.c" -o clangstatic || continue
    expect 5 "$racerun" ./clangstatic exit 5
    warned_once 'runtime of its own.*-shared-libsan'
    expect 125 "$racerun" --require-instrumented ./clangstatic
done
if gcc -w -fsanitize=address -pthread "$here/actor.c" -o asan 2>/dev/null; then
    expect 5 "$racerun" ./asan exit 5
    warned_once 'fsanitize=address'
fi

if [ "$(id -u)" = 0 ]; then
    cp "$actor" setuid && chown nobody setuid && chmod 4755 setuid
    expect 5 "$racerun" ./setuid exit 5
    warned_once 'setuid'
    expect 125 "$racerun" --require-instrumented ./setuid
    cp "$actor" unreadable && chmod 711 unreadable && chmod 755 . &&
        expect 5 setpriv --reuid=65534 --clear-groups "$racerun" ./unreadable exit 5
fi

# A 32-bit program, and one for another machine, by their headers alone.
patched() { # NAME OFFSET BYTES
    cp "$actor" "$1"
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
patched bits32 4 '\x01'
patched arm 18 '\xb7\x00'
expect 126 "$racerun" ./arm
has err 'ARM64'
expect 125 "$racerun" --require-instrumented ./arm
"$racerun" ./bits32 >out 2>err
last="./bits32"
has err 'observes 64-bit x86 programs only'

# musl: known by its loader.
loader=$(readelf -l "$actor" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
offset=$(grep -abo "$loader" "$actor" | head -1 | cut -d: -f1)
patched musl "$offset" '/lib/ld-musl-x86_64.so.1\0'
expect 126 "$racerun" ./musl
has err 'ld-musl.*GNU C library'

# No debug information, no symbols, and a name with spaces.
"$racerun" cc -g0 -pthread "$here/actor.c" -o "my prog"
expect 66 "$racerun" "./my prog" race
has err 'my prog'
strip "my prog"
expect 66 "$racerun" "./my prog" race
has err 'my prog'
