#!/bin/bash
# Builds the workloads, runs them in turn, and prints tables of medians in markdown with the targets
# and which are missed. Go and Boost.Fiber are left out, with a word, where they are not installed.
#
#     usage: bench/coro/run.sh --build DIR [--rounds N] [--only "NAME ..."]
#
# DIR is a build tree that has libracerun-go. In each round every program does each work once, one
# after the other, so that what else the machine does meets all alike. A figure is the median of the
# rounds; a ratio is the median of the rounds' ratios, whose two runs followed one another.
set -euo pipefail
export LC_ALL=C

build='' rounds=5 only=''
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$(realpath "$2") && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --only) only=$2 && shift 2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
cd "$(dirname "$0")"
library=$build/lib/libracerun-go.so
if [ -z "$build" ] || [ ! -e "$library" ]; then
    echo "run.sh: --build '$build' has no lib/libracerun-go.so" >&2
    exit 2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/bench-coro.XXXXXX")
trap 'rm -rf "$work"' EXIT

# ---- building ----
have=(c)
gcc -O2 -g -Wall -Wextra -I../../lib/include work.c -o "$work/c" -L"$build/lib" -lracerun-go \
    -Wl,-rpath,"$build/lib"

go=$(command -v go || ls -d /usr/lib/go*/bin/go 2>/dev/null | tail -1 || true)
if [ -n "$go" ] && GO111MODULE=off "$go" build -o "$work/go" work.go; then
    have+=(go)
    go_name=$("$go" version | sed 's/.*go\([0-9.]*\) .*/Go \1/')
else
    echo "Go is not installed: its columns, and all ratios, are empty."
    go_name=Go
fi
gcc -O2 -pthread work_pthread.c -o "$work/pthread" && have+=(pthread)
if g++ -O2 work_fiber.cc -o "$work/fiber" -lboost_fiber -lboost_context 2>"$work/fiber.log"; then
    have+=(fiber)
else
    echo "Boost.Fiber is not installed (or does not link): its column is empty."
fi

# ---- running ----
all="spawn yield pingpong oneway buffered many select mutex fanout sieve timers echo idle"
all+=" matrices primes"
works=('' "${all% matrices*}" "pingpong oneway many sieve matrices primes")

has() { case $1 in
    fiber | pthread) grep -q "{\"$2\"," "work_$1".c* ;;
    *) true ;;
    esac; }

run() { # program procs name
    has "$1" "$3" || return 0
    if figures=$(RGO_PROCS=$2 GOMAXPROCS=$2 timeout 120 "$work/$1" "$3"); then
        set -- "$1" "$2" "$3" $figures
        echo "$round $1 $2 $3 $6 $7" >>"$work/figures"
    else
        echo "run.sh: $1 $3 failed with $2 processors" >&2
    fi
}

wanted() { [ -z "$only" ] || case " $only " in *" $1 "*) true ;; *) false ;; esac; }

: >"$work/figures"
among() { case " $1 " in *" $2 "*) true ;; *) false ;; esac; }

for ((round = 1; round <= rounds; round++)); do
    for name in $all; do
        wanted "$name" || continue
        for procs in 1 2; do
            among "${works[$procs]}" "$name" || continue
            for program in "${have[@]}"; do
                [ "$procs" = 1 ] || among "c go" "$program" || continue
                run "$program" "$procs" "$name"
            done
        done
    done
done

# ---- the table ----
echo "$(nproc) processors, Linux $(uname -r), $(gcc --version | sed -n '1s/.* /gcc /p')," \
    "$go_name, $rounds rounds, load average $(cut -d' ' -f1 /proc/loadavg)"
awk -v go_name="$go_name" -v rounds="$rounds" '
function middle(v, n,   i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n ? v[int((n + 1) / 2)] : ""
}
function median(key, field,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((key, field, r) in sample) v[++n] = sample[key, field, r]
    return middle(v, n)
}
# The median of a / b, round by round.
function ratio_of(a, b, field,   r, n, v) {
    for (r = 1; r <= rounds; r++)
        if ((a, field, r) in sample && sample[b, field, r] > 0)
            v[++n] = sample[a, field, r] / sample[b, field, r]
    return middle(v, n)
}
function show(x) { return x == "" ? "-" : x >= 1000 ? sprintf("%.0f", x) : sprintf("%.1f", x) }
function show2(x) { return x == "" ? "-" : sprintf("%.2f", x) }
function verdict(what, got, target) {
    if (got == "" || target == "") return ""
    if (got <= target) return "yes"
    missed = missed sprintf("- %s: %.2f, target %.2f\n", what, got, target)
    return "**no**"
}
BEGIN {
    split("spawn 0.25 yield 0.25 pingpong 0.30 buffered 0.6 select 0.4 mutex 1.0 fanout 0.35 " \
          "sieve 0.65 timers 1.2 echo 0.85", t, " ")
    for (i = 1; i in t; i += 2) target[t[i]] = t[i + 1]
}
{
    key = $2 " " $3 " " $4
    sample[key, "cpu", $1] = $5
    sample[key, "wall", $1] = $6
    if ($6 > 0) sample[key, "busy", $1] = $5 / $6
    seen[$3, $4] = 1
}
END {
    n = split("spawn yield pingpong oneway buffered many select mutex fanout sieve timers echo",
              names, " ")
    print "\nOne processor, CPU ns per operation:\n"
    print "| work | racerun-go | " go_name " | ratio | target | met | Boost.Fiber | pthreads |"
    print "|---|---:|---:|---:|---:|---|---:|---:|"
    for (i = 1; i <= n; i++) {
        name = names[i]
        if (!((1, name) in seen)) continue
        ratio = ratio_of("c 1 " name, "go 1 " name, "cpu")
        printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", name,
            show(median("c 1 " name, "cpu")),
            show(median("go 1 " name, "cpu")), show2(ratio), name in target ? target[name] : "",
            verdict(name ", CPU to Go", ratio, target[name]),
            show(median("fiber 1 " name, "cpu")), show(median("pthread 1 " name, "cpu"))
    }
    if ((1, "idle") in seen) {
        ours = median("c 1 idle", "cpu")
        printf "| idle, bytes each | %s | %s | %s | 4608 bytes | %s | | |\n", show(ours),
            show(median("go 1 idle", "cpu")), show2(ratio_of("c 1 idle", "go 1 idle", "cpu")),
            verdict("idle, KB each", ours / 1024, 4.5)
    }
    n = split("pingpong oneway many sieve", names, " ")
    print "\nTwo processors, CPU ns per operation, against one:\n"
    print "| work | racerun-go, 1 | 2 | ratio | target | met | " go_name ", 1 | 2 | ratio |"
    print "|---|---:|---:|---:|---:|---|---:|---:|---:|"
    for (i = 1; i <= n; i++) {
        name = names[i]
        if (!((2, name) in seen)) continue
        limit = name == "sieve" ? "" : 1.5
        ratio = ratio_of("c 2 " name, "c 1 " name, "cpu")
        printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", name,
            show(median("c 1 " name, "cpu")), show(median("c 2 " name, "cpu")), show2(ratio), limit,
            verdict(name ", CPU of two processors to one", ratio, limit),
            show(median("go 1 " name, "cpu")), show(median("go 2 " name, "cpu")),
            show2(ratio_of("go 2 " name, "go 1 " name, "cpu"))
    }
    n = split("sieve matrices primes", names, " ")
    print "\nTwo processors, wall clock, ns per operation:\n"
    print "| work | racerun-go | " go_name " | ratio | target | met " \
        "| processors kept busy: racerun-go | " go_name " |"
    print "|---|---:|---:|---:|---:|---|---:|---:|"
    for (i = 1; i <= n; i++) {
        name = names[i]
        if (!((2, name) in seen)) continue
        ratio = ratio_of("c 2 " name, "go 2 " name, "wall")
        printf "| %s | %s | %s | %s | 1.0 | %s | %s | %s |\n", name,
            show(median("c 2 " name, "wall")), show(median("go 2 " name, "wall")), show2(ratio),
            verdict(name ", wall clock of two processors to Go", ratio, 1.0),
            show2(median("c 2 " name, "busy")), show2(median("go 2 " name, "busy"))
    }
    print missed == "" ? "\nNo target was missed." : "\nTargets missed:\n\n" missed
}' "$work/figures"
