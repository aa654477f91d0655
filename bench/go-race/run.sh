#!/bin/bash
# What the detector costs on goroutines: the same programs under racerun and under Go's -race, run in
# turns. Prints a table of medians in markdown.
#
#     usage: bench/go-race/run.sh --build DIR [--rounds N] [--only "NAME:N ..."]
#
# DIR is a build tree of all. One processor for both. CPU of the process, user and kernel; a ratio is the
# median of the rounds' ratios, whose runs followed one another.
set -euo pipefail
export LC_ALL=C RGO_PROCS=1 GOMAXPROCS=1

build='' rounds=5
works="spawn:200000 pingpong:200000 oneway:200000 buffered:1000000 many:200000 select:200000"
works+=" mutex:1000000 contended:200000 fanout:100000 sieve:200 generations:200000"
works+=" pairs:10 pairs:1000 pairs:100000 pairs_buffered:10 pairs_buffered:1000 pairs_buffered:100000"
works+=" rounds:10 rounds:1000 rounds:100000 idle:100000"
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --only) works=$2 && shift 2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
cd "$(dirname "$0")"
racerun=$build/bin/racerun
go=$(command -v go || ls -d /usr/lib/go*/bin/go 2>/dev/null | tail -1 || true)
if [ ! -x "$racerun" ] || [ -z "$go" ]; then
    echo "run.sh: needs Go, and racerun in --build '$build'" >&2
    exit 2
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/bench-go-race.XXXXXX")
trap 'rm -rf "$work"' EXIT

for folder in coro go-race; do
    "$racerun" cc -O2 -g "../$folder/work.c" -o "$work/c.$folder"
    GO111MODULE=off "$go" build -race -o "$work/go.$folder" "../$folder/work.go"
done

folder_of() { if grep -q "{\"$1\"," work.c; then echo go-race; else echo coro; fi; }

run() { # column command...
    local column=$1 figures
    shift
    figures=$(timeout 300 "$@" 2>/dev/null) || true # some of the works race: that is reported
    if [ -n "$figures" ]; then
        echo "$round $column $name:$n $(awk '{ print $3 }' <<<"$figures")" >>"$work/figures"
    else
        echo "run.sh: $* failed" >&2
    fi
}

: >"$work/figures"
for ((round = 1; round <= rounds; round++)); do
    for one in $works; do
        name=${one%:*} n=${one#*:} folder=$(folder_of "${one%:*}")
        run alone "$work/c.$folder" "$name" "$n"
        run racerun "$racerun" "$work/c.$folder" "$name" "$n"
        run go "$work/go.$folder" "$name" "$n"
    done
done

echo "$(nproc) processors, Linux $(uname -r), $("$go" version | sed 's/.*go\([0-9.]*\) .*/Go \1/')," \
    "$rounds rounds, load average $(cut -d' ' -f1 /proc/loadavg)"
awk -v rounds="$rounds" -v works="$works" '
function middle(v, n,   i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n ? v[int((n + 1) / 2)] : "-"
}
function median(column, w,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((column, w, r) in sample) v[++n] = sample[column, w, r]
    return middle(v, n)
}
function ratio(w,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if (sample["go", w, r] > 0 && ("racerun", w, r) in sample)
            v[++n] = sample["racerun", w, r] / sample["go", w, r]
    return middle(v, n)
}
{ sample[$2, $3, $1] = $4 }
END {
    print "\n| work | N | alone | under racerun | Go, -race | ratio | met |\n|---|---:|---:|---:|---:|---:|---|"
    count = split(works, list, " ")
    for (i = 1; i <= count; i++) {
        split(list[i], part, ":")
        value = ratio(list[i])
        printf "| %s | %d | %.0f | %.0f | %.0f | %.2f | %s |\n", part[1], part[2], median("alone", list[i]),
            median("racerun", list[i]), median("go", list[i]), value, value <= 1 ? "yes" : "**no**"
    }
}' "$work/figures"
