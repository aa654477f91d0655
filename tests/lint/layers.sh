#!/usr/bin/env bash
# lint: dependencies point downwards only, files and functions are of human size, and code that
# lives in a stranger's process calls no libc malloc and no stdio.
#   usage: layers.sh SOURCE_DIR
set -u
cd "$1" || exit 2
failed=0
fail() { printf 'lint: %s\n' "$*" >&2; failed=1; }

# Which folders each folder may include from (itself always).
allowed() {
    case "$1" in
    lib/base) echo "base" ;;
    lib/coro) echo "" ;;
    lib/hb) echo "base hb" ;;
    lib/proto) echo "proto trace" ;;
    lib/sched) echo "base trace sched" ;;
    lib/explore) echo "base trace sched explore" ;;
    lib/trace) echo "trace" ;;
    lib/report) echo "base proto report" ;;
    interpose | interpose/control) echo "base hb proto explore sched trace interpose" ;;
    tool) echo "base proto report sched trace tool" ;;
    esac
}

# A system header ("<...>") or one beside the file (no slash) is always fine.
for folder in lib/base lib/coro lib/explore lib/hb lib/proto lib/report lib/sched lib/trace interpose interpose/control \
    tool; do
    for file in "$folder"/*.[ch]; do
        while read -r included; do
            top=${included%%/*}
            [ "$top" = "$included" ] && continue
            case " $(allowed "$folder") racerun " in
            *" $top "*) ;;
            *) fail "$file includes $included: $folder may not depend on $top" ;;
            esac
        done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file")
    done
done

# Front doors: only hb.h and fast.h of lib/hb are for other folders.
if grep -nE '#include "hb/' interpose/*.[ch] tool/*.[ch] lib/report/*.[ch] | grep -vE '"hb/(hb|fast)\.h"'; then
    fail "only hb/hb.h and hb/fast.h are for other folders"
fi

# Files of at most 1000 lines.
for file in lib/*/*.[ch] interpose/*.[ch] interpose/*/*.[ch] tool/*.[ch]; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 1000 ] || fail "$file has $lines lines"
done

# Functions of at most 70 lines: from a column-0 "{" to the next column-0 "}".
for file in lib/*/*.c interpose/*.c interpose/*/*.c tool/*.c; do
    awk -v f="$file" '/^\{/ { start = NR } /^\}/ && start { if (NR - start > 70)
        { printf "lint: %s:%d: function of %d lines\n", f, start, NR - start; bad = 1 } start = 0 }
        END { exit bad }' "$file" >&2 || failed=1
done

# Banned calls in the injected process. REAL(name)(...) and interceptors' own names are no calls.
banned='malloc|calloc|realloc|free|printf|fprintf|snprintf|sprintf|puts|fopen|fclose|fwrite|fread|strdup|setlocale'
if grep -nE "(^|[^A-Za-z0-9_\"(])($banned)\(" lib/hb/*.[ch] lib/base/{arena,check,room,sys}.c \
    | grep -vE '^[^:]*:[0-9]+:\s*(\*|/\*|//)'; then
    fail "lib/hb and lib/base must not call these"
fi

# No path of a build machine, no trace of other detectors' sources.
[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
