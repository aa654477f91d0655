#!/usr/bin/env bash
# explore: what the in-process engine cannot put back, or fibers cannot do, is run in another engine, with
# the reason in words; and the schedules are those that real threads have.
#   usage: engine_reasons.sh [--racerun PATH]
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1-}" = --racerun ] && racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-reasons.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0
fail() {
    echo "FAIL $*"
    failed=1
}

# build NAME BODY: what main does while two threads take a lock in turns.
build() {
    cat >"$1.c" <<END
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char stack[1 << 20];
static int shared;
static void *work(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&mutex);
        shared++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}
${3-}
int main(void)
{
    pthread_t threads[2];
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    (void)stack;
    $2
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], &attr, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return shared != 4;
}
END
    "$racerun" cc -g -O1 "$1.c" -o "$1" || fail "$1 does not compile"
}

explored() { # ENGINE NAME: the lines that tell
    "$racerun" explore --jobs=1 --engine="$1" --seed=3 --stats --schedules=20 --expect-exit=0 "./$2" 2>&1
}
traces() {
    sed -n 's/^racerun: engine .*, \(traces .*\)/\1/p'
}

# expect NAME ENGINE REASON: where it ends up when it begins in-process, and why.
expect() {
    local output
    output=$(explored auto "$1") || fail "$1: exit status $?: $output"
    grep -q "^racerun: engine $2: ./$1 cannot run in the one before: $3" <<<"$output" ||
        fail "$1: not in engine $2 because '$3': $output"
    [ "$(traces <<<"$output")" = "$(explored threads "$1" | traces)" ] || fail "$1: other traces than threads have"
}

build stays ''
output=$(explored auto stays)
grep -q '^racerun: engine inprocess, .* traces' <<<"$output" || fail "stays: $output"
[ "$(grep -c '^racerun: engine' <<<"$output")" -eq 1 ] || fail "stays: a reason for nothing: $output"

build child 'pid_t pid = fork(); if (!pid) _exit(0); waitpid(pid, NULL, 0);'
expect child fork 'it starts a process'
build closes 'close(1);'
expect closes fork 'it closes a descriptor that was open before'
build redirects 'dup2(2, 1);'
expect redirects fork 'it redirects a descriptor that was open before'
build folder 'if (chdir("/")) abort();'
expect folder fork 'it makes a system call whose effects cannot be undone: chdir'
build mask 'umask(022);'
expect mask fork 'it makes a system call whose effects cannot be undone: umask'
build unknown 'syscall(999);'
expect unknown fork 'it makes a system call whose effects cannot be undone: number 999'
build remote 'struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    inet_pton(AF_INET, "192.0.2.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    connect(fd, (struct sockaddr *)&to, sizeof to);'
expect remote fork 'it connects to another machine'
build unmaps 'munmap(early, 1 << 16);' 'static void *early;
static __attribute__((constructor)) void map(void)
{
    early = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}'
expect unmaps fork 'it unmaps memory that was there before'
build public '*early += 1; *early -= 1;' 'static int *early;
static __attribute__((constructor)) void map(void)
{
    early = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}'
expect public fork 'it has memory that is shared with other processes'
build large 'pthread_attr_setstacksize(&attr, 64 << 20);'
expect large threads 'it makes threads with stacks above the default size'
build own 'pthread_attr_setstack(&attr, stack, sizeof stack); pthread_t one;
    pthread_create(&one, &attr, work, NULL); pthread_join(one, NULL); shared -= 2; pthread_attr_init(&attr);'
expect own threads 'it gives its threads stacks of its own'

# As many threads as there can be are no reason; more are refused, with the number.
cat >crowd.c <<'END'
#include <pthread.h>
#include <stdlib.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int shared;
static void *work(void *unused)
{
    pthread_mutex_lock(&mutex);
    shared++;
    pthread_mutex_unlock(&mutex);
    return unused;
}
int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 0;
    static pthread_t threads[1 << 13];
    for (int i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return shared != count;
}
END
"$racerun" cc -g -O1 -pthread crowd.c -o crowd || fail "crowd does not compile"
output=$("$racerun" explore --jobs=1 --stats --schedules=2 --expect-exit=0 ./crowd 4095 2>&1) || fail "crowd: $output"
[[ $output == 'racerun: engine inprocess, '* ]] || fail "crowd: $output"
output=$("$racerun" explore --jobs=1 --schedules=2 ./crowd 4096 2>&1) && fail "too much of a crowd: $output"
[[ $output == 'racerun: ./crowd cannot be explored: it has more than 4096 threads, goroutines and timers in a schedule'* ]] ||
    fail "too much of a crowd: $output"

# What differs when it is run again is noticed.
build differs 'if (*early++ == 0) work(NULL), shared -= 2;' 'static unsigned char bytes[4096], *early = bytes;
static __attribute__((constructor)) void map(void)
{
    int fds[2];
    if (pipe(fds) || write(fds[1], "x", 1) != 1) abort();
    early = mmap(NULL, 4096, PROT_READ, MAP_SHARED, memfd_create("x", 0), 0);
    early = bytes;
    dup2(fds[0], 200);
}
static int taken(void)
{
    char byte;
    struct timeval none = {0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(200, &set);
    return select(201, &set, NULL, NULL, &none) == 1 && read(200, &byte, 1) == 1;
}'
sed -i 's/if (\*early++ == 0) work(NULL), shared -= 2;/if (taken()) work(NULL), shared -= 2;/' differs.c
"$racerun" cc -g -O1 differs.c -o differs || fail "differs does not compile"
output=$(explored auto differs)
grep -q '^racerun: engine fork: ./differs cannot run in the one before: a schedule that was run again took other steps, from step [0-9]' <<<"$output" ||
    fail "differs: $output"

[ $failed -eq 0 ] && echo "each program found its engine"
exit $failed
