#!/bin/bash
# What the detector costs beside the compilers' own: kernels (work.c) and the programs of tests/real,
# each built by gcc and by clang, natively, with -fsanitize=thread and with "racerun cc". Prints a table
# in markdown for each compiler, with geometric means.
#
#     usage: bench/detector/run.sh --build DIR [--rounds N] [--only "WORK ..."] [--figures FILE]
#
# DIR is a build tree of all. A WORK is KERNEL:OPERATIONS or real:PROGRAM, whose sources and builds lie
# in tests/real/work (RACERUN_REAL_WORK), or "kernels", "programs" or "curves" for all of those. GCC and
# CLANG name the compilers. Each round runs all variants of a work one after the other. CPU is user and
# kernel: of a kernel from its beginning on, of a program of all its processes, racerun's own too. A
# ratio is the median of the rounds' ratios. Then: what a lock and unlock, a create and join, and an
# access or a lock and unlock among 2 to 1000 live threads cost, in ns.
#
# What is measured is added to FILE, and the table is of all that is in it: the same command again
# measures only what is missing, because it failed, took longer than LIMIT seconds (300) or was
# interrupted, all of which are said, or because N is larger now.
set -euo pipefail
export LC_ALL=C

build='' figures='' rounds=3
kernels="stream:400000000 matrix:800000000 hash:6000000 mutex:40000000 lock:40000000 atomics:100000000"
kernels+=" spin:500000000 list:250000000 queue:1000000 sort:2000000 threads:12000 table:70000000"
kernels+=" memory:20000000 bytes:80000000"
programs="real:zstd real:xz real:lbzip2 real:pbzip2 real:sqlite3 real:memcached real:redis"
curves=''
for threads in 2 16 128 1000; do
    curves+=" private_$threads:40000000 shared_$threads:40000000 locks_$threads:4000000"
done
works="$kernels $programs $curves"
# Times the work of tests/real, of those whose seconds would be too few.
declare -A scale=([sqlite3]=10 [memcached]=10)
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --only) works=$2 && shift 2 ;;
    --figures) figures=$(realpath "$2") && shift 2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
works=" $works "
works=${works/ kernels / $kernels } works=${works/ programs / $programs } works=${works/ curves / $curves }
cd "$(dirname "$0")"
export RACERUN=$build/bin/racerun CLANG=${CLANG:-clang-19}
GCC=${GCC:-gcc}
if [ ! -x "$RACERUN" ]; then
    echo "run.sh: needs racerun in --build '$build'" >&2
    exit 2
fi
. ../../tests/real/common.sh
export REAL WORK JOBS RACERUN
LIMIT=${LIMIT:-300}
work=$(mktemp -d "${TMPDIR:-/tmp}/bench-detector.XXXXXX")
trap 'rm -rf "$work"' EXIT
figures=${figures:-$work/figures}
touch "$figures"
library=$(sha256sum "$build/lib/racerun/libracerun.so" | cut -c1-12)
if ! awk -v library="$library" '$1 == "library" && $2 != library { exit 1 }' "$figures"; then
    echo "run.sh: '$figures' has figures of another libracerun.so: name another file" >&2
    exit 2
fi
grep -q "^library" "$figures" || echo "library $library" >>"$figures"

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

# build_program NAME: all of its builds that succeed. Others are said, here and by each run of them.
build_program() {
    local cc variant folder
    mkdir -p "$WORK"
    if ! source_get "$1"; then
        echo "run.sh: no source of $1: $WORK/$1/fetch.log" >&2
        return
    fi
    for cc in gcc clang; do
        for variant in native tsan racerun; do
            folder=$(folder_of $cc $variant)
            build_get "$1" "$folder" || echo "run.sh: $WORK/$1/$folder.log: not built" >&2
        done
    done
}

# ---- running ----

# work_do COMPILER COLUMN WORK: does it, once. Each process of it adds a line to $work/measured.
work_do() {
    local variant=$2 name=${3#real:} observer='' measure="$work/measure $work/measured"
    case $2 in
    unobserved) variant=racerun ;;
    racerun) observer=$RACERUN ;;
    esac
    export RUN="$measure $observer" TSAN_OPTIONS="log_path=$work/log exitcode=0"
    if [[ $3 = real:* ]]; then
        export BIN_DIR=$WORK/$name/$(folder_of "$1" "$variant") SCALE=${scale[$name]:-1}
        [ -e "$BIN_DIR.ok" ] || { echo "not built" && return 1; }
        step "$name" workload "$work/folder"
    else
        $RUN "$work/$1.$variant" "${3%:*}" "${3#*:}"
    fi
}
export -f work_do folder_of step
export work

# What a program left in out/, which must not depend on how it was built and run.
output_sum() {
    cd "$work/folder/out" && find . -type f -print0 | sort -z | xargs -0 cat /dev/null |
        cksum | cut -d' ' -f1
}

# failed KEY WHY: what a work took until it failed is no figure.
failed() {
    echo "$1 failed $2" >>"$figures"
    echo "run.sh: $1 failed: $2" >&2
}

# run COMPILER COLUMN WORK: adds "round compiler column work cpu peak output" to $figures.
run() {
    local key="$round $1 $2 $3" status=0 output
    ! grep -Eq "^$key [0-9]" "$figures" || return 0
    rm -rf "$work/measured" "$work/folder"
    mkdir -p "$work/folder/out"
    timeout -k 10 "$LIMIT" bash -euo pipefail -c "$(declare -p scale); "'work_do "$@"' run "$@" \
        >"$work/output" 2>&1 </dev/null &
    cell=$!
    wait $cell || status=$?
    rm -f "$work"/log*
    output=$(output_sum)
    if [ $status -eq 124 ]; then
        failed "$key" "took longer than $LIMIT s"
    elif [ $status -ne 0 ] || [ ! -s "$work/measured" ]; then
        failed "$key" "status $status: $(tail -n1 "$work/output")"
    elif awk -v work="$3" '$4 == work && $5 != "failed" { print $7 }' "$figures" |
        grep -qvx "$output"; then
        failed "$key" "left other output than the runs before"
    else
        awk -v key="$key" -v kernel="${3%:*}" -v output="$output" '
            FNR == NR { cpu += $1; if ($2 > peak) peak = $2; next }
            $1 == kernel && NF == 4 { cpu = $2 * $3 / 1e9 }
            END { print key, cpu, peak, output }' "$work/measured" "$work/output" >>"$figures"
    fi
}

interrupted() {
    [ -z "$cell" ] || kill "$cell"
    echo "run.sh: interrupted at $one; the same command with --figures FILE goes on there" >&2
    exit 130
}
cell='' one=building
trap interrupted INT TERM HUP

"$GCC" -O2 -o "$work/measure" measure.c
for one in $works; do
    if [[ $one = real:* ]]; then build_program "${one#real:}"; else build_kernels; fi
done
for ((round = 1; round <= rounds; round++)); do
    for one in $works; do
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
# A figure, or a dash where none was measured.
function cell(digits, value) { return value > 0 ? sprintf("%." digits "f", value) : "-" }
function row(cc, w,   group) {
    group = w ~ /^real:/ ? "programs" : "kernels"
    name = w
    sub(/^real:|:.*/, "", name)
    printf "| %s | %.2f | %s | %s | %s | %s | %.0f | %s | %s | %s |\n", name,
        median("cpu", cc, "native", w), cell(1, told(group, "cpu", cc, "unobserved", "native", w)),
        cell(1, told(group, "cpu", cc, "tsan", "native", w)),
        cell(1, told(group, "cpu", cc, "racerun", "native", w)),
        cell(2, told(group, "cpu", cc, "racerun", "tsan", w)), median("peak", cc, "native", w) / 1024,
        cell(1, told(group, "peak", cc, "tsan", "native", w)),
        cell(1, told(group, "peak", cc, "racerun", "native", w)),
        cell(2, told(group, "peak", cc, "racerun", "tsan", w))
}
function means(group) {
    if (count[group, "cpu", "racerun", "tsan"])
        printf "| **%s**, geometric mean | | %.1f | %.1f | %.1f | %.2f | | %.1f | %.1f | %.2f |\n", group,
            mean(group, "cpu", "unobserved", "native"), mean(group, "cpu", "tsan", "native"),
            mean(group, "cpu", "racerun", "native"), mean(group, "cpu", "racerun", "tsan"),
            mean(group, "peak", "tsan", "native"), mean(group, "peak", "racerun", "native"),
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
$1 == "library" { next }
$1 > rounds { rounds = $1 }
$5 == "failed" { key = $2 " " $3 " " $4 ", round " $1; sub(/.* failed /, ""); missing[key] = $0; next }
{
    delete missing[$2 " " $3 " " $4 ", round " $1]
    sample["cpu", $2, $3, $4, $1] = $5
    sample["peak", $2, $3, $4, $1] = $6
}
!seen[$4]++ { list[++total] = $4; priced += is_priced($4) }
END {
    for (c = 1; c <= 2; c++) {
        cc = c == 1 ? "gcc" : "clang"
        delete sum
        delete count
        print "\n" cc ":\n\n| work | native, s | unobserved | TSan | racerun | racerun / TSan |" \
            " peak: native, MB | TSan | racerun | racerun / TSan |\n|---" \
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
        for (i = 1; i <= total; i++) if (!is_curve(list[i])) row(cc, list[i])
        means("kernels")
        means("programs")
    }
    if (priced)
        print "\nNs an operation:\n\n| work | native | gcc: TSan | racerun | ratio | clang: TSan |" \
            " racerun | ratio |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= total; i++) if (is_priced(list[i])) prices(list[i])
    for (key in missing) print "\nNot measured: " key ": " missing[key]
}' "$figures"
