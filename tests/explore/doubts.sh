#!/usr/bin/env bash
# doubts: each reason for which `racerun explore` takes nothing for proved although its search has come to its
# end, by a program of doubts.c that has it; and that the search says so. Reasons that the tool knows and
# nothing provokes are failures.
#   usage: doubts.sh [--racerun PATH]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    *) sed -n '2,6p' "$0" >&2 && exit 2 ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-doubts.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 provoked=()
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

"$racerun" cc -g -O1 "$here/doubts.c" -o doubts || exit 1

# doubt REASON PROGRAM OPTION...
doubt() {
    local reason=$1 program=$2
    shift 2
    "$racerun" explore --strategy=dpor --visible=atomic --keep-going "$@" ./doubts "$program" >output 2>&1
    grep -q "^racerun: not exhaustive: $reason" output || fail "$program: not '$reason': $(tail -3 output)"
    tail -1 output | grep -q '^racerun: explored .*; stopped: schedules$' || fail "$program: $(tail -1 output)"
    provoked+=("$reason")
}

doubt 'schedules were cut off at --max-steps' long --max-steps=1000
doubt 'what tasks did depends on more than their order' varies
doubt 'descriptors were used' reads
doubt 'loops that wait for others were left' counts
doubt 'loops were taken to wait without a look' spins --engine=fork
doubt 'a loop that waits depends on what is no scheduling point' misled
doubt 'threads were interrupted that ran on and on' runs-on
doubt 'processes were made' forks
doubt 'signals or cancellations may come' cancels

known=$(sed -n '/^static void doubts_tell/,/^}/p' "$here/../../tool/cmd_explore.c" | grep -c '{DOUBT_')
[ "$known" -eq ${#provoked[@]} ] || fail "the tool knows $known reasons, and ${#provoked[@]} are provoked"
# Where there is no such reason the same program is explored to its end.
"$racerun" explore --strategy=dpor --visible=atomic ./doubts spins >output 2>&1
grep -q 'not exhaustive' output && fail "spins: $(grep 'not exhaustive' output)"
tail -1 output | grep -q 'stopped: exhausted$' || fail "spins: $(tail -1 output)"
echo "${#provoked[@]} reasons, $failed failures"
[ $failed -eq 0 ]
