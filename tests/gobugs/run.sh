#!/bin/bash
# Builds each ported bug twice, faulty and (-DFIXED) fixed, runs both under the detector, and prints what
# was found in how many runs; or, with --explore, in which schedule. README.md says what the directives in a program's first comment mean.
# Exit status: 0 all as expected, 1 not, 2 bad usage.
set -u -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'END'
usage: run.sh [OPTION...] [NAME...]
  --racerun PATH    the detector (default: build/bin/racerun of this tree)
  --explore         explore each: the fault is found, its schedule replays, the fixed one is silent
  --seeds S         so many searches of each, with --explore (default 1)
  --schedules N     of at most so many schedules (default 2000)
  --replays R       how often a failing schedule has to replay (default 10)
  --runs N          run each program N times (default 10; 200 for the table in README.md)
  --procs LIST      RGO_PROCS of the runs, in turn (default "1 2")
  --flags FLAGS     compile flags (default "-O1")
  --jobs J          bugs at a time (default 1)
  --builddir D      where programs and captured output go (default: a new folder in /tmp)
NAME is a file of this folder without .c; none: all of them.
END
}

die() {
    echo "run.sh: $*" >&2
    exit 2
}

export GOBUGS_RACERUN=$here/../../build/bin/racerun GOBUGS_RUNS=10 GOBUGS_PROCS="1 2"
export GOBUGS_FLAGS=-O1 GOBUGS_DIR="" GOBUGS_HERE=$here
export GOBUGS_SEEDS=1 GOBUGS_SCHEDULES=2000 GOBUGS_REPLAYS=10
jobs=1
names=()
show=bug
head='| bug | kind | expected | found | by | fixed: silent |
|---|---|---|---|---|---|'
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage && exit 0 ;;
    --explore)
        show=bug_explored
        head='| bug | found | searches that found it | first at schedule | replayed | fixed: silent |
|---|---|---|---|---|---|'
        ;;
    --racerun | --runs | --procs | --flags | --jobs | --builddir | --seeds | --schedules | --replays)
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
        --racerun) GOBUGS_RACERUN=$2 ;;
        --runs) GOBUGS_RUNS=$2 ;;
        --seeds) GOBUGS_SEEDS=$2 ;;
        --schedules) GOBUGS_SCHEDULES=$2 ;;
        --replays) GOBUGS_REPLAYS=$2 ;;
        --procs) GOBUGS_PROCS=$2 ;;
        --flags) GOBUGS_FLAGS=$2 ;;
        --jobs) jobs=$2 ;;
        --builddir) GOBUGS_DIR=$2 ;;
        esac
        shift
        ;;
    -*) usage >&2 && die "unknown option $1" ;;
    *) names+=("$(basename "$1" .c)") ;;
    esac
    shift
done
[ -x "$GOBUGS_RACERUN" ] || die "no racerun at $GOBUGS_RACERUN"
for number in "$GOBUGS_RUNS" "$GOBUGS_SEEDS" "$GOBUGS_SCHEDULES" "$GOBUGS_REPLAYS"; do
    [[ $number =~ ^[1-9][0-9]*$ ]] || die "'$number' is no number"
done
if [ ${#names[@]} -eq 0 ]; then
    for file in "$here"/*.c; do
        names+=("$(basename "$file" .c)")
    done
fi
for name in "${names[@]}"; do
    [ -f "$here/$name.c" ] || die "no such bug: $name"
done
[ -n "$GOBUGS_DIR" ] || GOBUGS_DIR=$(mktemp -d /tmp/gobugs.XXXXXX)
mkdir -p "$GOBUGS_DIR" || die "cannot make $GOBUGS_DIR"

# directive FILE NAME: the values of the "NAME: value" lines of the first comment.
directive() {
    sed -n '1,/\*\//s/^[ /*]*'"$2"': \{0,1\}\(.*\)$/\1/p' "$1" | sed 's/ *\*\/ *$//'
}

# findings ERR: the kinds of the detector's findings, one a line, such as "data race".
findings() {
    sed -nE 's/^racerun: ([a-z -]+( \([^)]*\))?) #[0-9]+ \[.*/\1/p' "$1" | sort -u
}

# admitted FILE: what findings may be in the faulty one, as patterns; what is in parentheses is left open.
admitted() {
    { directive "$1" expect; directive "$1" also; } | sed 's/[(].*[)]$//; s/ *$/( [(].*[)])?/'
}

# found_by KIND OUT ERR: who found it: detector, harness, runtime; nothing if nobody did.
found_by() {
    local kind=$1 out=$2 err=$3
    if findings "$err" | grep -qE "^$kind( \(|\$)"; then
        echo detector
        return
    fi
    case $kind in
    deadlock)
        grep -q '^fatal error: .* - deadlock!' "$err" && echo runtime && return
        grep -q '^panic: test timed out after' "$err" && echo harness
        ;;
    'goroutine leak')
        grep -qE '(is|are) still blocked' "$out" && echo harness
        ;;
    panic | misuse)
        grep -qE '^(panic|fatal error): ' "$err" && echo runtime
        ;;
    esac
}

# observe FILE PROGRAM WORD...: racerun with these words, with PROGRAM and its arguments. Sets status; the
# output is in PROGRAM.out and .err.
observe() {
    local file=$1 program=$2 setting
    shift 2
    status=0
    (
        while read -r setting; do
            [ -z "$setting" ] || export "${setting?}"
        done < <(directive "$file" env)
        # shellcheck disable=SC2046
        exec timeout -k 2 600 "$GOBUGS_RACERUN" "$@" "$program" $(directive "$file" arguments)
    ) >"$program.out" 2>"$program.err" </dev/null || status=$?
}

# run_once FILE PROGRAM TURN
run_once() {
    # shellcheck disable=SC2206
    local procs=($GOBUGS_PROCS)
    RGO_PROCS=${procs[$3 % ${#procs[@]}]} observe "$1" "$2" run --leaks
}

# keep PROGRAM TURN WHAT: a run that went wrong stays to be looked at.
keep() {
    cp "$1.out" "$1.$2.out"
    cp "$1.err" "$1.$2.err"
    wrong+="$3 in run $2 (see $1.$2.err); "
}

# faulty_runs FILE PROGRAM: sets found and by, adds to wrong.
faulty_runs() {
    local file=$1 program=$2 turn who other
    found=0 by=
    for ((turn = 1; turn <= GOBUGS_RUNS; turn++)); do
        run_once "$file" "$program" "$turn"
        who=
        while read -r kind; do
            who=$(found_by "$kind" "$program.out" "$program.err")
            [ -z "$who" ] || break
        done < <(directive "$file" expect)
        if [ -n "$who" ]; then
            found=$((found + 1))
            [[ " $by " == *" $who "* ]] || by="${by:+$by }$who"
        fi
        other=$(findings "$program.err" | grep -vxE -f <(admitted "$file") | tr '\n' ',')
        [ -z "$other" ] || keep "$program" "$turn" "unexpected: ${other%,}"
        if [ "$status" -eq 124 ] || [ "$status" -ge 128 ]; then
            keep "$program" "$turn" "status $status"
        fi
        [ -n "$who" ] || [ "$status" -eq 0 ] || keep "$program" "$turn" "status $status, not found"
    done
}

# fixed_runs FILE PROGRAM: sets silent, adds to wrong.
fixed_runs() {
    local file=$1 program=$2 turn
    silent=0
    for ((turn = 1; turn <= GOBUGS_RUNS; turn++)); do
        run_once "$file" "$program" "$turn"
        if [ "$status" -eq 0 ] && ! grep -q '^racerun: ' "$program.err"; then
            silent=$((silent + 1))
        else
            keep "$program" "$turn" "the fixed one: status $status"
        fi
    done
}

# explored FILE PROGRAM SEED WORD...: what exploring it says is in PROGRAM.err, its schedule in PROGRAM-rrs.
explored() {
    local file=$1 program=$2 seed=$3
    shift 3
    rm -rf "$program-rrs"
    mkdir "$program-rrs"
    observe "$file" "$program" explore --jobs=1 --leaks --seed="$seed" --schedules="$GOBUGS_SCHEDULES" \
        --out="$program-rrs" "$@"
}

# faulty_explored FILE PROGRAM: adds to found, kinds, schedules, replayed and wrong.
faulty_explored() {
    local file=$1 program=$2 seed other kind
    for ((seed = 1; seed <= GOBUGS_SEEDS; seed++)); do
        explored "$file" "$program" "$seed"
        schedules+=("$(sed -n 's/.*first at schedule \([0-9]*\);.*/\1/p' "$program.err")")
        kind=$(findings "$program.err")
        other=$(grep -vxE -f <(admitted "$file") <<<"$kind" | tr '\n' ',')
        if [ "$status" -ne 66 ] || [ -z "$kind" ] || [ -n "$other" ]; then
            keep "$program" "$seed" "status $status, found '$kind'"
            continue
        fi
        found=$((found + 1))
        kinds+=("$kind")
        observe "$file" "$program" replay --times="$GOBUGS_REPLAYS" "$program"-rrs/*.rrs
        if [ "$status" -eq 66 ] && [[ $(tail -1 "$program.err") == *"$GOBUGS_REPLAYS of $GOBUGS_REPLAYS "* ]]; then
            replayed=$((replayed + GOBUGS_REPLAYS))
        else
            keep "$program" "$seed" "replay: status $status"
        fi
    done
}

# fixed_explored FILE PROGRAM: adds to silent and wrong.
fixed_explored() {
    local file=$1 program=$2 seed
    for ((seed = 1; seed <= GOBUGS_SEEDS; seed++)); do
        explored "$file" "$program" "$seed" --expect-exit=0
        if [ "$status" -eq 0 ]; then
            silent=$((silent + $(sed -n 's/^racerun: explored \([0-9]*\) .*/\1/p' "$program.err")))
        else
            keep "$program" "$seed" "the fixed one: status $status"
        fi
    done
}

# bug_explored NAME: the same as bug, explored.
bug_explored() {
    local name=$1 file=$GOBUGS_HERE/$1.c base=$GOBUGS_DIR/$1 wrong="" found=0 replayed=0 silent=0 status=0
    local kinds=() schedules=()
    if build "$file" "${base}_faulty" "" && build "$file" "${base}_fixed" -DFIXED; then
        faulty_explored "$file" "${base}_faulty"
        fixed_explored "$file" "${base}_fixed"
    else
        wrong="does not compile (see $base*.build); "
    fi
    printf '| %s | %s | %d of %d | %s | %d of %d | %d schedules |%s\n' "$name" \
        "$(printf '%s\n' "${kinds[@]}" | sort -u | paste -sd/)" "$found" "$GOBUGS_SEEDS" \
        "$(printf '%s\n' "${schedules[@]}" | sort -n | sed -n '1p;$p' | uniq | paste -sd- | sed 's/-/ to /')" \
        "$replayed" $((found * GOBUGS_REPLAYS)) "$silent" "${wrong:+ WRONG: ${wrong%; }}"
}

# build FILE OUT FLAGS
build() {
    # shellcheck disable=SC2046,SC2086
    "$GOBUGS_RACERUN" cc ${GOBUGS_CC:-} -std=gnu11 -g $GOBUGS_FLAGS -Wall -Wextra -Werror $3 "$1" \
        -o "$2" $(directive "$1" flags) >"$2.build" 2>&1
}

# bug NAME: one line of the table, then what is wrong, if anything.
bug() {
    local name=$1 file=$GOBUGS_HERE/$1.c base=$GOBUGS_DIR/$1 wrong="" frequency kinds
    local found=0 by="" silent=0 status=0
    frequency=$(directive "$file" frequency)
    kinds=$(directive "$file" expect | paste -sd/)
    case $frequency in
    always | sometimes | never) ;;
    *) wrong="no frequency: always, sometimes or never; " ;;
    esac
    [ -n "$kinds" ] || wrong+="no expect: KIND; "
    if [ -z "$wrong" ]; then
        if build "$file" "${base}_faulty" "" && build "$file" "${base}_fixed" -DFIXED; then
            faulty_runs "$file" "${base}_faulty"
            fixed_runs "$file" "${base}_fixed"
        else
            wrong="does not compile (see $base*.build); "
        fi
    fi
    if [ "$frequency" = always ] && [ "$found" -ne "$GOBUGS_RUNS" ]; then
        wrong+="not found in every run; "
    fi
    printf '| %s | %s | %s | %d of %d | %s | %d of %d |%s\n' "$name" "$kinds" "$frequency" "$found" \
        "$GOBUGS_RUNS" "${by:-nobody}" "$silent" "$GOBUGS_RUNS" "${wrong:+ WRONG: ${wrong%; }}"
}

export -f directive findings admitted found_by observe run_once keep faulty_runs fixed_runs build bug
export -f explored faulty_explored fixed_explored bug_explored
echo "$head"
printf '%s\0' "${names[@]}" | xargs -0 -n 1 -P "$jobs" bash -c '"$0" "$1"' "$show" |
    tee "$GOBUGS_DIR/table"
failed=$(grep -c 'WRONG' "$GOBUGS_DIR/table")
echo "${#names[@]} bugs, $failed not as expected; output in $GOBUGS_DIR"
[ "$failed" -eq 0 ]
