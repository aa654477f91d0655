#!/usr/bin/env bash
# bounds: exhaustive search within a number of preemptions or delays. Of two threads that each load and store a
# counter the bug needs one switch in between; the last line names the bound where it left something out, and a
# bound that is large enough finds all that there is.
# --deepen comes to the same, bound after bound, and executes nothing twice.
#   usage: bounds.sh [--racerun PATH]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1:-}" != --racerun ] || racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-bounds.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

cat >lost.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int counter;
static void *count(void *argument)
{
    int seen = atomic_load(&counter);
    atomic_store(&counter, seen + 1);
    return argument;
}
int main(void)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert(counter == 2);
}
END
"$racerun" cc -g -O1 lost.c -o lost || exit 1
"$racerun" cc -g -O1 "$here/deadlock_philosophers_3.c" -o philosophers || exit 1

# explore_program PROGRAM OPTION…: its last line is `last`, which says `distinct` schedules and `reason`.
explore_program() {
    last=$("$racerun" explore --keep-going --strategy=dpor "${@:2}" --out=found "./$1" 2>&1 | tail -1)
    distinct=$(sed -n 's/.* (\([0-9]*\) distinct).*/\1/p' <<<"$last") reason=${last##*stopped: }
}
explore() { explore_program lost "$@"; }

explore
all=$distinct
[ "$reason" = exhausted ] || fail "without a bound: $last"
for bound in preemptions delays; do
    before=0
    for most in 0 1 2; do
        explore "--$bound=$most"
        [ "$reason" = "exhausted within $most $bound" ] || fail "--$bound=$most: $last"
        [ "$distinct" -ge "$before" ] && [ "$distinct" -le "$all" ] || fail "--$bound=$most: $last"
        [[ $last =~ " 0 findings" ]] && found=0 || found=1
        [ $found -eq $((most > 0)) ] || fail "--$bound=$most finds it, or not: $last"
        before=$distinct
    done
    explore "--$bound=100"
    [ "$reason" = exhausted ] && [ "$distinct" = "$all" ] || fail "--$bound=100, of $all: $last"
    explore "--$bound=1" --jobs=2
    [[ $last =~ "with --$bound has one worker" ]] || fail "--$bound with --jobs: $last"
    explore "--$bound=1" --checkpoint=check
    [[ $last =~ "with --$bound has seen: leave one" ]] || fail "--$bound with --checkpoint: $last"
    explore "--$bound=-1"
    [[ $last =~ "--$bound wants any or a number" ]] || fail "--$bound=-1: $last"
    explore "--$bound=1" --strategy=random
    [[ $last =~ "--$bound is for --strategy=dpor" ]] || fail "--$bound with random: $last"
done
explore --preemptions=1 --delays=1
[[ $last =~ "leave one out" ]] || fail "both bounds: $last"

# deepen PROGRAM BOUND: the traces within each bound are those that the bound alone has, and with the last they are all.
deepen() {
    local program=$1 bound=$2 most alone
    for most in 0 1 2 3; do
        explore_program "$program" "--$bound=$most"
        alone=$distinct
        explore_program "$program" "--deepen=$bound" "--$bound=$most"
        [ "$distinct" = "$alone" ] || fail "$program: --deepen=$bound to $most: not $alone: $last"
        [[ $reason =~ ^exhausted(" within $most $bound")?$ ]] || fail "$program: --deepen=$bound to $most: $last"
    done
    explore_program "$program" "--deepen=$bound"
    [ "$reason" = exhausted ] && [ "$distinct" = "$all" ] || fail "$program: --deepen=$bound: not all $all: $last"
}
for program in lost philosophers; do
    explore_program $program
    all=$distinct
    deepen $program preemptions
    deepen $program delays
done

# It ends at the first failure, which so has the fewest preemptions, and says what was explored before.
output=$("$racerun" explore --strategy=dpor --deepen=preemptions --out=first ./lost 2>&1)
[ $? -eq 66 ] && [[ $output =~ "all 3 schedules within 0 preemptions are explored, and some with more" ]] &&
    [[ ${output##*$'
'} =~ "stopped: finding"$ ]] || fail "--deepen to the first failure: $output"
# Where a limit ends it, what was proved is the reason.
output=$("$racerun" explore --strategy=dpor --keep-going --deepen=preemptions --schedules=7 --out=found ./lost 2>&1 | tail -2)
[[ $output =~ "all 3 schedules within 0 preemptions are explored".*"explored 7 schedules ("[34]" distinct) ".*"stopped: exhausted within 0 preemptions"$ ]] ||
    fail "--deepen with a limit: $output"
output=$("$racerun" explore --strategy=dpor --deepen=preemptions --schedules=2 ./lost 2>&1 | tail -2)
[[ $output =~ "of the schedules without preemptions not all are explored".*"stopped: schedules"$ ]] ||
    fail "--deepen with too low a limit: $output"
# Races that a bound shows are scheduling points from the next on.
sed 's/atomic_int counter/int counter/; s/atomic_load(&counter)/counter/; s/atomic_store(&counter, seen + 1)/counter = seen + 1/'     lost.c >torn.c
"$racerun" cc -g -O1 torn.c -o torn || exit 1
output=$("$racerun" explore --strategy=dpor --visible=race --keep-going --deepen=preemptions --out=found ./torn 2>&1)
grep -q '^racerun: assertion #' <<<"$output" && [[ $output =~ "stopped: exhausted"$ ]] || fail "--deepen with races: $output"

refuse() { # WORDS OPTION…
    last=$("$racerun" explore "${@:2}" ./lost 2>&1 | tail -1)
    [[ $last =~ $1 ]] || fail "${*:2}: $last"
}
refuse "--deepen has one worker: leave out --jobs" --strategy=dpor --deepen=delays --jobs=2
refuse "with --deepen has seen: leave one" --strategy=dpor --deepen=delays --checkpoint=check
refuse "--deepen is for --strategy=dpor" --deepen=delays
refuse "another bound than --preemptions: leave one out" --strategy=dpor --deepen=delays --preemptions=1
refuse "another bound than --delays: leave one out" --strategy=dpor --deepen=preemptions --delays=1
[ $failed -eq 0 ]
