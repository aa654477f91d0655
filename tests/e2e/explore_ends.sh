#!/bin/bash
# explore that is interrupted, loses its zygote or cannot write: what was found is kept.
. "$(dirname "$0")/lib.sh"

build() { "$racerun" cc -g -O1 -pthread -x c - -o "$1" || fail "cannot build $1"; }
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
int main(int argc, char **argv)
{
    pthread_t a, b;
    pthread_create(&a, 0, cross, 0);
    pthread_create(&b, 0, cross, argc > 1 ? argv[1] : 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
E2
build stuck <<'E2'
int main(void)
{
    for (volatile int i = 0;; i = !i)
        continue;
}
E2

# searched OPTION... PROGRAM: runs racerun explore until it has explored something, then calls
# `disturb PID`; its exit code is in $code.
searched() {
    : >"$work/err"
    last="racerun explore $*, disturbed"
    env --default-signal=INT "$racerun" explore --time=3000 "$@" >"$work/out" 2>"$work/err" &
    local pid=$!
    disturb $pid
    wait "$pid"
    code=$?
}
# Waits, for two minutes at most, for the child of PID, in $zygote; it has come up when one of the
# workers that it made has a child of its own, which runs schedules.
await_zygote() {
    local workers
    for _ in $(seq 2400); do
        zygote=$(pgrep -P "$1" | head -1)
        [ -n "$zygote" ] && workers=$(pgrep -d, -P "$zygote") && pgrep -P "$workers" >/dev/null && return
        sleep 0.05
    done
    fail "no schedule was ever run"
}
await_finding() {
    for _ in $(seq 2400); do
        grep -q 'token:' "$work/err" && return
        sleep 0.05
    done
    fail "nothing was ever found"
}
coded() { [ "$code" = "$1" ] || { fail "exit code $code, not $1" && show; }; }
ends() { tail -1 "$work/err" | grep -Eq "^racerun: explored .*$1\$" || { fail "last line: no $1" && show; }; }

disturb() { await_zygote "$1" && kill -INT "$1"; }
searched ./pair
coded 130
ends '0 findings, first at schedule -; stopped: interrupted'
searched --hang=3000 ./stuck
coded 130
ends 'stopped: interrupted'

disturb() { await_finding && kill -INT "$1"; }
searched --keep-going ./pair x
coded 66
ends '1 findings, first at schedule [0-9]+; stopped: interrupted'

disturb() { await_zygote "$1" && kill -KILL "$zygote"; }
searched ./pair
coded 125
has err 'was killed by signal 9'
ends '0 findings, first at schedule -; stopped: error'

disturb() { await_finding && await_zygote "$1" && kill -KILL "$zygote"; }
searched --keep-going ./pair x
coded 66
ends '1 findings, first at schedule [0-9]+; stopped: error'

# Nothing stays behind when racerun itself is killed.
disturb() {
    await_zygote "$1"
    child=$(pgrep -P "$zygote" | head -1)
    kill -KILL "$1"
}
searched --hang=3000 ./stuck 2>/dev/null
for _ in $(seq 2400); do
    kill -0 "$zygote" 2>/dev/null || kill -0 "${child:-$zygote}" 2>/dev/null || break
    sleep 0.05
done
kill -0 "$zygote" 2>/dev/null && fail "the zygote outlived racerun"
kill -0 "$child" 2>/dev/null && fail "a schedule outlived racerun"

# Ctrl-C of a terminal is for racerun alone: no schedule dies of it.
if command -v script >/dev/null; then
    mkfifo "$work/keys"
    TERM=dumb script -qefc "exec env --default-signal=INT '$racerun' explore --time=3000 --quiet ./pair" /dev/null \
        <"$work/keys" >"$work/out" 2>"$work/err" &
    pid=$!
    exec 3>"$work/keys"
    for _ in $(seq 2400); do
        tool=$(pgrep -P "$pid" | head -1)
        [ -n "$tool" ] && [ -n "$(pgrep -P "$tool")" ] && break
        sleep 0.05
    done
    await_zygote "$tool"
    printf '\003' >&3
    wait "$pid"
    code=$?
    exec 3>&-
    coded 130
    has out '0 findings, first at schedule -; stopped: interrupted'
fi

# How far it is: a line now and then, in place on a terminal.
progress='racerun: [0-9]+ schedules, [0-9]+ a second, [0-9]+ distinct, [0-9.]+ % chance of new, 0 findings'
expect 0 "$racerun" explore --time=12 ./pair
has err "^$progress\$"
lacks err $'\r'
expect 0 "$racerun" explore --time=12 --quiet ./pair
lacks err 'chance of new'
if command -v script >/dev/null; then
    TERM=dumb script -qefc "'$racerun' explore --time=3 ./pair" /dev/null </dev/null >"$work/out" 2>"$work/err"
    has out $'\r'"$progress"
fi

# A folder that cannot be written, a full disk: the finding and its token are there.
unwritten() {
    expect 66 "$racerun" explore "--out=$1" ./pair x
    has err "cannot write the schedule to $1/pair-.*\.rrs: $2"
    has err '^racerun: token: rr1-'
    ends '1 findings, first at schedule [0-9]+; stopped: finding'
}
unwritten absent 'No such file'
unwritten pair 'Not a directory'
mkdir full
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=4k none full 2>/dev/null; then
    head -c 4096 /dev/zero >full/of
    unwritten full 'No space left'
    [ -z "$(ls full/*.rrs 2>/dev/null)" ] || fail "half a schedule stayed"
    umount full
fi

# An existing schedule is kept: the same is written once, another beside it.
expect 66 "$racerun" explore ./pair x
expect 66 "$racerun" explore ./pair x
files=(*.rrs)
[ ${#files[@]} = 1 ] || fail "the same schedule was written as ${files[*]}"
echo different >"${files[0]}"
expect 66 "$racerun" explore ./pair x
[ "$(cat "${files[0]}")" = different ] || fail "a schedule file was overwritten"
[ -e "${files[0]%.rrs}-2.rrs" ] || fail "no second file"

# How soon a child process ends is no choice of ours: its program is not explored to the end.
"$racerun" cc -g -O1 -pthread -x c - -o parent <<'E2' || fail "cannot build parent"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static void *work(void *argument) { return argument; }
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return pthread_join(thread, NULL);
}
E2
for engine in fork threads; do
    expect 0 "$racerun" explore --engine=$engine --schedules=20 ./parent
    has err '^racerun: explored 20 schedules .*stopped: schedules$'
done

# What the exploration suite has started ends with it: searches that would take days.
inside() { readlink /proc/[0-9]*/cwd | grep -cE "^$work/racerun-explore\.[^/]*${1:-}"; }
for signal in INT TERM; do
    TMPDIR=$work env --default-signal=INT "$here/../explore/run.sh" --racerun "$racerun" --jobs 2 --seeds 2 \
        --clean-schedules 1000000000 clean_counter >"$work/out" 2>"$work/err" &
    pid=$!
    running=0
    for _ in $(seq 2400); do # until both have a shell or two, and a search; shells come and go
        running=$(inside '/[12]$')
        [ "$running" -lt 6 ] || break
        sleep 0.05
    done
    [ "$running" -ge 6 ] || fail "the suite does not run: $(cat "$work/out" "$work/err")"
    kill -$signal $pid
    wait $pid
    [ $? -ge 130 ] || fail "an interrupted suite passed"
    for _ in $(seq 600); do [ "$(inside)" -gt 0 ] || break && sleep 0.05; done
    [ "$(inside)" = 0 ] || fail "$(inside) processes of the suite are left after SIG$signal"
done
