#!/bin/bash
# racerun doctor: words for what works here, and for what a program can show.
. "$(dirname "$0")/lib.sh"
build_actor

expect 0 "$racerun" doctor
has out '^ok +kernel'
lacks out '^fail'
expect 0 "$racerun" doctor "$actor"
has out '^ok .*instrumented'
gcc -w -pthread "$here/actor.c" -o plain
expect 0 "$racerun" doctor ./plain
has out '^warn .*not instrumented'
gcc -w -static -pthread "$here/actor.c" -o static
expect 1 "$racerun" doctor ./static
has out '^fail .*statically linked'
expect 127 "$racerun" doctor ./absent
expect 125 "$racerun" doctor a b
has err 'doctor'
expect 1 bash -c 'ulimit -v 200000; "$0" doctor' "$racerun"
has out '^fail .*address space'

# Debug information in a file of its own counts only where the reports find it.
cp "$actor" split
objcopy --only-keep-debug split split.debug
objcopy --strip-debug --add-gnu-debuglink=split.debug split
expect 0 "$racerun" doctor ./split
has out '^ok +debug information present \(separate file\)'
mkdir .debug
mv split.debug .debug
expect 0 "$racerun" doctor ./split
has out '^ok +debug information present \(separate file\)'
mkdir elsewhere
mv .debug/split.debug elsewhere
expect 0 "$racerun" doctor --debug-path=elsewhere ./split
has out '^ok +debug information present \(separate file\)'
RACERUN_OPTIONS=debug_path=elsewhere expect 0 "$racerun" doctor ./split
has out '^ok +debug information present \(separate file\)'
expect 0 "$racerun" doctor ./split
has out '^warn .*split\.debug, which was not found'
lacks out 'debug information present'
expect 125 "$racerun" doctor --no-such-option ./split
has err 'no-such-option'
