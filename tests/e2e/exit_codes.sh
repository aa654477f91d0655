#!/bin/bash
# The contract: 66 when anything was found, else the program's own code, 128+n, 125, 126, 127.
. "$(dirname "$0")/lib.sh"
build_actor

expect 0 "$racerun" "$actor"
lacks err .
expect 3 "$racerun" "$actor" exit 3
expect 255 "$racerun" "$actor" exit 255
expect 0 "$racerun" run "$actor" clean
lacks err .
expect 143 "$racerun" "$actor" signal 15
expect 137 "$racerun" "$actor" signal 9

expect 66 "$racerun" "$actor" race
has err '^racerun: data race #1 \['
has err '^racerun: 1 finding'
expect 66 "$racerun" "$actor" race exit 3
expect 7 "$racerun" --exit-code=7 "$actor" race exit 3
expect 0 "$racerun" --exit-code 0 "$actor" race exit 3
has err '^racerun: data race #1 \['
expect 66 "$racerun" "$actor" race signal 15
expect 66 "$racerun" "$actor" race race2
has err '^racerun: data race #2 \['
has err '^racerun: 2 findings'
expect 66 "$racerun" --halt-on-error "$actor" race say survived
lacks out survived
expect 66 "$racerun" --max-findings=1 "$actor" race race2
lacks err 'data race #2'

expect 125 "$racerun"
has err '^racerun: which program'
expect 125 "$racerun" --
expect 125 "$racerun" --exit-code=256 "$actor"
has err 'exit-code'
