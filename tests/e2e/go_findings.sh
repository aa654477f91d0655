#!/bin/bash
# What is found of goroutines besides races. Each faulty program has a correct one beside it.
. "$(dirname "$0")/lib.sh"
"$racerun" cc -g -O1 "$here/go_scenes.c" -o scenes || { echo "cannot build go_scenes.c"; exit 1; }

quiet() {
    expect 0 "$racerun" --leaks --unstopped ./scenes "$1"
    lacks err .
}

for procs in 1 2; do
    export RGO_PROCS=$procs

    # A deadlock of all goroutines is detected under the detector, too, and the runtime's own words stay.
    expect 66 "$racerun" ./scenes deadlock
    has err '^fatal error: all goroutines are asleep - deadlock!'
    has err '^racerun: deadlock #1 \[[0-9a-f]{8}\]'
    has err '^  main goroutine waits: sync.Mutex.Lock on Mutex `second`, a global variable declared at '
    has err '^  goroutine [0-9]+ "other" waits: sync.Mutex.Lock on Mutex `first`, a global variable'
    has err '#0 lock_other_way .*go_scenes.c'
    has err '^  goroutine [0-9]+ "other" was created by main goroutine:'
    has err '^racerun: 1 findings'
    quiet no_deadlock
    expect 66 "$racerun" ./scenes many_asleep
    has err '^  main goroutine waits: sync.WaitGroup.Wait on WaitGroup `wg`, a static variable of many_asleep'
    has err '^  goroutine [0-9]+ waits: chan send on channel `result` \(of int, unbuffered\):'
    has err '^    and 4 more in the same state and place'
    has err '^  channel `result` \(of int, unbuffered\) was made by main goroutine:'
    expect 66 "$racerun" ./scenes signal_too_early
    has err '^racerun: lost wake-up #1'
    has err '^  main goroutine waits: sync.Cond.Wait on Cond `c`, a local variable of signal_too_early'
    quiet look_before_wait

    # Panics that nobody recovers, and fatal errors.
    expect 66 "$racerun" ./scenes panic_uncaught
    has err '^panic: depth 3'
    has err '^racerun: panic #1'
    has err '^  depth 3'
    has err '^  in goroutine [0-9]+:'
    has err '#0 fail_at .*go_scenes.c'
    has err '#2 fail_at '
    quiet panic_recovered
    has out '^depth 3$'
    expect 66 "$racerun" ./scenes unlock_twice
    has err '^fatal error: sync: unlock of unlocked mutex'
    has err '^racerun: misuse \(Mutex\) #1'
    has err '^  on Mutex `cache.lock`, a global variable declared at '
    has err '#0 unlock_twice '
    expect 66 "$racerun" ./scenes unlock_for_reading
    has err '^racerun: misuse \(RWMutex\) #1'
    has err '^  on RWMutex `table`, a global variable'

    # The locks that each side held, and orders of locks that may end in a deadlock.
    expect 66 "$racerun" ./scenes locks_differ
    has err '^racerun: data race #1'
    has err '^    holding Mutex `outer`, locked in add_with_both at '
    has err '^    holding Mutex `inner`, locked in add_with_both at '
    has err '^    holding RWMutex `table` for reading, locked in add_for_reading at '
    has err '^  why: goroutine [0-9]+ holds Mutex `outer` and Mutex `inner`, goroutine [0-9]+ holds'
    expect 66 "$racerun" ./scenes order_inverted
    has err '^racerun: lock-order inversion #1'
    has err '^  goroutine [0-9]+ locks Mutex `outer`, a global variable|^  goroutine [0-9]+ locks Mutex `outer`, a static variable'
    has err '^    while holding Mutex `inner`'
    has err '^racerun: 1 findings'
    expect 0 "$racerun" --lock-order=no ./scenes order_inverted
    quiet order_tried
    quiet order_gated
    quiet order_turns

    # A stack that is used up, also where that shows inside the detector.
    for how in deep at_once; do
        expect 66 "$racerun" ./scenes overflow_$how
        has err '^fatal error: stack overflow'
        has err '^racerun: panic #1'
        has err '^  stack overflow: its stack of 64K is used up\. For a larger one: go_with'
        has err '^  in goroutine [0-9]+ "deep":'
        has err '^  goroutine [0-9]+ "deep" was created by main goroutine:'
        has err '^racerun: 1 findings'
    done
    has err '#[0-9]+ wide '
    quiet stack_suffices

    # Goroutines that wait for ever when main has returned: only on request, and only if it is certain.
    expect 0 "$racerun" ./scenes leaked_send
    lacks err .
    expect 66 "$racerun" --leaks ./scenes leaked_send
    has err '^racerun: goroutine leak #1'
    has err '^  goroutine [0-9]+ "fetch" waits: chan send on channel `result` \(of int, unbuffered\):'
    has err '#0 fetch '
    has err '^    and 2 more in the same state and place'
    has err '^  goroutine [0-9]+ "fetch" was created by main goroutine:'
    has err '^racerun: 1 findings'
    expect 66 "$racerun" --leaks ./scenes leaked_lock
    has err 'waits: sync.Mutex.Lock on Mutex `cache.lock`'
    has err 'waits: chan receive on channel `never`'
    has err '^racerun: 2 findings'
    quiet send_with_room
    quiet send_while_one_sleeps

    # WaitGroups: the first Add ordered with Wait (whatever the schedule), and the counter.
    expect 66 "$racerun" ./scenes add_too_late
    has err '^racerun: misuse \(WaitGroup\) #1'
    has err '^  on WaitGroup `wg`, a local variable of add_too_late'
    has err '^  Wait by main goroutine:'
    has err '^  previous Add from zero by goroutine [0-9]+:'
    has err '^  advice: call waitgroup_add before'
    has err '^racerun: 1 findings'
    quiet add_in_time
    expect 66 "$racerun" ./scenes negative_counter
    has err '^racerun: misuse \(WaitGroup\) #1'
    has err '^  sync: negative WaitGroup counter'

    # Copies of what is in use; idle objects may be moved.
    for object in waitgroup:WaitGroup mutex:Mutex rwmutex:RWMutex cond:Cond; do
        expect 66 "$racerun" ./scenes "${object%:*}_copied"
        has err "^racerun: misuse \(${object#*:}\) #1"
        has err 'cop(ied|y)'
    done
    quiet moved_while_idle

    # Contexts never cancelled and timers never stopped, on request.
    expect 0 "$racerun" ./scenes context_left
    lacks err .
    expect 66 "$racerun" --unstopped ./scenes context_left
    has err '^racerun: misuse \(context\) #1'
    has err 'was made by main goroutine:'
    has err '#0 context_left '
    has err '^racerun: 1 findings'
    expect 66 "$racerun" --unstopped ./scenes ticker_left
    has err '^racerun: misuse \(timer\) #1'
    has err '^  on timer `beat`, a global variable'
    quiet all_finished
done

# What a test leaves behind, whether it is asked for or not, and only if nothing can wake it.
cat >leaving.c <<'END'
#include <racerun/go.h>

static void receiver(chan(int) values)
{
    chan_get(values);
}
static void sleeper(void)
{
    go_sleep(seconds(1000));
}
static void test_leaves_a_receiver(rgo_test *t)
{
    (void)t;
    go(receiver, chan_make(int));
}
static void test_leaves_nothing(rgo_test *t)
{
    chan(int) values = chan_make(int);
    (void)t;
    go(receiver, values);
    chan_send(values, 1);
}
static void test_leaves_a_sleeper(rgo_test *t)
{
    (void)t;
    go(sleeper);
}
RGO_TESTING_MAIN(test_leaves_a_receiver, test_leaves_nothing, test_leaves_a_sleeper)
END
"$racerun" cc -g -O1 leaving.c -o leaving || { echo "cannot build leaving.c"; exit 1; }
expect 66 "$racerun" ./leaving -run a_receiver
has out 'nothing can wake it'
has err '^racerun: goroutine leak #1'
has err '^  left behind by test_leaves_a_receiver'
has err 'waits: chan receive on channel `values`'
has err '^  why: the test has ended, and no goroutine'
has err '^racerun: 1 findings'
expect 66 "$racerun" --leaks ./leaving -run a_receiver
has err '^racerun: 1 findings'
expect 0 "$racerun" ./leaving -run nothing
lacks err .
expect 1 "$racerun" ./leaving -run a_sleeper -patience 100ms
has out 'is still blocked'
lacks err '^racerun:'
expect 0 "$racerun" ./leaving -leaks off
lacks err .

# The formats that programs read, and suppressions.
expect 66 "$racerun" --format=json ./scenes deadlock
has err '"kind":"deadlock"'
has err '"waits":\[\{"task":1,"state":"sync.Mutex.Lock","object":\{"kind":"Mutex",.*"path":"second"'
has err '"name":"other"'
expect 66 "$racerun" --format=json ./scenes panic_uncaught
has err '"kind":"panic",.*"words":"depth 3",.*"waits":\[\{"task":[0-9]+,"state":"running"'
expect 66 "$racerun" --format=tsan ./scenes many_asleep
has err '^WARNING: ThreadSanitizer: deadlock \(pid='
has err '^  Main goroutine in sync.WaitGroup.Wait of WaitGroup `wg`:'
has err '^SUMMARY: ThreadSanitizer: deadlock .* in many_asleep'
expect 7 "$racerun" --exit-code=7 ./scenes deadlock
echo 'deadlock:lock_other_way' >known
expect 2 "$racerun" --suppressions=known ./scenes deadlock
lacks err '^racerun:'
echo 'leak:^fetch$' >known
expect 0 "$racerun" --leaks --suppressions=known ./scenes leaked_send
lacks err '^racerun:'
