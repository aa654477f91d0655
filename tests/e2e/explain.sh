#!/bin/bash
# racerun explain: findings by id, from the last run and from reports; kinds; schedules.
. "$(dirname "$0")/lib.sh"
cp "$here"/gate/race.c "$here"/gate/deadlock.c "$here"/gate/clean.c .
for name in race deadlock clean; do
    "$racerun" cc -g -O1 -pthread $name.c -o $name || exit 1
done

# Before any run, one sentence that says what to do.
expect 125 "$racerun" explain 12345678
has err '^racerun: no run has found anything yet \(.*\): No such file|^racerun: no run has found anything yet .*name a report: racerun explain ID REPORT\.json$'
[ "$(grep -c . err)" = 1 ] || fail "more than one line"

# By the id that a run printed; also by its beginning, and by its number.
expect 66 "$racerun" ./race
id=$(sed -n 's/^racerun: data race #1 \[\([0-9a-f]*\)\]$/\1/p' err)
[ -n "$id" ] || fail "no id"
for what in "$id" "${id:0:4}" 1 '#1'; do
    expect 0 "$racerun" explain "$what"
    has out "^racerun: data race #1 \[$id\] on "
    has out '^What it means$'
    has out '^What was seen$'
    has out '^Why nothing orders them$'
    has out '^  - neither holds a lock$'
    has out '^What to do'
    has out '^  1\. '
    lacks err .
done
[ "$(stat -c %a "$XDG_CACHE_HOME/racerun/last.json")" = 600 ] || fail "others can read what was found"

# A clean run leaves the record alone; an unknown id gets the nearest one.
expect 0 "$racerun" ./clean
expect 0 "$racerun" explain "$id"
wrong=${id:0:7}z
wrong=${id:0:6}$([ "${id:6:1}" = 0 ] && echo 1 || echo 0)${id:7:1}
expect 125 "$racerun" explain "$wrong"
has err "^racerun: no finding '$wrong' in the last run that found anything; did you mean $id \(data race on .*\)\?$"
[ "$(grep -c . err)" = 1 ] || fail "more than one line"
lacks out .

# From a report, which has its schedule, too; the run before is no matter.
expect 66 "$racerun" explore --format=json --log-path=found.json ./deadlock
dead=$(sed -n 's/.*"kind":"deadlock","number":1,"id":"\([0-9a-f]*\)".*/\1/p' found.json)
expect 66 "$racerun" ./race
expect 0 "$racerun" explain "$dead" found.json
has out "^racerun: deadlock #1 \[$dead\]"
has out '^  1\. see that every path posts semaphore `answer`'
has out '^See it happen \(findings #1 to #1: [0-9]+ steps, [0-9]+ switch'
has out "^  racerun replay \./deadlock-$dead\.rrs$"
expect 0 "$racerun" explain found.json
has out "^racerun: deadlock #1 \[$dead\]"
expect 125 "$racerun" explain "$id" found.json
has err "^racerun: no finding '$id' in found\.json; did you mean $dead "
echo '{"schema":"racerun-finding/9"}' >young.json
expect 125 "$racerun" explain "$id" young.json
has err '^racerun: young\.json:1: it was written by another version of racerun'
expect 125 "$racerun" explain "$id" nowhere.json
has err '^racerun: cannot read nowhere\.json: No such file or directory$'

# A schedule: by its file and by its token; nothing is run.
expect 0 "$racerun" explain ./deadlock-$dead.rrs
has out '^racerun: a schedule that leads to: deadlock$'
has out '^  program   \./deadlock$'
has out '^  build     [0-9a-f]{12}, the one that is there$'
has out '^  steps     [0-9]+, of 2 tasks, [0-9]+ switch'
has out "^  replay    racerun replay \./deadlock-$dead\.rrs$"
has out 'task 2 +takes [0-9]+ steps?: start'
has out '^What is usually done$'
token=$(sed -n 's/.*"token":"\([^"]*\)".*/\1/p' found.json)
expect 0 "$racerun" explain "$token"
has out '^  program   not in a token'
has out '^  steps     [0-9]+, of 2 tasks'
expect 125 "$racerun" explain "${token%????}"
has err '^racerun: the token cannot be used: '
cp race deadlock
expect 0 "$racerun" explain ./deadlock-$dead.rrs
has out 'not the one that is there'
rm deadlock
expect 0 "$racerun" explain ./deadlock-$dead.rrs
has out 'not found from here'
head -c 100 ./deadlock-$dead.rrs >short.rrs
expect 125 "$racerun" explain short.rrs
has err '^racerun: short\.rrs cannot be used: '

# Kinds, as people write them.
expect 0 "$racerun" explain data-race
has out '^racerun: data race$'
has out '^How it comes about$'
expect 0 "$racerun" explain Lock-Order_Inversion
has out '^racerun: lock-order inversion$'
expect 0 "$racerun" explain 'misuse (mutex)'
has out '^racerun: misuse$'
cp race deadlock # a program of that name
expect 0 "$racerun" explain deadlock
has out '^racerun: deadlock$'
expect 125 "$racerun" explain ./deadlock
has err '^racerun: \./deadlock:1: not a report of racerun'
expect 125 "$racerun" explain deadlok
has err "^racerun: 'deadlok' is no finding's id, no token, no file and no kind of finding; did you mean 'deadlock'\?$"
expect 125 "$racerun" explain
has err '^racerun: explain what\? racerun explain ID\|KIND\|TOKEN\|FILE'
has err '^    uncontrolled nondeterminism$'

# Thousands of findings: bounded, and said.
for i in $(seq 2000); do
    printf '{"schema":"racerun-finding/1","kind":"crash","number":%d,"id":"%08x","signal":11,"accesses":[{"role":"now","kind":"write","address":"0x8","size":4,"stack":[{"function":"f%d","pc":"0x%x"}]}]}\n' "$i" "$i" "$i" "$i"
done >many.json
echo '{"schema":"racerun-summary/1","findings":2000}' >>many.json
expect 0 "$racerun" explain many.json
has out '^racerun: 1950 findings were counted but not shown$'
expect 0 "$racerun" explain 00000700 many.json
has out '^racerun: crash #1792 \[00000700\] in f1792$'

# Without a folder for the record everything else works.
expect 66 env -u XDG_CACHE_HOME HOME=/nonexistent-home "$racerun" ./race
[ ! -e /nonexistent-home ] || fail "a home folder was made"
expect 125 env -u XDG_CACHE_HOME -u HOME "$racerun" explain "$id"
has err 'There is no record of a last run'
# As a format of any command.
expect 66 "$racerun" --format=explain ./race
has err '^What to do'
