#!/bin/bash
# replay --gdb stops at the finding with every task at its place; replay --minimize shortens a schedule.
. "$(dirname "$0")/lib.sh"

build() { "$racerun" cc -g -O0 -pthread -x c - -o "$1" || fail "cannot build $1"; }
build ends <<'E2'
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static int shared, turns;
static int *nowhere;
static void *cross(void *swap)
{
    pthread_mutex_lock(swap ? &one : &other);
    pthread_mutex_lock(swap ? &other : &one);
    pthread_mutex_unlock(&one);
    pthread_mutex_unlock(&other);
    return NULL;
}
static void *late(void *how)
{
    pthread_mutex_lock(&one);
    int turn = ++turns;
    pthread_mutex_unlock(&one);
    if (*(char *)how == 'r')
        shared++;
    if (*(char *)how == 'a')
        assert(turn == 1);
    if (*(char *)how == 'c' && turn == 2)
        *nowhere = 1;
    if (*(char *)how == 'e' && turn == 2)
        exit(3);
    if (*(char *)how == 'h' && turn == 2)
        for (volatile int i = 0;; i = !i)
            continue;
    return NULL;
}
int main(int argc, char **argv)
{
    pthread_t a, b;
    int dead = argv[argc - 1][0] == 'd';
    pthread_create(&a, 0, dead ? cross : late, dead ? NULL : argv[1]);
    pthread_create(&b, 0, dead ? cross : late, argv[1]);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
E2

# explored MODE OPTION...: the schedule is in $file.
explored() {
    rm -f ./*.rrs
    expect 66 "$racerun" explore "${@:2}" ./ends "$1"
    file=$(echo ./*.rrs)
}

if command -v gdb >/dev/null; then
    cat >commands <<'E2'
set pagination off
set debuginfod enabled off
set width 0
info threads
thread apply all backtrace
E2
    export RACERUN_GDB="gdb -nx -batch -x commands"
    at() { # MODE PATTERN... : frames that are somewhere in the backtraces
        local pattern
        expect 66 "$racerun" replay --gdb "$file"
        has err '^racerun: the program stopped at the finding'
        lacks err '^Unrecognized'
        for pattern in "${@:2}"; do has out "$pattern"; done
        has err "^racerun: $1 #1 \["
    }
    explored dead
    at deadlock 'in main \(argc=2' 'in cross \(swap=0x0\)' 'in cross \(swap=0x[1-9a-f]' 'pthread_join' \
        'Thread 3 '
    explored assert
    at assertion 'in late \(how=' 'in main \(argc=2'
    explored race
    at 'data race' 'in late \(how=' 'in main \(argc=2'
    explored crash
    at crash 'signal handler called' 'in late \(how=' 'in main \(argc=2'
    explored exit --expect-exit=0
    at 'exit status' 'in late \(how=' 'in main \(argc=2'
    explored hang --hang=1
    at hang 'late \(how=' 'in main \(argc=2'

    # Going on from there ends as without a debugger.
    explored dead
    printf 'continue\n' >>commands
    expect 66 "$racerun" replay --gdb "$file"
    has err '^racerun: replayed [0-9]+ steps: deadlock'
    unset RACERUN_GDB
fi
explored dead
expect 125 env RACERUN_GDB=/nowhere/gdb "$racerun" replay --gdb "$file"
has err '--gdb needs gdb: install it, or name it by RACERUN_GDB'

# A schedule with more switches than it needs, and what comes of it.
steps=$(sed -n 's/^steps //p' "$file")
[ "$steps" = 4 ] || fail "the deadlock takes $steps steps, not 4"
perl -e '
    use integer;
    my @lines = <>;
    pop @lines;
    my @steps = splice @lines, -4;
    s/[0-9a-f]{16}$/0000000000000000/ for @steps; # which object is which depends on the order
    print my $text = join "", @lines, @steps[0, 2, 1, 3];
    my $digest = 0xcbf29ce484222325;
    $digest = ($digest ^ ord) * 0x100000001b3 for split //, $text;
    printf "checksum %016x\n", $digest;' "$file" >longer.rrs
rm "$file"
expect 66 "$racerun" replay longer.rrs
expect 66 "$racerun" replay --minimize longer.rrs
has err "^racerun: 4 steps, 1 switches between tasks: $file"
expect 66 "$racerun" replay --minimize "$file"
has err '^racerun: no schedule with fewer switches was found'
