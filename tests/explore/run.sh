#!/usr/bin/env bash
# explore: small concurrent programs under `racerun explore`. The first line of each says what is found:
#     /* finds: KIND                  a word of the failure, or several, separated by |, of which one
#                                     is found; the schedule replays
#     /* clean                        nothing is found
# and may go on with `options: ...` for racerun explore.
#   usage: run.sh [--racerun PATH] [--schedules N] [--clean-schedules N] [--seeds S] [--replays R]
#                 [--engine ENGINE] [--jobs J] [--part I/N] [--state FILE] [--rates | --twice] [NAME...]
# All of the suite, as it has to pass before a release (an hour of CPU, shared by J processors):
#     run.sh --seeds 20 --clean-schedules 10000 --replays 100 --jobs J --state FILE
# --jobs runs J searches at a time, each in one worker. --part I/N runs the Ith of N parts (programs and
# seeds dealt out in turn); --state keeps in FILE what has passed with this build and these numbers, and
# leaves it out when it is run again.
# How hard the faulty ones are: run.sh --rates --schedules 10000 --jobs J prints, for a random walk and for
# the portfolio, how many searches of N schedules in all found the fault (`<`: none did), and which of them a
# random walk finds less than once in 1000 schedules (with a confidence of 99 %).
# That the same seed is the same search: run.sh --twice [--schedules N] runs N schedules of each twice and
# compares what is found, as which steps, and how many distinct traces there are.
# Says which programs did not stay in the engine that was asked for, and why; of the whole suite nine in ten
# have to stay in-process.
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun schedules='' clean_schedules=100 seeds=1 replays=3 mode=check only=()
processes_max=4 part=1 parts=1 state=/dev/null engine=auto jobs=1 workers=()
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --schedules) schedules=$2 && shift ;;
    --clean-schedules) clean_schedules=$2 && shift ;;
    --seeds) seeds=$2 && shift ;;
    --replays) replays=$2 && shift ;;
    --engine) engine=$2 && shift ;;
    --jobs) jobs=$2 workers=(--jobs=1) && shift ;;
    --rates) mode=rate ;;
    --twice) mode=twice ;;
    --part)
        [[ $2 =~ ^([1-9][0-9]*)/([1-9][0-9]*)$ && ${BASH_REMATCH[1]} -le ${BASH_REMATCH[2]} ]] ||
            { echo "--part wants I/N, not '$2'" >&2 && exit 2; }
        part=${BASH_REMATCH[1]} parts=${BASH_REMATCH[2]} && shift
        ;;
    --state) touch "$2" && state=$(realpath "$2") || exit 2
        shift ;;
    --*) sed -n '2,24p' "$0" >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-explore.XXXXXX")
leaders=() # of the process groups of the workers
finish() {
    for leader in "${leaders[@]}"; do kill -TERM -- "-$leader" 2>/dev/null; done
    wait
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$folder" || exit 2
mkdir bin
begin=$SECONDS
build=$(cat "$racerun" "$(dirname "$racerun")/../lib/racerun/libracerun.so" | sha256sum | cut -c1-16)

# ---- one search (in a folder of its own) ----

fail() {
    echo "FAIL $*"
    echo "$*" >>failures
}

# What the first line of program NAME says: in $finds ("" = clean) and $options.
expectation() {
    local head
    head=$(head -1 "$here/$1".c*)
    finds=$(sed -n 's#^/\* finds: \([a-z |-]*[a-z]\).*#\1#p' <<<"$head")
    read -ra options <<<"$(sed -n 's|.*options: \(.*[^ ]\) *\*/$|\1|p' <<<"$head")"
}

# explore NAME SEED OPTION...: its words in $output, its exit status in $status.
explore() {
    local name=$1 seed=$2
    shift 2
    rm -f ./*.rrs
    output=$("$racerun" explore --engine="$engine" --seed="$seed" "${workers[@]}" "$@" "${options[@]}" \
        "../bin/$name" 2>&1)
    status=$?
}

# replay NAME SEED: the schedule that was found, several times; the last process does all that are left.
replay() {
    local file i times=1 processes=$((replays < processes_max ? replays : processes_max))
    file=$(echo ./*.rrs)
    for ((i = 1; i <= processes; i++)); do
        [ "$i" -lt $processes ] || times=$((replays - processes + 1))
        "$racerun" replay --engine="$engine" --times=$times "$file" >replay.out 2>&1 && status=0 || status=$?
        [ $status -eq 66 ] && grep -Eq "^racerun: replayed [0-9]+ steps" replay.out ||
            fail "$1 seed $2: replay $i: exit status $status: $(tail -2 replay.out)"
        [ $times -eq 1 ] || [[ $(tail -1 replay.out) == "racerun: $times of $times replays "* ]] ||
            fail "$1 seed $2: replay $i: not all are the same: $(tail -2 replay.out)"
        sed -E -e '/^racerun: (engine |[0-9]+ of [0-9]+ replays )/d' -e 's/(go on computing) .*/\1/' \
            replay.out >"replay.$i" # where who computes was stopped is up to the processor
        cmp -s replay.1 "replay.$i" ||
            fail "$1 seed $2: replay $i tells something else: $(diff replay.1 "replay.$i")"
    done
    echo "$replays" >>replayed
}

# A search's line in the state: all that it depends on.
key_of() { # NAME SEED
    local limit=$clean_schedules
    [[ $1 == clean_* ]] || limit=${schedules:-10000}
    echo "$build $engine $1 seed $2 schedules $limit replays $replays"
}

# check NAME SEED
check() {
    local name=$1 seed=$2 expected=0 limit=$clean_schedules ran option why
    [ -n "$finds" ] && expected=66 limit=${schedules:-10000}
    explore "$name" "$seed" --schedules="$limit"
    ran=$(sed -n 's/^racerun: explored \([0-9]*\) .*/\1/p' <<<"$output")
    echo "${ran:-0}" >>explored
    why=$(sed -n 's/^racerun: engine \([a-z]*\): .* cannot run in the one before: /\1: /p' <<<"$output" | tail -1)
    if [ $status -ne $expected ]; then
        fail "$name seed $seed: exit status $status, not $expected"
        sed 's/^/    /' <<<"$output" | tail -30
        return
    fi
    if [ -z "$finds" ]; then
        for option in "${options[@]}"; do
            [[ $option == --schedules=* ]] && limit=${option#*=}
        done
        [ "$ran" = "$limit" ] || grep -q 'stopped: exhausted' <<<"$output" ||
            { fail "$name seed $seed: ran ${ran:-no} schedules, not $limit" && return; }
    else
        grep -Eq "^racerun: ($finds)( \([a-z]+\))? #1 \[" <<<"$output" ||
            { fail "$name seed $seed: no '$finds' in: $output" && return; }
        sed -n "s/.*first at schedule \([0-9]*\);.*/    $name seed $seed: schedule \1/p" <<<"$output"
        replay "$name" "$seed"
        grep -q "^$name seed $seed:" failures 2>/dev/null && return
    fi
    printf '%s\t%s\n' "$(key_of "$name" "$seed")" "$why" >>"$state"
    printf '%s\t%s\n' "$name" "$why" >>engines
}

# search NAME: what does not depend on time, of a search that goes on after failures.
search() {
    explore "$1" 1 --schedules="${schedules:-15}" --keep-going
    grep -E '^racerun: (token: |explored |[a-z -]* #)' <<<"$output" | sed 's/ in [0-9.]* s:/:/'
}

twice() {
    local first second
    case $1 in *_spin_plain | *_spin_signalled) return ;; esac # are stopped by time
    first=$(search "$1")
    second=$(search "$1")
    grep -q explored <<<"$first" || fail "$1: no search: $first"
    [ "$first" = "$second" ] || fail "$1 differs: $(diff <(echo "$first") <(echo "$second"))"
}

# hits NAME STRATEGY: searches, one seed after the other, until $schedules were run or 10 found it: how many
# did, of how many schedules.
hits() {
    local name=$1 limit=${schedules:-3000} run=0 hits=0 seed=1 ran
    while [ $run -lt "$limit" ] && [ $hits -lt 10 ]; do
        explore "$name" $((seed++)) --strategy="$2" --schedules=$((limit - run)) --quiet
        ran=$(sed -n 's/^racerun: explored \([0-9]*\) .*/\1/p' <<<"$output")
        run=$((run + ${ran:-$limit}))
        [ $status -eq 66 ] && hits=$((hits + 1))
    done
    echo "$hits $run"
}

# Is it rare: would so few hits come less than once in a hundred times of a chance of 1 in 1000 (Poisson)?
rate() {
    echo "$1 $(hits "$1" random) $(hits "$1" portfolio)" | awk '
        function shown(h, n) { return sprintf("%5d in %6d %s%9.5f", h, n, h ? " " : "<", (h ? h : 1) / n) }
        {
            mean = $3 / 1000
            for (term = sum = exp(-mean); i < $2; sum += term) term *= mean / ++i
            printf "%-32s random %s   portfolio %s%s\n", $1, shown($2, $3), shown($4, $5),
                $2 < 10 && sum < .01 ? "   rare" : ""
        }' | tee -a rates
}

# How far it is, and how fast: once a minute, by the first worker.
progress() {
    local seconds=$((SECONDS - begin)) explored
    [ $((SECONDS - shown)) -ge 60 ] || return
    shown=$SECONDS
    explored=$(cat ../*/explored 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }')
    echo "    part $part/$parts: $(cat ../*/explored 2>/dev/null | wc -l) of $(wc -l <../due) searches;" \
        "$explored schedules in $seconds s"
}

# ---- all of them ----

# A line each: program, seed, key.
[ $mode = check ] || seeds=1
dealt=0
for source in "$here"/*.c "$here"/*.cc; do
    name=$(basename "${source%.*}")
    [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]] && continue
    [ $mode = rate ] && [[ $name == clean_* ]] && continue
    for ((seed = 1; seed <= seeds; seed++)); do
        [ $((dealt++ % parts + 1)) -eq "$part" ] && printf '%s\t%s\t%s\n' "$name" "$seed" "$(key_of "$name" "$seed")"
    done
done >asked
# Those that did not pass before. In which engine the others ran is known.
: >due >engines
awk -F '\t' -v mode=$mode 'FILENAME != "asked" { why[$1] = $2; done[$1] = 1; next }
    mode == "check" && done[$3] { print $1 "\t" why[$3] >"engines"; next }
    { print $1 "\t" $2 >"due" }' "$state" asked
cut -f1 due | sort -u | xargs -P "$jobs" -I{} bash -c '
    source=$(echo "$1/$2".c*) && as=cc && [[ $source == *.cc ]] && as=c++
    "$0" $as -g -O1 "$source" -o "bin/$2" || echo "$2 does not compile"' "$racerun" "$here" {} | tee failures

# worker NUMBER: every so manyeth of what is due.
worker() {
    local name seed shown=$SECONDS
    mkdir "$1" && cd "$1" || exit 2
    awk -v n="$1" -v jobs="$jobs" 'NR % jobs + 1 == n' ../due | while read -r name seed; do
        kill -0 $$ 2>/dev/null || exit 1 # all of it was killed
        [ -x "../bin/$name" ] || continue
        expectation "$name"
        $mode "$name" "$seed" </dev/null
        [ "$1" -gt 1 ] || [ $mode = rate ] || progress
    done
}
set -m # each has a process group, so that all it has started ends with it
for ((number = 1; number <= jobs; number++)); do
    worker $number </dev/null &
    leaders+=($!)
done
set +m
wait
leaders=()

# ---- what came of it ----

sum() { # FILE: of the workers
    cat ./*/"$1" 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}
tried=$(cut -f1 asked | sort -u | wc -l)
failed=$(cat failures ./*/failures 2>/dev/null | wc -l)
if [ $mode = rate ]; then
    rare=$(grep -c 'rare$' ./*/rates | awk -F: '{ sum += $NF } END { print sum }')
    echo "$tried faulty programs; a random walk finds the fault of $rare less than once in 1000 schedules"
elif [ $mode = check ]; then
    echo "$(wc -l <due) searches, $(($(wc -l <asked) - $(wc -l <due))) passed before; $(sum explored) schedules," \
        "$(sum replayed) replays in $((SECONDS - begin)) s"
    cat engines ./*/engines 2>/dev/null | sort -u | awk -F '\t' '$2 != ""' >moved
    sed 's/\t/: engine /' moved
    moved=$(cut -f1 moved | sort -u | wc -l)
    echo "$((tried - moved)) of $tried programs stayed in engine $engine as asked"
    [ "$engine" != auto ] || [ ${#only[@]} -gt 0 ] || [ $((10 * moved)) -le "$tried" ] ||
        { echo "FAIL more than one in ten did not" && failed=$((failed + 1)); }
fi
echo "$tried programs, $failed failures"
[ "$failed" -eq 0 ] && [ "$tried" -gt 0 ]
