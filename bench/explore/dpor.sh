#!/usr/bin/env bash
# dpor: executions a second of exhaustive search: of the planner and the scheduler alone, on the
# model (planner.c), and of whole programs, on the lock and atomic rows of the table of oracles.
#   usage: dpor.sh [--build FOLDER] [--repeat R] [--callgrind | --memory | --jobs] [ORACLES]
# What a program takes is the processor time of EXECUTIONS executions less that of one: of the search itself.
# What the process takes to start stands beside it. Each line is the median of R runs (5).
# --callgrind counts instructions of the planner an execution, which no load of the machine changes;
# --memory shows what is resident during a search of a million executions; --jobs compares one worker and two, in
# turns: by the clock, which says something on a free machine only, and by the processor time that each takes.
set -eu -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build repeat=5 mode=''
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift ;;
    --repeat) repeat=$2 && shift ;;
    --callgrind | --memory | --jobs) mode=${1#--} ;;
    --*) sed -n '2,9p' "$0" >&2 && exit 2 ;;
    *) break ;;
    esac
    shift
done
oracles=$(realpath "${1:-$root/../shared/oracles}")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
readonly EXECUTIONS=20001
# Of each program a size with as many executions, where there is one, and the largest of the table's.
readonly ROWS="writers:7 writers:8 readers:10 readers:15 lastzero:10 lastzero:13 lockinc:7 lockinc:8 lock2:4 lock2:6
    fib:4 fib:6 exp_bug:3 exp_bug:4 twostage:3 twostage:4 dining:15 corr2:1"
readonly ROWS_OF_TWO="writers:8 lockinc:8 exp_bug:4 fib:6 lastzero:10"

planner_build() {
    cd "$root"
    gcc -O2 -g -std=gnu11 -D_GNU_SOURCE -I. -Ilib -Itests/model bench/explore/planner.c \
        tests/model/model.c tests/model/channels.c tests/model/canon.c \
        tests/model/set.c tests/model/plan.c lib/explore/*.c lib/sched/*.c lib/trace/event.c \
        lib/base/arena.c lib/base/check.c lib/base/room.c lib/base/sys.c -o "$folder/planner"
    cd "$folder"
}

instructions_count() {
    for work in writers dining increments locks:4; do
        executions=$(valgrind --tool=callgrind --callgrind-out-file=out ./planner $work 2>/dev/null | awk '{ print $2 }')
        callgrind_annotate --inclusive=yes out | awk -v n="$executions" -v work=$work '
            /:explore_next/ && !seen++ { gsub(",", "", $1); printf "%-12s %d instructions of explore_next an execution\n", work, $1 / n }'
    done
}

program_build() {
    "$build/bin/racerun" cc -g -O0 -DN="${1#*:}" "$oracles/${1%:*}.c" -o program
}

# explore OPTION...: `executions seconds of CPU, and the most of one worker`
explore() {
    { "$build/bin/racerun" explore --strategy=dpor --stats --visible=all --keep-going --spurious=0 "$@" ./program 2>&1 ||
        true; } | # some find races
        awk '/one worker took/ { most = $5 } /racerun: engine/ { cpu = $4 } /explored/ { print $3, cpu, most ? most : cpu }'
}

# column K FILE: its median.
column() {
    awk -v k="$1" '{ print $k }' "$2" | sort -n | sed -n "$(((repeat + 1) / 2))p"
}

programs_measure() {
    printf '%-12s %10s %12s %14s %12s\n' program executions us/execution executions/s start-up/ms
    for row in $ROWS; do
        program_build "$row"
        for ((i = 0; i < repeat; i++)); do
            paste <(explore --jobs=1 --schedules=1) <(explore --jobs=1 --schedules=$EXECUTIONS)
        done | awk '{ print $4, 1e6 * ($5 - $2) / ($4 - $1), 1e3 * $2 }' >lines
        awk -v row="${row/:/ }" -v n="$(column 1 lines)" -v us="$(column 2 lines)" -v start="$(column 3 lines)" \
            'BEGIN { printf "%-12s %10d %12.2f %14.0f %12.1f\n", row, n, us, 1e6 / us, start }'
    done
}

# lines_of JOBS: its executions, CPU, most CPU of one worker, and seconds by the clock.
lines_of() {
    local since=$EPOCHREALTIME words
    words=$(explore --jobs="$1")
    awk -v words="$words" -v since="$since" -v now="$EPOCHREALTIME" 'BEGIN { print words, now - since }' >>"jobs.$1"
}

jobs_measure() {
    printf '%-12s %18s %18s %22s %10s\n' program 'executions, 1 and 2' 'CPU of both / of 1' 'CPU of 1 / most of 2' clock
    for row in $ROWS_OF_TWO; do
        program_build "$row"
        : >jobs.1 && : >jobs.2
        for ((i = 0; i < repeat; i++)); do lines_of 1 && lines_of 2; done
        awk -v row="${row/:/ }" -v n1="$(column 1 jobs.1)" -v n2="$(column 1 jobs.2)" -v cpu1="$(column 2 jobs.1)" \
            -v cpu2="$(column 2 jobs.2)" -v most="$(column 3 jobs.2)" -v t1="$(column 4 jobs.1)" -v t2="$(column 4 jobs.2)" \
            'BEGIN { printf "%-12s %9d %8d %18.2f %22.2f %10.2f\n", row, n1, n2, cpu2 / cpu1, cpu1 / most, t1 / t2 }'
    done
}

case $mode in
memory) planner_build && ./planner memory ;;
callgrind) planner_build && instructions_count ;;
jobs) cd "$folder" && jobs_measure ;;
*)
    planner_build
    echo "planner and scheduler, on the model:"
    ./planner
    [ -x "$build/bin/racerun" ] && [ -f "$oracles/traces.tsv" ] || exit 0
    echo "programs:"
    programs_measure
    ;;
esac
