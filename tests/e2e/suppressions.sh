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
