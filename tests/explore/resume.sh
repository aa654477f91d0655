#!/usr/bin/env bash
# resume: an exhaustive search that is interrupted, killed or run by several workers executes what it
# would have executed alone and in one piece, and finds the same; a checkpoint that is not the
# search's own is refused.
#   usage: resume.sh [--racerun PATH]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1:-}" = --racerun ] && racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-resume.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

cat >locks.c <<'END'
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int order;
static void *worker(void *argument)
{
    pthread_mutex_t *own = argument; /* on main's stack */
    pthread_mutex_lock(own);
    pthread_mutex_unlock(own);
    for (int i = 0; i < TIMES; i++) {
        pthread_mutex_lock(&mutex);
        order = order * 2 + (i & 1);
        pthread_mutex_unlock(&mutex);
    }
    return 0;
}
int main(void)
{
    pthread_t threads[THREADS];
    pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], 0, worker, &own);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], 0);
    return order == WRONG;
}
END
make_locks() { "$racerun" cc -g -O1 -DTHREADS="$2" -DTIMES="$3" -DWRONG="$4" locks.c -o "$1" || fail "$1 does not compile"; }
make_locks wide 4 1 -1
make_locks deep 2 4 -1
make_locks wrong 2 3 12
"$racerun" cc -g -O1 "$here/deadlock_philosophers_3.c" -o philosophers

options=(--strategy=dpor --keep-going --stats --spurious=0 --expect-exit=0)

# explore PROGRAM [OPTION…]: its words in $output, its exit status in $status.
explore() {
    output=$("$racerun" explore "${options[@]}" "${@:2}" "./$1" 2>&1)
    status=$?
    tried=$((tried + 1))
}

# What must be the same: schedules, traces, which ones, findings, exit status.
facts() {
    local words='s/.*explored \([0-9]*\) schedules (\([0-9]*\) distinct).*: \([0-9]*\) findings.*stopped: \(.*\)/\1 \2 \3 \4/p'
    echo "$(sed -n 's/.*, traces \([0-9a-f]*\)$/\1/p' <<<"$output") $(sed -n "$words" <<<"$output") $status"
}
kinds() { grep -o '^racerun: [a-z -]* #[0-9]* \[[0-9a-f]*\]' <<<"$output" | sed 's/#[0-9]*//' | sort; }

# until_written FILE PID: the file is another one than $stamp, or the process has ended.
until_written() {
    while kill -0 "$2" 2>/dev/null; do
        [ -e "$1" ] && [ "$(stat -c %i-%Y-%s "$1" 2>/dev/null)" != "$stamp" ] && return
        sleep 0.01
    done
}

# ended LOG PID: what the background run said.
ended() {
    wait "$2" 2>/dev/null
    status=$?
    output=$(cat "$1")
}

# Starts in the background, kills $victim of it by signal $2 as soon as something was written.
killed_run() {
    local program=$1 signal=$2 victim=$3
    stamp=$(stat -c %i-%Y-%s check 2>/dev/null)
    "$racerun" explore "${options[@]}" --checkpoint=check --checkpoint-every=0 "./$program" >log 2>&1 &
    local pid=$!
    until_written check $pid
    [ "$victim" = worker ] && victim=$(worker_of $pid) || victim=$pid
    kill -"$signal" $victim 2>/dev/null
    ended log $pid
}

# A process that runs schedules: a child of the zygote, which is racerun's child.
worker_of() {
    local zygote
    zygote=$(pgrep -P "$1" | head -1)
    [ -n "$zygote" ] && pgrep -P "$zygote" | head -1
}

for program in wide deep wrong philosophers; do
    explore "$program"
    alone=$(facts) found=$(kinds)
    echo "$program: $alone"
    [[ $alone == *exhausted* ]] || fail "$program is not exhausted: $output"
    for jobs in 2 3; do
        explore "$program" --jobs=$jobs
        [ "$(facts)" = "$alone" ] && [ "$(kinds)" = "$found" ] || fail "$program by $jobs: $(facts)"
    done
    # In pieces, by one worker, and by one after two, with other environments (other stacks).
    for jobs in 1 2; do
        rm -f check all.kinds
        pieces=0
        while [ ! -e check ] || [ $pieces -eq 0 ] || [[ $output != *exhausted* ]]; do
            PADDING=$(printf "%$((pieces % 7 * 1000))s") explore "$program" --checkpoint=check \
                --schedules=$((5 + pieces * 7)) --jobs=$((pieces % jobs + 1))
            kinds >>all.kinds
            pieces=$((pieces + 1))
            [[ $output == *exhausted* ]] && break
            [ -e check ] || { fail "$program: nothing was written: $output" && break; }
        done
        [ "$(facts)" = "$alone" ] || fail "$program in $pieces pieces by $jobs: $(facts)"
        [ "$(sort -u all.kinds)" = "$found" ] || fail "$program in $pieces pieces: other findings"
        [ $pieces -gt 1 ] || fail "$program was not interrupted"
        [ -e check ] && fail "$program: the checkpoint is still there"
    done
    # Killed in the middle: racerun itself, and a process that runs schedules; asked to stop.
    rm -f check
    for victim in "KILL racerun" "INT racerun" "TERM racerun" "KILL worker" "KILL racerun"; do
        killed_run "$program" $victim
        [[ $output == *exhausted* ]] && break
    done
    [[ $output == *exhausted* && $status -lt 128 ]] || explore "$program" --checkpoint=check
    [ "$(facts)" = "$alone" ] || fail "$program, killed: $(facts): $output"
done

# ---- what is refused ----

# refused PATTERN [OPTION…]: one sentence that matches, 125, and the file stays as it was.
refused() {
    local sum
    sum=$(cksum <check)
    explore wide --checkpoint=check "${@:2}"
    [ $status -eq 125 ] && [ "$(wc -l <<<"$output")" -eq 1 ] && [[ $output =~ $1 ]] ||
        fail "not refused as '$1': $status $output"
    [ "$(cksum <check)" = "$sum" ] || fail "'$1' changed the file"
}

rm -f check
explore wide --checkpoint=check --schedules=10
[ -s check ] || fail "nothing was written"
cp check good
refused "is of a search with --spurious=0, not --spurious=1: give the same" --spurious=1
refused "is of a search with --visible=1, not --visible=3: give the same" --visible=all
refused "is of a search with --max-steps=100000, not --max-steps=5000: give" --max-steps=5000
refused "--checkpoint is for --strategy=dpor and --strategy=dfs" --strategy=random
refused "leave one of them out" --preemptions=1
refused "leave one of them out" --same-output
size=$(stat -c %s good)
for at in 0 7 19 22 25 40 90 200 $((size / 2)) $((size - 200)) $((size - 9)) $((size - 1)); do
    head -c "$at" good >check
    refused "is damaged or was cut short: remove it|is no checkpoint of racerun"
done
for at in 21 30 70 150 300 $((size / 3)) $((size / 2)) $((size - 300)) $((size - 4)); do
    cp good check
    byte=$(od -An -tu1 -j "$at" -N 1 good)
    printf "\\x$(printf %x $((byte ^ 1 << (at % 8))))" | dd of=check bs=1 seek="$at" conv=notrunc status=none
    refused "is damaged or was cut short: remove it to begin anew"
done
sed '1s/checkpoint 1/checkpoint 2/' good >check
refused "is of a newer version of racerun: remove it to begin anew"
echo "some text" >check
refused "is no checkpoint of racerun: name another file"
cp good check
cp wide wide.before
make_locks wide 4 1 -2
refused "is of another build of ./wide: remove it to begin anew"
mv wide.before wide
rm check
mkdir check
explore wide --checkpoint=check
[ $status -eq 125 ] && [[ $output == *"cannot read check: "* ]] || fail "a folder was taken: $output"
rmdir check

# ---- what cannot be written ----

# Told once; the search and its exit status are what they would have been.
explore wrong --schedules=20
alone=$(facts)
explore wrong --checkpoint=nowhere/check --schedules=20
[ "$(facts)" = "$alone" ] || fail "without a folder: $output"
[ "$(grep -c 'cannot write nowhere/check: ' <<<"$output")" -eq 1 ] || fail "not told once: $output"
# A disk that is full, where we may make one.
if unshare -rm true 2>/dev/null; then
    mkdir disk
    output=$(unshare -rm sh -c 'mount -t tmpfs -o size=8k none disk && cat /dev/zero >disk/filler; exec "$@"' sh "$racerun" explore \
        "${options[@]}" --checkpoint=disk/check --schedules=20 ./wrong 2>&1)
    status=$?
    [ "$(facts)" = "$alone" ] || fail "with a full disk: $output"
    grep -q 'cannot write disk/check: No space left on device' <<<"$output" || fail "not told: $output"
fi

echo "$tried runs, $failed failures"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
