#!/bin/bash
# The whole matrix: compilers x optimisation x position independence. Every program with a finding
# (race_, misuse_, ...) runs 20 times and every silent one (norace_, nomisuse_, ...) 3 times in each of
# the twelve cells. Takes most of an hour.
# usage: matrix.sh [--racerun PATH] [--jobs J] [--builddir D] [--only GLOB]
# Exit status: 0 all passed, 1 a failure, 2 bad usage.
set -u -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compilers=(gcc-12 clang-14 clang-19)
optimisations=(-O0 -O2)
positions=("-fPIE -pie" "-fno-pie -no-pie")
found=(race misuse lockorder deadlock leak)
found_repeat=20
silent=("${found[@]/#/no}")
silent_repeat=3

racerun=$here/../../build/bin/racerun
jobs=2
builddir=
only='*'
while [ $# -gt 0 ]; do
    case $1 in
    --racerun | --jobs | --builddir | --only)
        [ $# -ge 2 ] || { echo "matrix.sh: $1 needs a value" >&2 && exit 2; }
        case $1 in
        --racerun) racerun=$2 ;;
        --jobs) jobs=$2 ;;
        --builddir) builddir=$2 ;;
        --only) only=$2 ;;
        esac
        shift
        ;;
    *)
        sed -n 's/^# usage: /usage: /p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
    esac
    shift
done
if [ -z "$builddir" ]; then
    builddir=$(mktemp -d /tmp/litmus-matrix.XXXXXX)
fi

# cxx_of COMPILER: its C++ sibling.
cxx_of() {
    case $1 in
    gcc*) echo "${1/gcc/g++}" ;;
    clang*) echo "${1/clang/clang++}" ;;
    esac
}

# run_cell REPEAT FLAGS DIR PREFIX...: sets passed and failed; failures go to standard error.
run_cell() {
    local repeat=$1 flags=$2 dir=$3 prefix program programs=() output
    shift 3
    for prefix; do
        for program in "$here/$prefix"_*.c "$here/$prefix"_*.cc; do
            # shellcheck disable=SC2053
            if [[ -e $program && $(basename "$program") == $only ]]; then
                programs+=("$program")
            fi
        done
    done
    passed=0 failed=0
    [ ${#programs[@]} -gt 0 ] || return 0
    output=$("$here/run.sh" --racerun "$racerun" --flags "$flags" --repeat "$repeat" \
        --jobs "$jobs" --builddir "$dir" "${programs[@]}")
    grep '^FAIL' <<<"$output" >&2
    read -r passed failed < <(
        sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' <<<"$output"
    )
    # No summary: run.sh itself failed, and so has every program.
    if [ -z "${passed:-}" ]; then
        passed=0 failed=${#programs[@]}
    fi
}

total_passed=0
total_failed=0
printf '%-10s %-4s %-18s %8s %8s %8s %8s\n' compiler opt position found failed silent failed
for compiler in "${compilers[@]}"; do
    RACERUN_CC=$compiler
    RACERUN_CXX=$(cxx_of "$compiler")
    export RACERUN_CC RACERUN_CXX
    for optimisation in "${optimisations[@]}"; do
        for position in "${positions[@]}"; do
            dir=$builddir/$compiler$optimisation${position// /}
            run_cell "$found_repeat" "$optimisation $position" "$dir" "${found[@]}"
            found_passed=$passed found_failed=$failed
            run_cell "$silent_repeat" "$optimisation $position" "$dir" "${silent[@]}"
            printf '%-10s %-4s %-18s %8d %8d %8d %8d\n' "$compiler" "$optimisation" "$position" \
                "$found_passed" "$found_failed" "$passed" "$failed"
            total_passed=$((total_passed + found_passed + passed))
            total_failed=$((total_failed + found_failed + failed))
        done
    done
done
echo "matrix: $total_passed passed, $total_failed failed; output in $builddir"
[ "$total_failed" -eq 0 ]
