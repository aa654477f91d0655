#!/usr/bin/env bash
# dpor: executions a second of exhaustive search: of the planner and the scheduler alone, on the
# model (planner.c), and of whole programs, on the lock and atomic rows of the table of oracles.
#   usage: dpor.sh [--build FOLDER] [--callgrind] [--memory] [--jobs] [ORACLES]
# --memory also shows what is resident during a search of a million executions. --jobs compares the processor
# time that an execution takes with one worker and with two, in turns.
# --callgrind counts instructions of the planner an execution, which no load of the machine changes.
set -eu -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build callgrind='' memory='' jobs=''
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift ;;
    --callgrind) callgrind=1 ;;
    --memory) memory=1 ;;
    --jobs) jobs=1 ;;
    --*) sed -n '2,7p' "$0" >&2 && exit 2 ;;
    *) break ;;
    esac
    shift
done
oracles=$(realpath "${1:-$root/../shared/oracles}")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$root"
gcc -O2 -g -std=gnu11 -D_GNU_SOURCE -I. -Ilib -Itests/model bench/explore/planner.c \
    tests/model/model.c tests/model/channels.c tests/model/canon.c \
    tests/model/set.c tests/model/plan.c lib/explore/*.c lib/sched/*.c lib/trace/event.c \
    lib/base/arena.c lib/base/check.c lib/base/room.c lib/base/sys.c -o "$folder/planner"
cd "$folder"
echo "planner and scheduler, on the model:"
./planner
[ -z "$memory" ] || ./planner memory
if [ -n "$callgrind" ]; then
    for work in writers dining increments locks:4; do
        executions=$(valgrind --tool=callgrind --callgrind-out-file=out ./planner $work 2>/dev/null | awk '{ print $2 }')
        callgrind_annotate --inclusive=yes out | awk -v n="$executions" -v work=$work '
            /:explore_next/ && !seen++ { gsub(",", "", $1); printf "%-12s %d instructions of explore_next an execution\n", work, $1 / n }'
    done
fi
[ -x "$build/bin/racerun" ] && [ -f "$oracles/traces.tsv" ] || exit 0
echo "programs:"
while IFS=$'\t' read -r program n traces _; do
    [ "$program" != program ] && [ "$traces" -ge 700 ] && [ "$traces" -lt 6000 ] || continue
    "$build/bin/racerun" cc -g -O0 -DN="$n" "$oracles/$program.c" -o program
    { "$build/bin/racerun" explore --strategy=dpor --stats --visible=all --keep-going --spurious=0 ./program 2>&1 ||
        true; } | # some find races
        awk -v name="$program $n" '
            /racerun: engine/ { sub(",", "", $3); engine = $3; cpu = $4 }
            /explored/ { printf "%-12s %8d executions %8.0f a second of CPU, engine %s\n", name, $3, $3 / cpu, engine }'
done <"$oracles/traces.tsv"
[ -n "$jobs" ] || exit 0
echo "one worker and two, median of five in turns:"
while IFS=$'\t' read -r program n traces _; do
    [ "$program" != program ] && [ "$traces" -ge 3000 ] && [ "$traces" -lt 50000 ] || continue
    "$build/bin/racerun" cc -g -O0 -DN="$n" "$oracles/$program.c" -o program
    : >jobs.1 && : >jobs.2
    for _ in 1 2 3 4 5; do
        for count in 1 2; do
            { "$build/bin/racerun" explore --strategy=dpor --stats --visible=all --keep-going --spurious=0 \
                --jobs=$count ./program 2>&1 || true; } |
                awk '/racerun: engine/ { cpu = $4 } /explored/ { print 1e6 * cpu / $3 }' >>jobs.$count
        done
    done
    paste <(sort -n jobs.1 | sed -n 3p) <(sort -n jobs.2 | sed -n 3p) |
        awk -v name="$program $n" '{ printf "%-12s %6.2f us of CPU an execution with one, %6.2f with two\n", name, $1, $2 }'
done <"$oracles/traces.tsv"
