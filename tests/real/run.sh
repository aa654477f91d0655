#!/bin/bash
# Builds real programs natively and with racerun, does the same work with both, and compares.
#
#   tests/real/run.sh [--tsan] [NAME...]     all programs of this folder without names
#
# Two lines per program, and one with the ids of findings that nobody has read yet (read.txt). Findings go to work/NAME.report; sources, builds, logs and outputs to
# work/NAME/. --tsan adds a third build with plain "gcc -fsanitize=thread", run with its own runtime
# (work/NAME.libtsan) and, unmodified, under racerun (work/NAME.takeover).
# RACERUN names the command (default: build/bin/racerun of this repository).
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tsan=no
[ "${1-}" = --tsan ] && { tsan=yes; shift; }
RACERUN=$(realpath "$RACERUN") || exit 125
mkdir -p "$WORK"
export WORK RACERUN JOBS

# run NAME VARIANT LABEL RUN LOG: the workload in an empty folder. Findings go to LOG.<pid> (both
# runtimes understand TSAN_OPTIONS) and are gathered in LOG; time and memory in LABEL.time.
run() {
    local folder=$WORK/$1/run-$3 status
    rm -rf "$folder" "$5" "$5".*[0-9] && mkdir -p "$folder/out"
    (
        export BIN_DIR=$WORK/$1/$2 RUN=$4 LC_ALL=C TSAN_OPTIONS="log_path=$5 exitcode=0"
        export -f step
        export REAL
        env time -q -o "$WORK/$1/$3.time" -f '%U %S %M' timeout "${LIMIT:-500}" \
            bash -c 'step "$@"' run "$1" workload "$folder" \
            >"$WORK/$1/$3.stdout" 2>"$WORK/$1/$3.stderr"
    )
    status=$?
    cat "$5".*[0-9] >"$5" 2>/dev/null
    rm -f "$5".*[0-9]
    return $status
}

cpu() { awk 'END { printf "%.1fs", $1 + $2 }' "$WORK/$1/$2.time"; }
peak() { awk 'END { printf "%dM", $3 / 1024 }' "$WORK/$1/$2.time"; }
findings() { grep -cE '^racerun: .* #[0-9]+ \[' "$1"; }
distinct() { grep -E '^racerun: .* #[0-9]+ \[' "$1" | grep -oE '\[[0-9a-f]+\]$' | sort -u | wc -l; }

# unread NAME: says which of the program's findings have no verdict yet.
unread() {
    local ids
    ids=$(cat "$WORK/$1.report" "$WORK/$1.takeover" 2>/dev/null |
        grep -E '^racerun: .* #[0-9]+ \[' | grep -oE '[0-9a-f]+\]$' | tr -d ']' | sort -u |
        while read -r id; do grep -q "^$1 $id " "$REAL/read.txt" || echo "$id"; done)
    [ -z "$ids" ] || echo "  not read yet:" $ids
}

program() {
    local name=$1 variant status=ok same=yes
    source_get "$name" || { echo "$name: fetch failed: $WORK/$name/fetch.log"; return 1; }
    for variant in native racerun; do
        build_get "$name" $variant ||
            { echo "$name: $variant build failed: $WORK/$name/$variant.log"; return 1; }
    done
    run "$name" native native "" "$WORK/$name/native.tsan" ||
        { echo "$name: native run failed: $WORK/$name/native.stderr"; return 1; }
    run "$name" racerun racerun "$RACERUN" "$WORK/$name.report" || status="FAILED ($?)"
    diff -r "$WORK/$name/run-native/out" "$WORK/$name/run-racerun/out" >"$WORK/$name/diff" 2>&1 ||
        same=NO
    echo "$name ($(cat "$WORK/$name/version")):" \
        "build ok, run $status, output identical $same," \
        "findings $(findings "$WORK/$name.report") ($(distinct "$WORK/$name.report") distinct)"
    echo "  native: cpu $(cpu "$name" native), peak $(peak "$name" native);" \
        "racerun: cpu $(cpu "$name" racerun), peak $(peak "$name" racerun)"
    [ $tsan = no ] || peer "$name"
    unread "$name"
    [ "$status$same" = okyes ]
}

# The same work with a plain TSan build: under its own runtime, and unmodified under racerun.
peer() {
    build_get "$1" tsan || { echo "  tsan build failed: $WORK/$1/tsan.log"; return 1; }
    local own=$WORK/$1.libtsan over=$WORK/$1.takeover
    run "$1" tsan libtsan "" "$own" || echo "  run under libtsan failed"
    run "$1" tsan takeover "$RACERUN" "$over" || echo "  run of the TSan build under racerun failed"
    echo "  libtsan: cpu $(cpu "$1" libtsan), peak $(peak "$1" libtsan)," \
        "$(grep -c '^WARNING: ThreadSanitizer' "$own") reports;" \
        "same binary under racerun: cpu $(cpu "$1" takeover), peak $(peak "$1" takeover)," \
        "findings $(findings "$over") ($(distinct "$over") distinct)"
}

if [ $# -eq 0 ]; then
    for file in "$REAL"/*.sh; do
        name=$(basename "$file" .sh)
        case $name in run | common) ;; *) set -- "$@" "$name" ;; esac
    done
fi
failed=0
for name in "$@"; do
    program "$name" || failed=1
done
exit $failed
