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
head -c 100 /dev/urandom >noise
expect 125 "$racerun" --suppressions=noise "$actor"
