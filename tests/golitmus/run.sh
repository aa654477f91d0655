#!/bin/bash
# Builds the programs of this folder, runs each with one, two and four processors, and compares with
# what its name and directives expect. usage: run.sh [OPTION…], those of ../litmus/run.sh; with
# --env its own settings instead of the three. Exit status: 0 all passed, 1 a failure, 2 bad usage.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
settings=(--env RGO_PROCS=1 --env RGO_PROCS=2 --env RGO_PROCS=4)
for option in "$@"; do
    [ "$option" != --env ] || settings=()
done
shopt -s nullglob
exec "$here/../litmus/run.sh" "${settings[@]}" "$@" "$here"/race_*.c{,c} "$here"/norace_*.c{,c}
