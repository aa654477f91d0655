#!/bin/bash
# What the detector costs beside the compilers' own: kernels (work.c) and the programs of tests/real,
# each built by gcc and by clang, natively, with -fsanitize=thread and with "racerun cc". Prints a table
# in markdown for each compiler, with geometric means.
#
#     usage: bench/detector/run.sh --build DIR [--rounds N] [--only "WORK ..."] [--figures FILE]
#
# DIR is a build tree of all. A WORK is KERNEL:OPERATIONS or real:PROGRAM, whose sources and builds lie
# in tests/real/work (RACERUN_REAL_WORK). GCC and CLANG name the compilers. Each round runs all variants
# of a work one after the other. CPU is user and kernel: of a kernel from its beginning on, of a program
# of all its processes, racerun's own too. A ratio is the median of the rounds' ratios. What is measured
# is added to FILE, and the table is of all works in it. Then: what a lock and unlock, a create and join,
# and an access or a lock and unlock among 2 to 1000 live threads cost, in ns.
set -euo pipefail
export LC_ALL=C

build='' figures='' rounds=3
works="stream:400000000 matrix:800000000 hash:6000000 mutex:40000000 lock:40000000 atomics:100000000"
works+=" spin:500000000 list:250000000 queue:1000000 sort:2000000 threads:12000 table:70000000"
works+=" memory:20000000 bytes:80000000 real:sqlite3 real:memcached real:pbzip2 real:zstd real:xz"
works+=" real:lbzip2 real:redis"
for threads in 2 16 128 1000; do
    works+=" private_$threads:40000000 shared_$threads:40000000 locks_$threads:4000000"
done
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --only) works=$2 && shift 2 ;;
    --figures) figures=$(realpath "$2") && shift 2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
cd "$(dirname "$0")"
export RACERUN=$build/bin/racerun CLANG=${CLANG:-clang-19}
GCC=${GCC:-gcc}
if [ ! -x "$RACERUN" ]; then
    echo "run.sh: needs racerun in --build '$build'" >&2
    exit 2
fi
. ../../tests/real/common.sh
export REAL WORK JOBS
work=$(mktemp -d "${TMPDIR:-/tmp}/bench-detector.XXXXXX")
trap 'rm -rf "$work"' EXIT
figures=${figures:-$work/figures}

# ---- building ----

declare -A compiler=([gcc]=$GCC [clang]=$CLANG)
build_kernels() {
    [ ! -e "$work/clang.racerun" ] || return 0
    local cc flags=(-O2 -g work.c -pthread)
    for cc in gcc clang; do
        "${compiler[$cc]}" "${flags[@]}" -o "$work/$cc.native"
        "${compiler[$cc]}" -fsanitize=thread "${flags[@]}" -o "$work/$cc.tsan"
        RACERUN_CC=${compiler[$cc]} "$RACERUN" cc "${flags[@]}" -o "$work/$cc.racerun"
    done
}

# folder_of COMPILER VARIANT: its name in tests/real.
folder_of() { if [ "$1" = gcc ]; then echo "$2"; else echo "clang-$2"; fi; }

build_program() {
    local cc variant
    mkdir -p "$WORK"
    source_get "$1" || return 1
    for cc in gcc clang; do
        for variant in native tsan racerun; do
            build_get "$1" "$(folder_of $cc $variant)" || return 1
        done
    done
}

# ---- running ----

# run COMPILER COLUMN WORK: a line "round compiler column work cpu peak" in $figures.
run() {
    local variant=$2 observer='' measure="$work/measure $work/measured"
    case $2 in
    unobserved) variant=racerun ;;
    racerun) observer=$RACERUN ;;
    esac
    rm -rf "$work/measured" "$work/folder" && mkdir -p "$work/folder/out"
    (
        export RUN="$measure $observer" TSAN_OPTIONS="log_path=$work/log exitcode=0"
        if [[ $3 = real:* ]]; then
            export BIN_DIR=$WORK/${3#real:}/$(folder_of "$1" "$variant")
            step "${3#real:}" workload "$work/folder"
        else
            $RUN "$work/$1.$variant" "${3%:*}" "${3#*:}"
        fi
    ) >"$work/output" 2>&1 || { echo "run.sh: $1 $2 $3 failed:" && tail -1 "$work/output"; } >&2
    rm -f "$work"/log*
    [ -s "$work/measured" ] || return 0
    awk -v key="$round $1 $2 $3" -v kernel="${3%:*}" '
        FNR == NR { cpu += $1; if ($2 > peak) peak = $2; next }
        $1 == kernel && NF == 4 { cpu = $2 * $3 / 1e9 }
        END { print key, cpu, peak }' "$work/measured" "$work/output" >>"$figures"
}

"$GCC" -O2 -o "$work/measure" measure.c
usable=''
for one in $works; do
    if [[ $one != real:* ]]; then
        [ -x "$work/clang.racerun" ] || build_kernels
    elif ! build_program "${one#real:}"; then
        echo "run.sh: ${one#real:} could not be built: $WORK/${one#real:}" >&2
        continue
    fi
    usable+=" $one"
done
for ((round = 1; round <= rounds; round++)); do
    for one in $usable; do
        for cc in gcc clang; do
            for column in native unobserved tsan racerun; do
                run $cc $column "$one"
            done
        done
    done
done

# ---- telling ----

echo "$(nproc) processors, Linux $(uname -r), $("$GCC" --version | head -1), $("$CLANG" --version | head -1)," \
    "commit $(git rev-parse --short HEAD), $rounds rounds, load average $(cut -d' ' -f1 /proc/loadavg)"
awk '
function middle(v, n,   i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n ? v[int((n + 1) / 2)] : 0
}
function median(what, cc, column, w,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((what, cc, column, w, r) in sample) v[++n] = sample[what, cc, column, w, r]
    return middle(v, n)
}
function ratio(what, cc, a, b, w,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((what, cc, a, w, r) in sample && sample[what, cc, b, w, r] > 0)
            v[++n] = sample[what, cc, a, w, r] / sample[what, cc, b, w, r]
    return middle(v, n)
}
# A ratio of the row, which counts for the mean of its group.
function told(group, what, cc, a, b, w,   value) {
    value = ratio(what, cc, a, b, w)
    if (value > 0) {
        sum[group, what, a, b] += log(value)
        count[group, what, a, b]++
    }
    return value
}
function mean(group, what, a, b) {
    return count[group, what, a, b] ? exp(sum[group, what, a, b] / count[group, what, a, b]) : 0
}
function row(cc, w,   group) {
    group = w ~ /^real:/ ? "programs" : "kernels"
    name = w
    sub(/^real:|:.*/, "", name)
    printf "| %s | %.2f | %.1f | %.1f | %.1f | %.2f | %.0f | %.0f | %.2f |\n", name,
        median("cpu", cc, "native", w), told(group, "cpu", cc, "unobserved", "native", w),
        told(group, "cpu", cc, "tsan", "native", w), told(group, "cpu", cc, "racerun", "native", w),
        told(group, "cpu", cc, "racerun", "tsan", w), median("peak", cc, "tsan", w) / 1024,
        median("peak", cc, "racerun", w) / 1024, told(group, "peak", cc, "racerun", "tsan", w)
}
function means(group) {
    if (count[group, "cpu", "racerun", "tsan"])
        printf "| **%s**, geometric mean | | %.1f | %.1f | %.1f | %.2f | | | %.2f |\n", group,
            mean(group, "cpu", "unobserved", "native"), mean(group, "cpu", "tsan", "native"),
            mean(group, "cpu", "racerun", "native"), mean(group, "cpu", "racerun", "tsan"),
            mean(group, "peak", "racerun", "tsan")
}
# Works of which the price of one operation is told.
function is_curve(w) { return w ~ /^(private|shared|locks)_/ }
function is_priced(w) { return is_curve(w) || w ~ /^(lock|mutex|threads):/ }
function price(cc, column, w) { return 1e9 * median("cpu", cc, column, w) / substr(w, index(w, ":") + 1) }
function prices(w,   name) {
    name = w
    sub(/:.*/, "", name)
    printf "| %s | %.1f | %.1f | %.1f | %.2f | %.1f | %.1f | %.2f |\n", name, price("gcc", "native", w),
        price("gcc", "tsan", w), price("gcc", "racerun", w), ratio("cpu", "gcc", "racerun", "tsan", w),
        price("clang", "tsan", w), price("clang", "racerun", w),
        ratio("cpu", "clang", "racerun", "tsan", w)
}
{ sample["cpu", $2, $3, $4, $1] = $5; sample["peak", $2, $3, $4, $1] = $6 }
$1 > rounds { rounds = $1 }
!seen[$4]++ { list[++total] = $4; priced += is_priced($4) }
END {
    for (c = 1; c <= 2; c++) {
        cc = c == 1 ? "gcc" : "clang"
        delete sum
        delete count
        print "\n" cc ":\n\n| work | native, s | unobserved | TSan | racerun | racerun / TSan |" \
            " peak MB: TSan | racerun | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
        for (i = 1; i <= total; i++) if (!is_curve(list[i])) row(cc, list[i])
        means("kernels")
        means("programs")
    }
    if (priced)
        print "\nNs an operation:\n\n| work | native | gcc: TSan | racerun | ratio | clang: TSan |" \
            " racerun | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= total; i++) if (is_priced(list[i])) prices(list[i])
}' "$figures"
