#!/bin/bash
# What a report says when debug information, symbols or the source are not there, or not what they were.
. "$(dirname "$0")/lib.sh"
cp "$here/actor.c" actor.c
"$racerun" cc -g -pthread actor.c -o whole || fail "cannot build"

expect 66 "$racerun" ./whole race
has err '^ +[0-9]+ \| +counter = 1;'
# The source is gone, a folder, a pipe that nobody writes to, too short, not text, not to be read.
for source in gone folder pipe short noise; do
    rm -rf actor.c
    case $source in
    folder) mkdir actor.c ;;
    pipe) mkfifo actor.c ;;
    short) echo 'int x;' >actor.c ;;
    noise) head -c 5000 /dev/zero | tr '\0' '\377' >actor.c ;;
    esac
    expect 66 timeout 60 "$racerun" ./whole race
    has err '#0 store  .*actor\.c:[0-9]+'
    lacks err 'counter = 1;'
    tail -n 1 "$work/err" | grep -q '^racerun: 1 findings$' || fail "the summary is not the last line"
done
rm -rf actor.c
cp "$here/actor.c" actor.c
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 600 actor.c
    chmod 755 . whole
    expect 66 setpriv --reuid=65534 --clear-groups "$racerun" ./whole race
    has err '#0 store  .*actor\.c:[0-9]+'
    lacks err 'counter = 1;'
fi

# No debug information: module and offset, and a hint. No symbols either: the same without names.
"$racerun" cc -g0 -pthread "$here/actor.c" -o bare || fail "cannot build"
expect 66 "$racerun" ./bare race
has err '#0 store  \(bare\+0x[0-9a-f]+\)'
has err '^  hint: .*bare has no debug information: build it with -g'
strip bare
expect 66 "$racerun" ./bare race
has err '#0 0x[0-9a-f]+  \(bare\+0x[0-9a-f]+\)'
has err '^  hint: .*bare has no debug information'
