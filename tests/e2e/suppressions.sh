#!/bin/bash
# Suppression files: good, corrupt, unreadable.
. "$(dirname "$0")/lib.sh"
build_actor

printf '# mine\nrace:store\n' >good
expect 0 "$racerun" --suppressions=good "$actor" race
lacks err 'data race'
printf "race:^store$\n" >exact
expect 66 "$racerun" --suppressions=exact "$actor" race race2
has err "store_other"
expect 0 env TSAN_OPTIONS="suppressions=$work/good" "$racerun" "$actor" race
printf 'race:store\nrace\n' >corrupt
expect 125 "$racerun" --suppressions=corrupt "$actor" say ran
has err 'corrupt:2:'
lacks out ran
expect 125 "$racerun" --suppressions=absent "$actor"
has err 'absent'
expect 125 "$racerun" --suppressions="$work" "$actor"
printf '\177ELF\001\377\n\000\n' >noise
expect 125 "$racerun" --suppressions=noise "$actor"

# --halt-on-error halts at what is reported, not at what is suppressed.
cat >halt.c <<'EOF'
#include <pthread.h>
#include <stdio.h>
int quiet, loud;
void hush(void) { quiet++; }
void shout(void) { loud++; }
void *work(void *p) { hush(); if (p) shout(); return p; }
int main(int count, char **arguments)
{
    pthread_t a, b;
    void *p = count > 1 ? arguments : 0;
    pthread_create(&a, 0, work, p);
    pthread_create(&b, 0, work, p);
    pthread_join(a, 0);
    pthread_join(b, 0);
    puts("survived");
    return 3;
}
EOF
echo 'race:hush' >hush
expect 0 "$racerun" cc -O1 -fno-inline -pthread halt.c -o halt
expect 3 "$racerun" --halt-on-error --suppressions=hush ./halt
has out survived
expect 66 "$racerun" --halt-on-error --suppressions=hush ./halt loud
lacks out survived
has err 'on `loud`'

# What `racerun supp` writes leaves out that finding, and no other of the same functions' or variable's.
cat >exact.c <<'EOF'
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
int shared, other[4];
long *block;
__attribute__((noinline)) void add(int *to) { ++*to; }
__attribute__((noinline)) void first(void) { add(&shared); add(&other[2]); }
__attribute__((noinline)) void second(void) { add(&shared); }
__attribute__((noinline)) void third(void) { block[1]++; }
void *work(void *what) { ((void (*)(void))what)(); return 0; }
void race(void (*what)(void))
{
    pthread_t a, b;
    pthread_create(&a, 0, work, (void *)what);
    pthread_create(&b, 0, work, (void *)what);
    pthread_join(a, 0);
    pthread_join(b, 0);
}
int main(void)
{
    block = calloc(4, sizeof *block);
    race(first);
    race(second);
    race(third);
    return 0;
}
EOF
expect 0 "$racerun" cc -O1 -g -fno-inline -fno-optimize-sibling-calls -pthread exact.c -o exact
expect 66 "$racerun" --format=json --log-path=exact.json ./exact
expect 0 "$racerun" supp exact.json
cp out all.supp
[ "$(grep -c '^race' all.supp)" = 4 ] || fail "not a suppression for each of four findings"
expect 0 "$racerun" --suppressions=all.supp ./exact
for i in 1 2 3 4; do
    grep '^race' all.supp | sed -n ${i}p >one.supp
    expect 66 "$racerun" --suppressions=one.supp --print-suppressions ./exact
    has err '^racerun: [12] findings were suppressed:$' # the read and the write of ++ count apart
    has err '^racerun: 3 findings$'
done

# Frame sequences; hit counts and what was never used.
printf 'race:^add$;^first$;...;^work$;;^first$;;^other*$\nrace:^add$;^work$\n' >sequences
expect 66 "$racerun" --suppressions=sequences --print-suppressions ./exact
has err '^racerun: +[12] race:\^add\$;\^first'
has err '^racerun: suppression never used: race:\^add\$;\^work\$ \(sequences:2\)$'
has err '^racerun: 3 findings$'
printf 'race:a;;;b\n' >empty
expect 125 "$racerun" --suppressions=empty ./exact
has err "empty:1: between two ';'"
