#!/usr/bin/env bash
# bounds: exhaustive search within a number of preemptions or delays. Of two threads that each load and store a
# counter the bug needs one switch in between; the last line names the bound where it left something out, and a
# bound that is large enough finds all that there is.
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

# explore OPTION…: its last line is `last`, which says `distinct` schedules and `reason`.
explore() {
    last=$("$racerun" explore --keep-going --strategy=dpor "$@" --out=found ./lost 2>&1 | tail -1)
    distinct=$(sed -n 's/.* (\([0-9]*\) distinct).*/\1/p' <<<"$last") reason=${last##*stopped: }
}

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
[ $failed -eq 0 ]
