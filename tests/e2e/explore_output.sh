#!/bin/bash
# explore --same-output: two schedules that write or return something else are a finding, and both replay.
. "$(dirname "$0")/lib.sh"

build() { "$racerun" cc -g -O1 -pthread -x c - -o "$1" || fail "cannot build $1"; }
build order <<'E2'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int last;
static const char *mode;
static void *work(void *name)
{
    pthread_mutex_lock(&m);
    last = ((char *)name)[1];
    if (*mode == 'w')
        puts(name);
    fputs(name, stderr);
    pthread_mutex_unlock(&m);
    return 0;
}
int main(int argc, char **argv)
{
    pthread_t a, b;
    mode = argc > 1 ? argv[1] : "";
    puts("begin");
    pthread_create(&a, 0, work, "one");
    pthread_create(&b, 0, work, "other");
    pthread_join(a, 0);
    pthread_join(b, 0);
    puts("end");
    return *mode == 'r' ? last == 'n' : 0;
}
E2

# Only standard output counts, and the order of writes to standard error is none of it.
expect 0 "$racerun" explore --same-output --schedules=60 ./order
expect 0 "$racerun" explore --schedules=60 ./order write

for jobs in 1 2; do
    rm -f ./*.rrs
    expect 66 "$racerun" explore --same-output --jobs=$jobs ./order write
    has err '^racerun: output differs #1 \[[0-9a-f]{8}\]'
    has err '^racerun: the output of schedule 1 \(-\) and its own \(\+\):'
    has err '^    - one$'
    has err '^    \+ one$'
    lacks err '^    [-+] (begin|end)'
    has err '1 findings, first at schedule [0-9]+; stopped: finding$'
    files=(*.rrs)
    [ ${#files[@]} = 2 ] || fail "not two schedules: ${files[*]}"
    for file in "${files[@]}"; do
        has err "^racerun: replay (it|the other): racerun replay \./$file"
    done
    for file in "${files[@]}"; do
        expect 66 "$racerun" replay "$file"
        has err 'replayed [0-9]+ steps: output differs'
        sed -n '/its output/,$p' "$work/err" | grep '^    o' >"$file.wrote"
    done
    cmp -s "${files[0]}.wrote" "${files[1]}.wrote" && fail "both replays wrote the same"
done
# From a token, too.
expect 66 "$racerun" explore --same-output ./order write
token=$(sed -n 's/^racerun: token: //p' "$work/err" | tail -1)
expect 66 "$racerun" replay "$token" ./order write
expect 125 "$racerun" replay "$token" ./order
has err 'the program wrote something else'

# The exit status alone; collected once.
expect 66 "$racerun" explore --same-output --keep-going --schedules=60 ./order return
has err '^    - exit status [01]$'
has err '^    \+ exit status [01]$'
has err '1 findings, first at schedule [0-9]+; stopped: schedules$'

# What differs by chance is told as that, not as a schedule's doing.
build chance <<'E2'
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
static void *work(void *unused) { return unused; }
int main(void)
{
    pthread_t a, b;
    struct stat stat;
    FILE *file = fopen("grows", "a");
    fputs("x", file);
    fflush(file);
    fstat(fileno(file), &stat);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    printf("%ld\n", (long)stat.st_size);
    return 0;
}
E2
expect 66 "$racerun" explore --same-output --schedules=60 ./chance
has err '^racerun: uncontrolled nondeterminism #1 \[[0-9a-f]{8}\]'
has err 'was run again and wrote or returned something else in the same steps'
has err '1 findings, first at schedule [0-9]+; stopped: finding$'
