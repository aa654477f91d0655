#!/usr/bin/env bash
# explore: all engines take the same decisions. Each program is explored with the same seed in all three
# engines, and once more in the first: the traces of all schedules must be the same (--stats prints a
# number that names them all), and nine programs in ten stay in-process. Programs of tests/explore, in C and
# C++, the examples of goroutines and the bugs of tests/gobugs.
# With --strategy failures do not end the search; with dpor or dfs each next schedule comes from the one before.
#   usage: engines.sh [--racerun PATH] [--schedules N] [--every N] [--strategy NAME|all] [NAME...]
# --strategy all: each strategy in turn.
# Exit status: 0 all the same, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tests=$(dirname "$here")
racerun=$tests/../build/bin/racerun schedules=25 every=1 strategies=() only=() seen=0
all=(random pct:1 pct:4 pos surw rff rr:1 rr:3 fcfs priority sjn srt mlq steady portfolio dpor dfs)
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --schedules) schedules=$2 && shift ;;
    --every) every=$2 && shift ;;
    --strategy)
        strategies=("$2") && shift
        [ "${strategies[0]}" = all ] && strategies=("${all[@]}")
        ;;
    --*) sed -n '2,9p' "$0" >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-engines.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
tried=0 failed=0 moved=0

# traces ENGINE PROGRAM OPTION...: which engine it was, and what all its schedules did. That only the in-process
# engine can prove something of loops that wait is no difference.
traces() {
    local engine=$1 program=$2
    shift 2
    "$racerun" explore --engine="$engine" --stats --jobs=1 --seed=7 "$@" "./$program" >output 2>&1
    [ "$(grep -c '^racerun: not exhaustive: ' output)" -eq 1 ] &&
        grep -q '^racerun: not exhaustive: loops were taken to wait without a look' output &&
        sed -i 's/; stopped: schedules$/; stopped: exhausted/' output
    sed -n 's/^racerun: engine \([a-z]*\), .* CPU, \(.*\)/\1 \2/p; s/^racerun: explored \([0-9]* schedules ([0-9]* distinct)\) in .*: \(.*\)$/\1 \2/p' output |
        tr '\n' ' '
}

check() {
    local program=$1 engine found expected=''
    shift
    tried=$((tried + 1))
    for engine in inprocess fork threads inprocess; do
        found=$(traces "$engine" "$program" "$@")
        if [ "${found%% *}" != "$engine" ]; then
            echo "$program: not in engine $engine, but ${found%% *}"
            [ "$engine" = inprocess ] && [ -z "$expected" ] && moved=$((moved + 1))
        fi
        found=${found#* }
        if [ "$found" != "${expected:-$found}" ]; then
            echo "FAIL $program $*: engine $engine: $found instead of $expected"
            failed=$((failed + 1))
            return
        fi
        expected=$found
    done
}

for source in "$here"/*.c "$here"/*.cc "$tests"/examples/go/*.c "$tests"/gobugs/*.c; do
    name=$(basename "${source%.*}")
    case $name in
    assert_by_address) continue ;;              # threads are elsewhere than fibers
    *_spin_plain | *_spin_signalled) continue ;; # are stopped by processor time
    esac
    [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]] && continue
    [ $((seen++ % every)) -ne 0 ] && continue
    as=cc && [[ $source == *.cc ]] && as=c++
    read -ra options <<<"$(head -1 "$source" | sed -n 's|.*options: \(.*[^ ]\) *\*/$|\1|p')"
    [[ $source == */gobugs/* ]] && options=(--leaks --expect-exit=0)
    "$racerun" $as -g -O1 "$source" -o "$name" || { echo "FAIL $name does not compile" && exit 1; }
    [ ${#strategies[@]} -gt 0 ] || check "$name" "${options[@]}" --schedules="$schedules"
    for strategy in "${strategies[@]}"; do
        check "$name" "${options[@]}" --schedules="$schedules" --strategy="$strategy" --keep-going
    done
done
echo "$tried searches in three engines, $failed failures; $moved did not stay in-process"
[ $failed -eq 0 ] && [ $tried -gt 0 ] && [ $((10 * moved)) -le $tried ]
