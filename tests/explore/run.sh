#!/usr/bin/env bash
# explore: small concurrent programs under `racerun explore`. The first line of each says what is found:
#     /* finds: KIND                  a word of the failure, or several, separated by |, of which one
#                                     is found; the schedule replays
#     /* clean                        nothing is found
# and may go on with `options: ...` for racerun explore.
#   usage: run.sh [--racerun PATH] [--schedules N] [--clean-schedules N] [--seeds S] [--replays R]
#                 [--engine ENGINE] [--part I/N] [--state FILE] [--rates | --twice] [NAME...]
# All of the suite, as it has to pass before a release: run.sh --seeds 20 --clean-schedules 10000
# It takes long. --part I/N runs the Ith of N parts (programs and seeds dealt out in turn); --state keeps in
# FILE what has passed with this build and these numbers, and leaves it out when it is run again.
# How hard the faulty ones are: run.sh --rates [--schedules N] prints, for a random walk and for the
# portfolio, how many searches of N schedules in all found the fault (`<`: none did).
# That the same seed is the same search: run.sh --twice [--schedules N] runs N schedules of each twice and
# compares what is found, as which steps, and how many distinct traces there are.
# Says which programs did not stay in the engine that was asked for, and why.
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun schedules='' clean_schedules=100 seeds=1 replays=3 rates='' twice='' only=()
part=1 parts=1 state=/dev/null
engine=auto stayed=0
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --schedules) schedules=$2 && shift ;;
    --clean-schedules) clean_schedules=$2 && shift ;;
    --seeds) seeds=$2 && shift ;;
    --replays) replays=$2 && shift ;;
    --engine) engine=$2 && shift ;;
    --rates) rates=1 ;;
    --part)
        [[ $2 =~ ^([1-9][0-9]*)/([1-9][0-9]*)$ && ${BASH_REMATCH[1]} -le ${BASH_REMATCH[2]} ]] ||
            { echo "--part wants I/N, not '$2'" >&2 && exit 2; }
        part=${BASH_REMATCH[1]} parts=${BASH_REMATCH[2]} && shift
        ;;
    --state) touch "$2" && state=$(realpath "$2") || exit 2
        shift ;;
    --twice) twice=1 ;;
    --*) sed -n '2,18p' "$0" >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-explore.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0 dealt=0 left=0 checks=0 explored=0 begin=$SECONDS
build=$(cat "$racerun" "$(dirname "$racerun")/../lib/racerun/libracerun.so" | sha256sum | cut -c1-16)
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

# What the first line of SOURCE says: in $finds ("" = clean) and $options.
expectation() {
    local head
    head=$(head -1 "$1")
    finds=$(sed -n 's#^/\* finds: \([a-z |-]*[a-z]\).*#\1#p' <<<"$head")
    read -ra options <<<"$(sed -n 's|.*options: \(.*[^ ]\) *\*/$|\1|p' <<<"$head")"
}

compile() {
    local as=cc
    [[ $1 == *.cc ]] && as=c++
    "$racerun" $as -g -O1 "$1" -o "$2"
}

# explore NAME SEED OPTION...: its words in $output, its exit status in $status.
explore() {
    local name=$1 seed=$2
    shift 2
    rm -f ./*.rrs
    output=$("$racerun" explore --engine="$engine" --seed="$seed" "$@" "${options[@]}" "./$name" 2>&1)
    status=$?
}

# replay NAME SEED: the schedule that was found, several times.
replay() {
    local file i
    file=$(echo ./*.rrs)
    for ((i = 1; i <= replays; i++)); do
        "$racerun" replay --engine="$engine" "$file" >replay.out 2>&1 && status=0 || status=$?
        [ $status -eq 66 ] || fail "$1 seed $2: replay $i: exit status $status: $(tail -1 replay.out)"
    done
}

# due NAME SEED: does it belong to this part, and has it not passed yet? Its line of the state in $passed.
due() {
    local limit=$clean_schedules
    [ -n "$finds" ] && limit=${schedules:-10000}
    passed="$build $1 seed $2 schedules $limit replays $replays"
    dealt=$((dealt + 1))
    [ $(((dealt - 1) % parts + 1)) -eq "$part" ] || return 1
    ! grep -qxF "$passed" "$state" || { left=$((left + 1)) && return 1; }
}

# check NAME SEED
check() {
    local name=$1 seed=$2 expected=0 limit=$clean_schedules ran option
    [ -n "$finds" ] && expected=66 limit=${schedules:-10000}
    explore "$name" "$seed" --schedules="$limit"
    checks=$((checks + 1))
    ran=$(sed -n 's/^racerun: explored \([0-9]*\) .*/\1/p' <<<"$output")
    explored=$((explored + ${ran:-0}))
    grep '^racerun: engine' <<<"$output" || stayed=$((stayed + 1))
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
            fail "$name seed $seed: ran ${ran:-no} schedules, not $limit"
        return
    fi
    grep -Eq "^racerun: ($finds)( \([a-z]+\))? #1 \[" <<<"$output" ||
        fail "$name seed $seed: no '$finds' in: $output"
    sed -n "s/.*first at schedule \([0-9]*\);.*/    $name seed $seed: schedule \1/p" <<<"$output"
    replay "$name" "$seed"
}

# search NAME: what does not depend on time, of a search that goes on after failures.
search() {
    explore "$1" 1 --schedules="${schedules:-15}" --keep-going
    grep -E '^racerun: (token: |explored |[a-z -]* #)' <<<"$output" | sed 's/ in [0-9.]* s:/:/'
}

same() {
    local first second
    case $1 in *_spin_plain | *_spin_signalled) return ;; esac # are stopped by time
    first=$(search "$1")
    second=$(search "$1")
    grep -q explored <<<"$first" || fail "$1: no search: $first"
    [ "$first" = "$second" ] || fail "$1 differs: $(diff <(echo "$first") <(echo "$second"))"
}

# rate NAME STRATEGY: searches, one seed after the other, until $schedules were run or 10 found it.
rate() {
    local name=$1 limit=${schedules:-3000} run=0 hits=0 seed=1 ran
    while [ $run -lt "$limit" ] && [ $hits -lt 10 ]; do
        explore "$name" $((seed++)) --strategy="$2" --schedules=$((limit - run)) --quiet
        ran=$(sed -n 's/^racerun: explored \([0-9]*\) .*/\1/p' <<<"$output")
        run=$((run + ${ran:-$limit}))
        [ $status -eq 66 ] && hits=$((hits + 1))
    done
    awk -v hits=$hits -v run=$run 'BEGIN {
        printf "%5d in %6d %s%9.5f", hits, run, hits ? " " : "<", (hits ? hits : 1) / run }'
}

# How far it is, and how fast.
progress() {
    local seconds=$((SECONDS - begin))
    shown=$SECONDS
    echo "    part $part/$parts: $checks searches, $left passed before; $explored schedules in $seconds s," \
        "$((explored / (seconds ? seconds : 1))) a second"
}

shown=$SECONDS
for source in "$here"/*.c "$here"/*.cc; do
    name=$(basename "${source%.*}")
    [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]] && continue
    expectation "$source"
    [ -n "$rates" ] && [ -z "$finds" ] && continue
    compile "$source" "$name" || { fail "$name does not compile" && continue; }
    tried=$((tried + 1))
    if [ -n "$rates" ]; then
        printf '%-32s random %s   portfolio %s\n' "$name" "$(rate "$name" random)" \
            "$(rate "$name" portfolio)"
        continue
    fi
    [ -n "$twice" ] && { same "$name"; continue; }
    for ((seed = 1; seed <= seeds; seed++)); do
        due "$name" "$seed" || continue
        before=$failed
        check "$name" "$seed"
        [ $failed -eq $before ] && echo "$passed" >>"$state"
    done
    [ $((SECONDS - shown)) -lt 60 ] || progress
done
[ -n "$rates" ] || progress
echo "$tried programs, $failed failures; $stayed of $checks searches with engine $engine as asked"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
