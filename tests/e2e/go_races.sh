#!/bin/bash
# Races between goroutines in the words of goroutines: who created whom, which channel, what each was
# doing with it, and what to do about it.
. "$(dirname "$0")/lib.sh"
"$racerun" cc -g -O1 "$here/go_scenes.c" -o scenes || { echo "cannot build go_scenes.c"; exit 1; }

for procs in 1 2; do
    export RGO_PROCS=$procs

    expect 66 "$racerun" ./scenes chain
    has err 'on `total` \(int\), a global variable'
    has err '^  read of 4 bytes by main goroutine:'
    has err '^  previous write of 4 bytes by goroutine [0-9]+ "child":'
    has err '^  goroutine [0-9]+ "parent" was created by main goroutine:'
    has err '^  goroutine [0-9]+ "child" was created by goroutine [0-9]+ "parent":'
    has err '#0 chain .*go_scenes.c'
    lacks err 'thread'
    lacks err 'tid'
    lacks err 'coro_'
    has err '^  why: neither holds a lock;'

    # The channel by the variable that holds it.
    expect 66 "$racerun" ./scenes close_races_with_send
    has err '^racerun: data race #1'
    has err '^  on channel `jobs` \(of int, room for 3\), a global variable declared at .*go_scenes.c:'
    has err '^  (previous )?close by main goroutine:'
    has err '^  (previous )?send by goroutine [0-9]+:'
    has err '^  advice: (a send on a closed channel panics|here the send came after the close and panicked)'
    has err '^  channel `jobs` \(of int, room for 3\) was made by main goroutine:'
    has err '#0 sender '
    lacks err '#0 rgo_'
    has err '^racerun: 1 findings'
    expect 0 "$racerun" ./scenes close_after_send
    lacks err .

    # A send that panics by a race with the close is one finding, one that comes after it another.
    for scene in send_after_close select_after_close; do
        expect 66 "$racerun" ./scenes $scene
        has err '^racerun: data race #1'
        has err '^  advice: here the send came after the close and panicked: let the only sender'
        has err '^panic: send on closed channel'
        has err '^racerun: 1 findings'
    done
    expect 66 "$racerun" ./scenes send_on_closed
    has err '^racerun: panic #1'
    has err '^  send on closed channel'
    has err '^  on channel `jobs` \(of int, room for 3\), a global variable declared at '
    has err '^racerun: 1 findings'

    expect 66 "$racerun" ./scenes close_between_sends
    has err '^racerun: data race #1'
    has err '^panic: send on closed channel'
    has err '^racerun: 1 findings'
    # Without quarantine the next channel is where the freed one was.
    expect 66 "$racerun" --quarantine=0 ./scenes send_on_successor
    has err '^racerun: data race #1'
    has err '^panic: send on closed channel'
    has err '^racerun: panic #2'
    has err '^racerun: 2 findings'

    expect 66 "$racerun" ./scenes closer_sends
    has err '^racerun: data race #1'
    has err '^racerun: panic #2'
    has err '^racerun: 2 findings'

    # By what the source calls it, where no variable is known to hold it.
    expect 66 "$racerun" ./scenes close_of_member
    has err '^  on channel `queue->items` \(of struct queue \*, room for 1\)$'
    has err '^  close by main goroutine:'
    has err '^  previous send by goroutine '
    expect 66 "$racerun" ./scenes free_after_select
    has err '^  on channel `out` \(of long, room for 1\)$'
    has err '^  free by main goroutine:'
    has err '^  previous select to send by goroutine '
    has err '^  advice: free a channel when nobody uses it'
done

expect 66 "$racerun" --format=json ./scenes close_of_member
has err '"kind":"data race"'
has err '"object":\{"kind":"channel","address":"0x[0-9a-f]+","written":"queue->items","element":"struct queue \*","element_size":8,"capacity":1,"made_by":1,"made":\[\{"function":"close_of_member"'
has err '"role":"now","operation":"close"'
has err '"role":"before","operation":"send"'
has err '"kind":"goroutine","goroutine":1,"label":"main goroutine"'
has err '"advice":"a send on a closed channel panics'
expect 66 "$racerun" --format=tsan ./scenes close_of_member
has err '^WARNING: ThreadSanitizer: data race \(pid=[0-9]+\)'
has err '^  Write of size 8 at 0x[0-9a-f]+ by main goroutine:'
has err '^  Previous read of size 8 at 0x[0-9a-f]+ by goroutine '
has err '^  Location is channel `queue->items` .* made by main goroutine at:'
has err '^  Goroutine [0-9]+ created by main goroutine at:'
echo 'race:queue_send' >known
expect 0 "$racerun" --suppressions=known ./scenes close_of_member
lacks err .

# Without debug information the facts of the runtime are left.
"$racerun" cc -g0 -O2 "$here/go_scenes.c" -o bare
expect 66 "$racerun" ./bare close_of_member
has err '^  on channel at 0x[0-9a-f]+ \(of struct queue \*, room for 1\)$'
has err '^  close by main goroutine:'
# The runtime in the program itself is no part of the stacks.
static=$(dirname "$(dirname "$racerun")")/lib/libracerun-go.a
if [ -e "$static" ] && "$racerun" cc -g -O1 "$here/go_scenes.c" "$static" -lunwind -ldl -o static 2>/dev/null; then
    expect 66 "$racerun" ./static close_of_member
    has err '#0 close_of_member '
    has err '#0 queue_send '
    expect 66 "$racerun" ./static panic_uncaught
    has err '#0 fail_at '
fi
