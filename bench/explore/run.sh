#!/usr/bin/env bash
# bench/explore: how many schedules a second of CPU `racerun explore` runs, by engine.
#   usage: run.sh [--racerun PATH] [--seconds S] [--repeat R] [--engines "inprocess fork threads"]
# First the program of 57 scheduling points (3 threads that take a lock 8 times each, made and joined by
# main), as it is and instrumented, and the like where what is counted lies beside what all threads read;
# then curves against scheduling points, changed pages and tasks. CPU is that of all processes but the tool;
# a line is the median of R runs, which take turns.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun seconds=2 repeat=3 engines='inprocess fork threads'
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --seconds) seconds=$2 && shift ;;
    --repeat) repeat=$2 && shift ;;
    --engines) engines=$2 && shift ;;
    *) sed -n '2,8p' "$0" >&2 && exit 2 ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
gcc -O1 -g -pthread "$here/points57.c" -o points57 || exit 1
"$racerun" cc -O1 -g "$here/points57.c" -o points57_instrumented || exit 1
gcc -O1 -g -pthread "$here/work.c" -o plain || exit 1
"$racerun" cc -O1 -g "$here/work.c" -o instrumented || exit 1

# rate ENGINE PROGRAM ARGUMENT...: schedules a second of CPU.
rate() {
    local engine=$1 program=$2
    shift 2
    "$racerun" explore --jobs=1 --stats --strategy=random --time="$seconds" --engine="$engine" \
        -- "./$program" "$@" >output 2>&1
    sed -n 's/^racerun: engine .*, \([0-9.]*\) s of CPU.*/\1/p; s/^racerun: explored \([0-9]*\) .*/\1/p' output |
        paste -sd ' ' | awk '{ printf "%.0f\n", $2 / $1 }'
}

# line WORDS PROGRAM ARGUMENT...
line() {
    local words=$1 engine i
    shift
    for ((i = 0; i < repeat; i++)); do
        for engine in $engines; do rate "$engine" "$@" >>"rates.$engine"; done
    done
    printf '%-44s' "$words"
    for engine in $engines; do
        printf ' %12s' "$(sort -n "rates.$engine" | sed -n "$((repeat / 2 + 1))p")"
        rm "rates.$engine"
    done
    printf '\n'
}

printf '%-44s' 'schedules a second of CPU'
for engine in $engines; do printf ' %12s' "$engine"; done
printf '\n'
line '57 points, without race detection' points57
line '57 points, with race detection' points57_instrumented
line '57 points, counter beside what all read' instrumented 3 8 0
line '50 points' plain 3 7 0
line '500 points' plain 3 82 0
line '5000 points' plain 3 832 0
line '10 changed pages' plain 3 8 10
line '100 changed pages' plain 3 8 100
line '1000 changed pages' plain 3 8 1000
line '3 tasks' plain 3 1 0
line '30 tasks' plain 30 1 0
line '300 tasks' plain 300 1 0
