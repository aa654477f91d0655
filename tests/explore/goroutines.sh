#!/usr/bin/env bash
# explore: goroutine programs under `racerun explore`: the examples of tests/examples/go stay silent, or fail
# and their schedule replays. With --all also the programs of tests/golitmus: each race is found, each quiet
# program stays silent, except where a time-out of minutes is taken, which the explorer may let come first.
# (Bugs of Go programs: tests/gobugs/run.sh --explore.)
#   usage: goroutines.sh [--racerun PATH] [--schedules N] [--all]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tests=$(dirname "$here")
racerun=$tests/../build/bin/racerun schedules=40 all=
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --schedules) schedules=$2 && shift ;;
    --all) all=1 ;;
    *) sed -n '2,7p' "$0" >&2 && exit 2 ;;
    esac
    shift
done
folder=$(mktemp -d /tmp/racerun-goroutines.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 found=0 silent=0
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

build() { # SOURCE PROGRAM FLAGS...
    local source=$1 program=$2
    shift 2
    "$racerun" cc -g -O1 -I"$tests/golitmus" "$@" "$source" -o "$program" ||
        fail "$source does not compile"
}

# expect_found PROGRAM OPTIONS...: 66, and its schedule fails again.
expect_found() {
    local program=$1 status
    shift
    rm -f ./*.rrs
    "$racerun" explore "$@" --schedules=2000 "./$program" >output 2>&1
    status=$?
    if [ $status -ne 66 ] || grep -q uncontrolled output; then
        fail "$program: exit status $status, not 66: $(tail -1 output)"
        return
    fi
    "$racerun" replay "$@" ./*.rrs >output 2>&1 || status=$?
    [ $status -eq 66 ] || fail "$program: the replay ends with $status: $(tail -1 output)"
    found=$((found + 1))
}

expect_silent() {
    local program=$1
    shift
    if "$racerun" explore "$@" --schedules="$schedules" "./$program" >output 2>&1; then
        silent=$((silent + 1))
    else
        fail "$program: $(grep -m1 '#1' output)"
    fi
}

for source in "$tests"/examples/go/*.c; do
    name=$(basename "$source" .c)
    case $name in
    deadlock | panic_uncaught) build "$source" "$name" && expect_found "$name" ;;
    *) build "$source" "$name" && expect_silent "$name" ;;
    esac
done
for source in ${all:+"$tests"/golitmus/*.c}; do
    name=$(basename "$source" .c)
    case $name in
    norace_g11_timeout_not_fired | norace_g29_context_child) ;;
    race_*) build "$source" "$name" && expect_found "$name" ;;
    norace_*) build "$source" "$name" && expect_silent "$name" ;;
    esac
done
echo "$found found, $silent silent, $failed failures"
[ $failed -eq 0 ] && [ $found -gt 0 ] && [ $silent -gt 0 ]
