#!/usr/bin/env bash
# exact: exhaustive search executes every distinguishable schedule of the programs of exact/ once. The first
# comment of each says what there is:
#     traces: N         so many; search without reduction (--strategy=dfs) finds as many,
#     by hand: WHY      unless that would take too long
#     finds: KIND       a failure is of this kind; several: separated by commas, and there are no others
#     options: ...      for racerun explore
#     stopped: REASON   in place of `exhausted`
# With --keep-going, so every failure is there, and each writes a schedule that replays.
#   usage: exact.sh [--racerun PATH] [NAME...]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun only=()
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --*) sed -n '2,12p' "$0" >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-exact.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0 traces='' stopped='' options=()
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

# says KEY SOURCE: what the first comment says after `KEY: `.
says() {
    sed -n '1,/\*\//{s#^[/ ]\* '"$1"': ##;T;s# *\*/$##;p}' "$2"
}

# explore NAME STRATEGY EXECUTED: the last line names the traces.
explore() {
    "$racerun" explore --strategy="$2" --keep-going --out="$1.rrs" ${options[@]+"${options[@]}"} "./$1" >output 2>&1
    grep -Eq "^racerun: explored $3 schedules \($traces distinct\) in .*; stopped: $stopped$" output ||
        fail "$1: $2: not $traces: $(tail -2 output)"
}

# check NAME SOURCE
check() {
    local wanted found
    traces=$(says traces "$2") stopped=$(says stopped "$2")
    : "${stopped:=exhausted}"
    read -ra options <<<"$(says options "$2")"
    mkdir -p "$1.rrs"
    [ -n "$(says 'by hand' "$2")" ] || explore "$1" dfs '[0-9]+'
    explore "$1" dpor "$traces"
    wanted=$(says finds "$2" | tr ',' '\n' | sed 's/^ *//' | sort)
    found=$(sed -n 's/^racerun: \([a-z -]*[a-z]\) #.*/\1/p' output | sort)
    [ "$wanted" = "$found" ] || fail "$1: found '${found//$'\n'/, }', not '${wanted//$'\n'/, }'"
    for schedule in "$1.rrs"/*.rrs; do
        [ -e "$schedule" ] || continue
        "$racerun" replay "$schedule" >output 2>&1
        [ $? -eq 66 ] || fail "$1: $schedule does not replay: $(tail -1 output)"
    done
    tried=$((tried + 1))
}

for source in "$here"/exact/*.c; do
    name=$(basename "${source%.c}")
    [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $name "* ]] || continue
    "$racerun" cc -g -O1 -I"$here" "$source" -o "$name" || { fail "$name does not compile" && continue; }
    check "$name" "$source"
done
echo "$tried programs, $failed failures"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
