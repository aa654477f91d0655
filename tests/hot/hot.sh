#!/usr/bin/env bash
# hot: the fast halves of the compiler's entry points, as disassembled. Up to the first return each
# must be a leaf (no call, no push), free of atomic read-modify-writes, and short.
#   usage: hot.sh LIBRARY
set -u
disassembly=$(objdump -d --no-show-raw-insn "$1") || exit 2
failed=0

# body NAME: the instructions from the entry to the first ret, one a line.
body() {
    awk -v start="<$1>:" '$2 == start { on = 1; next } on && NF { sub(/^[^\t]*\t/, ""); print
        if ($0 ~ /^(repz )?ret/) exit }' <<<"$disassembly"
}

# expect NAME MAX
expect() {
    local text count
    text=$(body "$1")
    count=$(wc -l <<<"$text")
    if [ -z "$text" ]; then
        echo "hot: $1 is not in the library" >&2
        failed=1
    elif grep -qE '^(call|push|lock|xchg|mfence)' <<<"$text"; then
        echo "hot: $1 is no leaf or not free of atomics:" >&2
        grep -nE '^(call|push|lock|xchg|mfence)' <<<"$text" >&2
        failed=1
    elif [ "$count" -gt "$2" ]; then
        echo "hot: $1 takes $count instructions, at most $2 are allowed" >&2
        failed=1
    else
        echo "hot: $1 $count instructions"
    fi
}

for size in 1 2 4 8; do
    expect "__tsan_read$size" 24
    expect "__tsan_write$size" 24
done
expect __tsan_read16 44
expect __tsan_write16 44
expect __tsan_func_entry 20
expect __tsan_func_exit 10
exit "$failed"
