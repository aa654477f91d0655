#!/bin/bash
# The whole matrix: compilers x optimisation, each program run REPEAT times with each of one, two
# and four processors. Takes a quarter of an hour with the default of 10.
# usage: matrix.sh [--repeat N] [OPTION…], the options of run.sh
# Exit status: 0 all passed, 1 a failure.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
failures=0
for compiler in gcc-12 clang-19; do
    case $compiler in
    gcc*) cxx=${compiler/gcc/g++} ;;
    *) cxx=${compiler/clang/clang++} ;;
    esac
    for optimisation in -O0 -O2; do
        export RACERUN_CC=$compiler RACERUN_CXX=$cxx
        output=$("$here/run.sh" --repeat 10 "$@" --flags "$optimisation") || failures=1
        grep '^FAIL' <<<"$output" >&2
        printf '%-8s %s: %s\n' "$compiler" "$optimisation" "$(tail -n 1 <<<"$output")"
    done
done
exit "$failures"
