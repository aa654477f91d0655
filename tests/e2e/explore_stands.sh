#!/bin/bash
# Where tasks stand, in what explore tells of hangs and deadlocks: also in code without instrumentation, in each engine.
. "$(dirname "$0")/lib.sh"

# Nothing of these is instrumented; frames are told from unwind tables alone.
plain() { "${CC:-gcc}" -O1 -g -pthread -fomit-frame-pointer -x c - -o "$1" || fail "cannot build $1"; }

plain crossed <<'E2'
#include <pthread.h>
#include <string.h>
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static volatile int seen;
__attribute__((noinline)) static void take(pthread_mutex_t *mutex)
{
    char room[3000]; /* on the stack between the frames */
    memset(room, seen, sizeof room);
    pthread_mutex_lock(mutex);
    seen = room[5];
    pthread_mutex_unlock(mutex);
}
__attribute__((noinline)) static void both(pthread_mutex_t *one, pthread_mutex_t *other)
{
    pthread_mutex_lock(one);
    take(other);
    pthread_mutex_unlock(one);
}
static void *here(void *unused)
{
    both(&left, &right);
    seen = 1;
    return unused;
}
static void *there(void *unused)
{
    both(&right, &left);
    seen = 2;
    return unused;
}
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, here, 0);
    pthread_create(&b, 0, there, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
}
E2
cat >spins.c <<'E2'
#include <pthread.h>
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static volatile int goes_on = 1;
__attribute__((noinline)) static void inner(int n)
{
    while (goes_on)
        n++;
    goes_on = n;
}
__attribute__((noinline)) static void outer(int n)
{
    inner(n + 1);
    goes_on = 2;
}
static void *spin(void *unused)
{
    pthread_mutex_lock(&gate);
    outer(3);
    pthread_mutex_unlock(&gate);
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, spin, 0);
    pthread_join(thread, 0);
}
E2
plain spins <spins.c
"$racerun" cc -O1 -g spins.c -o spins_checked
plain reads <<'E2'
#include <pthread.h>
#include <unistd.h>
static volatile long got;
__attribute__((noinline)) static void await(int fd)
{
    char byte;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(0), "D"(fd), "S"(&byte), "d"(1) : "rcx", "r11", "memory");
    got = result;
}
static void *reader(void *unused)
{
    int ends[2];
    if (pipe(ends) == 0)
        await(ends[0]);
    got = 1;
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, reader, 0);
    pthread_join(thread, 0);
}
E2

# frames WHO FUNCTION...: these calls, innermost first, are told where the thread stands.
frames() {
    local who=$1 told
    shift
    told=$(sed -n "/^  $who/,/^\$/s/^    #[0-9]* \([a-z]*\) .*/\1/p" "$work/err" | tr '\n' ' ')
    [[ "$told" == "$* "* ]] || { fail "$who stands in '$told', not in '$*'" && show; }
}

for engine in inprocess fork threads; do
    expect 66 "$racerun" explore --engine=$engine --jobs=1 ./crossed
    has err '^racerun: deadlock #1 \['
    frames 'thread 2 waits: lock' take both here
    frames 'thread 3 waits: lock' take both there
    frames 'thread 3 was created' main
    has err '^    held by thread 3, locked:$'

    # Who has the processor comes first, with what it did last and what sets the limit.
    for program in spins spins_checked; do
        expect 66 "$racerun" explore --engine=$engine --jobs=1 --hang=2 ./$program
        has err '^racerun: hang #1 \['
        has err '^  thread 2 \(spin\) took no step for 2 s, the limit that --hang=SECONDS sets: it computes without'
        has err 'its last was step 2, lock gate, at .*:17$'
        frames 'in thread 2' inner outer spin
        frames 'in main thread' main
        has err '^          thread 2 is here  .*:[67]$'
    done
    expect 66 "$racerun" explore --engine=$engine --jobs=1 --hang=2 ./reads
    has err '^  thread 2 \(reader\) took no step for 2 s, .*: it waits in code that is not under control; '
    frames 'in thread 2' await reader
done

# One cause is one finding: the status with which the runtime ends a program is no other one.
"$racerun" cc -g -x c - -o stuck <<'E2' || fail "cannot build stuck"
#include <racerun/go.h>
static void sender(chan(int) c) { chan_send(c, 1); }
int main(void)
{
    chan(int) c = chan_make(int);
    chan(int) never = chan_make(int);
    go(sender, c);
    int got;
    chan_recv(c, &got);
    chan_recv(never, &got);
    return 0;
}
E2
"$racerun" cc -g -x c - -o panics <<'E2' || fail "cannot build panics"
#include <racerun/go.h>
int main(void)
{
    chan(int) c = chan_make(int);
    chan_close(c);
    chan_close(c);
    return 0;
}
E2
expect 66 "$racerun" explore ./stuck
has err '^          main thread waits for ever in step [0-9]+, receive from '
lacks err 'goroutine 2 .* waits for ever'
"$racerun" cc -g -x c - -o leaves <<'E2' || fail "cannot build leaves"
#include <racerun/go.h>
static void sender(chan(int) c) { chan_send(c, 1); }
static void other(chan(int) c) { chan_send(c, 1); }
int main(void)
{
    chan(int) c = chan_make(int), room = chan_make(int, 1);
    go(sender, c);
    go(other, room);
    return 0;
}
E2
for command in explore replay; do
    if [ $command = replay ]; then set -- ./leaves-*.rrs; else set -- --leaks ./leaves; fi
    expect 66 "$racerun" $command "$@"
    has err '^racerun: goroutine leak #1 \['
    has err '^          goroutine 2 \(sender\) waits for ever in step [0-9]+, send on '
    lacks err '\(other\) waits for ever'
done
for program in stuck panics; do
    expect 66 "$racerun" explore --expect-exit=0 --keep-going --schedules=20 ./$program
    has err '^racerun: (deadlock|panic) #1 \['
    lacks err 'exit status #|#2 \['
    has err ' 1 findings, first at schedule 1; '
    expect 66 "$racerun" explore --same-output --keep-going --schedules=20 ./$program
    lacks err 'output differs #|#2 \['
done
# A status of the program's own is.
"$racerun" cc -g -x c - -o fails <<'E2' || fail "cannot build fails"
#include <pthread.h>
static int count;
static void *add(void *unused)
{
    count++;
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, add, 0);
    count++;
    pthread_join(thread, 0);
    return 3;
}
E2
expect 66 "$racerun" explore --expect-exit=0 --schedules=20 --keep-going ./fails
has err '^racerun: data race #1 \['
has err '^racerun: exit status #2 \['
has err 'here .* makes the later access of \[[0-9a-f]{8}\], not ordered after '
[ "$(grep -c 'makes the later access' "$work/err")" = 1 ] || { fail "not once in the story" && show; }

# What accesses saw and left is in the story, also of a replay.
"$racerun" cc -g -x c - -o loses <<'E2' || fail "cannot build loses"
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int sum = -3;
static _Atomic(void *) last;
static void *add(void *unused)
{
    int seen = atomic_load(&sum);
    atomic_exchange(&last, &sum);
    atomic_store(&sum, seen + 1);
    return unused;
}
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, add, 0);
    pthread_create(&b, 0, add, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(atomic_load(&sum) == -1);
    return 0;
}
E2
for engine in inprocess fork threads; do
    rm -f ./*.rrs
    expect 66 "$racerun" explore --engine=$engine --schedules=500 ./loses
    for replayed in no yes; do
        [ $replayed = no ] || expect 66 "$racerun" replay --engine=$engine ./loses-*.rrs
        [ "$(grep -c ' read sum = -3 ' "$work/err")" = 2 ] || { fail "not two reads of -3" && show; }
        has err ' write sum = -2, was -3 '
        has err ' write sum = -2 '
        has err ' update last = 0x[0-9a-f]+, was 0 '
        has err ' read sum = -2 '
    done
done
