#!/usr/bin/env bash
# oracles: `racerun explore --strategy=dpor` on the programs of the table of reviewed counts: it must
# execute as many schedules as there are Mazurkiewicz traces, and say that these were all. Compiled
# without optimisation: the programs read what they do not use.
#   usage: oracles.sh [--racerun PATH] [--strategy NAME] [--traces MAX] [--jobs N] FOLDER
# FOLDER holds traces.tsv and the programs. All rows are run, and what each took is printed; with --traces
# those with more traces than MAX are left out.
# Exit status: 0 all as the table says, 1 not, 77 there is no such folder (skipped).
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun strategy=dpor max= jobs=1
while [ $# -gt 1 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --strategy) strategy=$2 && shift ;;
    --traces) max=$2 && shift ;;
    --jobs) jobs=$2 && shift ;;
    *) sed -n '2,9p' "$0" >&2 && exit 2 ;;
    esac
    shift
done
[ -f "${1:-}/traces.tsv" ] || { echo "no table of oracles in ${1:-(no folder given)}" && exit 77; }
oracles=$(realpath "$1")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-oracles.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0 left=0
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

# row PROGRAM N TRACES FAILS
row() {
    local name=$1-$2 output expected
    "$racerun" cc -g -O0 -DN="$2" "$oracles/$1.c" -o "$name" || { fail "$name does not compile" && return; }
    output=$("$racerun" explore --strategy="$strategy" --jobs="$jobs" --visible=all --keep-going --spurious=0 "./$name" 2>&1)
    expected="^racerun: explored $3 schedules \($3 distinct\) in .*; stopped: exhausted$"
    [ "$strategy" = dfs ] && expected="^racerun: explored [0-9]* schedules \($3 distinct\) in .*; stopped: exhausted$"
    grep -Eq "$expected" <<<"$output" || fail "$name: not $3: $(tail -1 <<<"$output")"
    if [ "$4" = no ]; then
        grep -E '^racerun: [a-z -]+ #' <<<"$output" | grep -v 'data race' && fail "$name: found what is not there"
    else
        [ "$(grep -c "^racerun: $4 #" <<<"$output")" -ge 1 ] || fail "$name: no $4"
    fi
    echo "$name: $(tail -1 <<<"$output")"
    tried=$((tried + 1))
}

while IFS=$'\t' read -r program n traces _ fails _; do
    [ "$program" = program ] && continue
    [ "$traces" -le "${max:-$traces}" ] || { left=$((left + 1)) && continue; }
    row "$program" "$n" "$traces" "$fails"
done <"$oracles/traces.tsv"
echo "$tried rows, $left left out, $failed failures"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
