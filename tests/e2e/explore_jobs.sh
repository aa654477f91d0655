#!/bin/bash
# explore --jobs: the same schedules whoever runs them, and what becomes of workers that die.
. "$(dirname "$0")/lib.sh"

build() { "$racerun" cc -g -O1 -pthread -x c - -o "$1" || fail "cannot build $1"; }
# The summary without its seconds.
summary() { sed -n 's/^\(racerun: explored .*\) in [0-9.]* s:/\1:/p' "$work/err"; }

# same OPTION... PROGRAM: one, two and four workers explore the same, and find the same first.
same() {
    local jobs all first file
    for jobs in 1 2 4; do
        rm -f ./*.rrs
        expect 66 "$racerun" explore --jobs=$jobs --schedules=120 --keep-going "$@"
        if [ $jobs = 1 ]; then
            all=$(summary) first=$(grep -o 'first at schedule [0-9]*;' <<<"$all")
            rm -rf one && mkdir one && cp ./*.rrs one
        fi
        [ -n "$all" ] && [ "$(summary)" = "$all" ] ||
            fail "--jobs=$jobs $*: $(summary), with one job $all"
        for file in *.rrs; do
            cmp -s "$file" "one/$file" || fail "--jobs=$jobs $*: another schedule in $file"
        done
        expect 66 "$racerun" explore --jobs=$jobs --schedules=120 "$@"
        has err "$first stopped: finding"
    done
}

build pair <<'E2'
#include <pthread.h>
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static void *cross(void *swap)
{
    pthread_mutex_lock(swap ? &one : &other);
    pthread_mutex_lock(swap ? &other : &one);
    pthread_mutex_unlock(&one);
    pthread_mutex_unlock(&other);
    return NULL;
}
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, cross, 0);
    pthread_create(&b, 0, cross, &a);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
E2
# A race that shows in some schedules only, and what it leads to; several failures in all.
build racy <<'E2'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int turns;
static int shared, other;
static void *work(void *unused)
{
    int turn = turns++;
    if (turn == 1)
        shared++;
    turns++;
    if (turn == 2)
        shared++, other++;
    assert(turn != 1 || turns != 5);
    return unused;
}
int main(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], 0, work, 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], 0);
    return 0;
}
E2
for strategy in portfolio random pct:3 surw rff; do
    same --strategy=$strategy ./pair
done
same ./racy
same --visible=race --seed=7 ./racy

# Workers that are killed. Nothing goes on before there is a file `go`, so they are killed in time.
build gated <<'E2'
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *work(void *unused)
{
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}
int main(void)
{
    pthread_t a, b;
    while (access("go", F_OK) != 0)
        continue;
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
E2
# gated OPTION...: begins to explore; $pid, $zygote and, of the worker that runs a schedule, $worker.
gated() {
    rm -f go
    last="racerun explore $*"
    : >"$work/err"
    env --default-signal=INT "$racerun" explore --hang=3000 "$@" ./gated >"$work/out" 2>"$work/err" &
    pid=$! worker=''
    for _ in $(seq 2400); do
        zygote=$(pgrep -P "$pid" | head -1)
        for worker in ${zygote:+$(pgrep -P "$zygote")}; do
            [ -n "$(pgrep -P "$worker")" ] && return
        done
        sleep 0.05
    done
    fail "no schedule was ever run"
}
coded() {
    wait "$pid"
    local code=$?
    [ $code = "$1" ] || { fail "exit code $code, not $1" && show; }
}
await() { # PATTERN: in what it says
    for _ in $(seq 2400); do
        grep -q "$1" "$work/err" && return
        sleep 0.05
    done
    fail "it never said: $1"
}

# The others run what it left behind.
for strategy in random rff; do
    gated --jobs=3 --schedules=40 --strategy=$strategy
    kill -KILL "$worker"
    await 'a process that runs the schedules of ./gated was killed by signal 9'
    touch go
    coded 0
    has err '^racerun: explored 40 schedules .* stopped: schedules$'
done
# Nobody is left.
gated --jobs=2 --schedules=40
for one in $(pgrep -P "$zygote"); do kill -KILL "$one"; done
coded 125
[ "$(grep -c 'was killed by signal 9' "$work/err")" = 2 ] || { fail "not two deaths" && show; }
has err '0 findings, first at schedule -; stopped: error$'
# Ctrl-C, and the end of the time.
gated --jobs=3 --schedules=1000000
kill -INT "$pid"
coded 130
has err 'stopped: interrupted$'
touch go
expect 0 "$racerun" explore --jobs=3 --time=1 ./gated
has err 'stopped: time$'

# Schedules that write the same file run one at a time, unless asked otherwise.
build writes <<'E2'
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
static void *work(void *unused) { return unused; }
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    int fd = open("mine", O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert(fd >= 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    unlink("mine");
    return 0;
}
E2
expect 0 "$racerun" explore --schedules=200 ./writes
if [ "$(nproc)" -gt 1 ]; then
    has err 'schedules write files or bind addresses, so one at a time is run'
fi
expect 0 "$racerun" explore --schedules=200 --jobs=1 ./writes
lacks err 'one at a time|disturb each other'
# Whoever asks for several all the same is told what that means, once.
"$racerun" explore --schedules=200 --jobs=2 ./writes >"$work/out" 2>"$work/err"
[ "$(grep -c 'write files or bind addresses and may disturb each other' "$work/err")" = 1 ] ||
    { fail "no word of files that schedules share" && show; }

for jobs in 65 -1 x; do
    expect 125 "$racerun" explore --jobs=$jobs ./pair
    has err '^racerun: .*(--jobs must be 64 at most|wants a number)'
done
