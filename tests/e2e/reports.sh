#!/bin/bash
# racerun report and supp: what was written in JSON is told again, merged, compared, suppressed.
. "$(dirname "$0")/lib.sh"
build_actor
expect 66 "$racerun" --format=json --log-path=a.json "$actor" race
expect 66 "$racerun" --format=json --log-path=b.json "$actor" race race2
expect 0 "$racerun" --format=json --log-path=clean.json "$actor"

expect 66 "$racerun" report a.json
lacks err .
has out '^racerun: data race #1 \['
has out '^racerun: 1 findings$'
expect 66 "$racerun" report a.json clean.json b.json # what both hold is told once
has out '^racerun: 2 findings$'
expect 0 "$racerun" report clean.json
lacks out .
for format in text json tsan junit sarif github supp trace mermaid; do
    expect 66 "$racerun" report --format=$format --log-path=again a.json
    [ -s again ] || fail "nothing in $format"
done
expect 66 "$racerun" report --format=json --log-path=merged.json a.json b.json
expect 66 "$racerun" report merged.json
has out '^racerun: 2 findings$'

# The difference, both ways.
expect 66 "$racerun" report --baseline=a.json b.json
has out '^racerun: 1 findings$'
lacks err 'baseline are not'
expect 0 "$racerun" report --baseline=b.json a.json
has err '^racerun: 1 findings of the baseline are not in this report$'

# Suppressions take away what they were written for, and nothing else.
expect 0 "$racerun" supp a.json
cp out a.supp
has out '^# data race on .* \[[0-9a-f]{8}\]$'
has out '^race_top:\^.*\$$'
expect 0 "$racerun" --suppressions=a.supp "$actor" race
expect 66 "$racerun" --suppressions=a.supp "$actor" race race2
expect 0 "$racerun" supp b.json
cp out b.supp
expect 0 "$racerun" --suppressions=b.supp "$actor" race race2

# What is no report, of another version, cut, or not there.
echo 'race:counter' >none
expect 125 "$racerun" report a.json none
has err '^racerun: none:1: not a report of racerun: it wants the lines that --format=json writes$'
sed '2,$s;/1",;/2",;' b.json >future.json
expect 125 "$racerun" report future.json
has err '^racerun: future.json:2: it was written by another version of racerun: racerun-[a-z]+/2'
head -n 1 b.json >cut.json
expect 66 "$racerun" report cut.json
has err '^racerun: cut.json has no summary at its end'
expect 125 "$racerun" report missing.json
has err '^racerun: cannot read missing.json: No such file'
expect 125 "$racerun" report .
expect 125 "$racerun" report
has err 'which report'
expect 125 "$racerun" report --format=nothing a.json
expect 66 "$racerun" report --log-path=/dev/full a.json
has err 'cannot write to /dev/full: No space left'

# What is read is not overwritten by what comes out of it.
cp a.json kept.json
for arguments in "report a.json" "report --baseline=a.json b.json" "test --baseline=a.json -- $actor"; do
    # shellcheck disable=SC2086
    expect 125 "$racerun" ${arguments/ / --format=json --log-path=./a.json }
    has err '^racerun: a\.json would be overwritten before it is read'
    cmp -s a.json kept.json || fail "$arguments: the report was overwritten"
done
