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
