#!/usr/bin/env bash
# symbols: CPU time of symbolising 10,000 different places of a large program, as it is built, with its debug
# information in a file of its own, split and compressed. The program is generated: FILES source files (40) of 100
# functions each, in which two levels of calls are inlined.
#   usage: run.sh [--files N] [--places N] [--rounds N] [--compilers "gcc clang-19"] [PROGRAM...]
# With PROGRAMs, these are measured instead. The least of the rounds (3) counts: others only add to it.
set -eu -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
files=40 places=10000 rounds=3 compilers=gcc
while [ $# -gt 0 ]; do
    case $1 in
    --files) files=$2 && shift ;;
    --places) places=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --compilers) compilers=$2 && shift ;;
    --*) sed -n '2,6p' "$0" >&2 && exit 2 ;;
    *) break ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
(cd "$root" && gcc -O2 -g -std=gnu11 -D_GNU_SOURCE -I. -Ilib bench/symbols/symbols.c \
    lib/report/{image,symbol,variable,type,path,demangle,debuginfod,memory}.c lib/base/check.c lib/base/sys.c -ldw -lelf -o "$folder/symbols")

measure() {
    for _ in $(seq "$rounds"); do
        "$folder/symbols" "$1" "$places"
    done | sort -t: -k3 -n | head -n 1
}

# One file of the program: `generate NUMBER`.
generate() {
    cat <<'HEAD'
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
static struct counts { long calls; } counts;
struct item { struct item *next; long key, values[8]; };
static inline long item_sum(const struct item *item)
{
    long sum = item->key;
    for (int i = 0; i < 8; i++)
        sum += item->values[i] * i;
    return sum;
}
static inline long list_sum(const struct item *list)
{
    long sum = 0;
    for (; list; list = list->next)
        sum += item_sum(list);
    return sum;
}
HEAD
    for function in $(seq 100); do
        cat <<BODY
long part_$1_$function(struct item *list, long n)
{
    if (n > $function) {
        struct item local = {list, n, {$function}};
        n += list_sum(&local);
    }
    for (long i = 0; i < n; i++)
        list->values[i & 7] += list_sum(list->next);
    counts.calls++;
    printf("%ld\n", n);
    return n + item_sum(list);
}
BODY
    done
}

if [ $# -eq 0 ]; then
    cd "$folder"
    echo 'int main(void) { return 0; }' >main.c
    for file in $(seq "$files"); do
        generate "$file" >"part_$file.c"
    done
    for compiler in $compilers; do
        for how in -gdwarf-4 -gdwarf-5 "-gdwarf-5 -gsplit-dwarf"; do
            printf '%s\n' part_*.c main.c | xargs -P "$(nproc)" -n 20 $compiler -O2 $how -c
            $compiler ./*.o -o program
            echo "$compiler -O2 $how, $(du -b program | cut -f1) bytes: $(measure program)"
            case $how in *split*) ;; *)
                objcopy --only-keep-debug program program.debug
                objcopy --strip-all --add-gnu-debuglink=program.debug program stripped
                echo "$compiler -O2 $how, stripped: $(measure stripped)"
                objcopy --compress-debug-sections program compressed
                echo "$compiler -O2 $how, compressed: $(measure compressed)"
                ;;
            esac
            rm -f ./*.o ./*.dwo program program.debug stripped compressed
        done
    done
    exit 0
fi
for program in "$@"; do
    measure "$program"
done
