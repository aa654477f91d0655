#!/bin/bash
# However the program ends, what was found before is reported and the exit code is right.
. "$(dirname "$0")/lib.sh"
build_actor
ulimit -c 0

for end in "signal 9" "signal 15" segv abort overflow heapcrash "threadexit 5" "mainexit 5" \
    "closeall exit 5" "handler exit 5" "closeall signal 9" "oom limit exit 5"; do
    # shellcheck disable=SC2086
    expect 66 "$racerun" "$actor" race $end
    has err '^racerun: data race #1'
    tail -n 1 "$work/err" | grep -q '^racerun: 1 findings$' || fail "the summary is not the last line"
done
expect 66 "$racerun" "$actor" closeall race
has err 'data race #1'
expect 66 "$racerun" "$actor" handler race
has err 'data race #1'
expect 5 "$racerun" "$actor" threadexit 5
expect 5 "$racerun" "$actor" mainexit 5
expect 5 "$racerun" "$actor" handler closeall exit 5
expect 5 "$racerun" "$actor" oom limit exit 5
# A crash without any race: the signal's code.
expect 139 "$racerun" "$actor" segv
has err '^racerun: the program was killed by signal 11 \(SIGSEGV\)$'
expect 134 "$racerun" "$actor" abort
expect 139 "$racerun" "$actor" overflow
# With findings, too, but not for what people end a program with, nor with -q.
expect 66 "$racerun" "$actor" race signal 9
has err '^racerun: the program was killed by signal 9 \(SIGKILL\)$'
expect 143 "$racerun" "$actor" signal 15
lacks err .
expect 139 "$racerun" -q "$actor" segv
lacks err .
