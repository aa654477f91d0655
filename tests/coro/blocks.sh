#!/bin/bash
# Runs blocks.c where a clang with a runtime for blocks is installed; 77 (skipped) where there is none.
#     usage: blocks.sh INCLUDE_DIR LIBRARY_DIR
set -u
include=$1 library=$2
source=$(dirname "$0")/blocks.c
work=$(mktemp -d "${TMPDIR:-/tmp}/blocks.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo 'int main(void) { void (^b)(void) = ^{}; b(); return 0; }' >"$work/probe.c"
ran=0 failed=0
for cc in clang-14 clang-19 clang; do
    "$cc" -fblocks "$work/probe.c" -o "$work/probe" -lBlocksRuntime 2>/dev/null || continue
    for level in -O0 -O2; do
        "$cc" -fblocks -std=gnu17 -Wall -Wextra -Wshadow -Werror $level -I"$include" "$source" \
            -o "$work/blocks" -L"$library" -lracerun-go -lBlocksRuntime -Wl,-rpath,"$library" ||
            { failed=1 && continue; }
        for procs in 1 2 4; do
            ran=1
            RGO_PROCS=$procs "$work/blocks" || { echo "$cc $level, $procs processors" && failed=1; }
        done
    done
done
[ "$ran$failed" = 00 ] && exit 77
exit $failed
