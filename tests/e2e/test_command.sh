#!/bin/bash
# racerun test: many programs, one verdict.
. "$(dirname "$0")/lib.sh"
build_actor
for program in race deadlock clean; do
    "$racerun" cc -g -O1 -pthread "$here/gate/$program.c" -o "$program" || fail "cannot build $program"
done
summary='^racerun: tested [0-9]+ programs? in [0-9]+\.[0-9] s: '
ends() { tail -n 1 "$work/out" | grep -Eq "$summary$1\$" || { fail "the summary is not: $1" && show; }; }
well_formed() { python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1" || fail "$1 is no XML"; }
valid_sarif() {
    python3 "$here/../golden/sarif_valid.py" "$1"
    case $? in 0 | 77) ;; *) fail "$1 is not valid" ;; esac
}

# Three programs, run once: the race is found, the deadlock does not come.
expect 66 "$racerun" test ./race ./deadlock ./clean
has out '^racerun: [123]/3 \./race: findings: 1 finding \([0-9.]+ s\)$'
has out '^racerun: [123]/3 \./deadlock: clean \('
has out '^racerun: [123]/3 \./clean: clean \('
has err '^racerun: data race #1 \['
ends '2 clean, 1 with findings; 1 different finding; verdict: findings'
expect 0 "$racerun" test ./clean ./deadlock
lacks err .
ends '2 clean; 0 different findings; verdict: passed'

# Explored: both are found, with schedules that replay.
expect 66 "$racerun" test --explore --schedules=200 --artifacts=kept ./race ./deadlock ./clean
has out '^racerun: [123]/3 \./deadlock: findings: 1 finding'
has out '^racerun: [123]/3 \./clean: clean: 200 schedules'
has err '^racerun: deadlock #'
ends '1 clean, 2 with findings; 2 different findings; verdict: findings'
for program in race deadlock clean; do
    [ -s "kept/$program/output.txt" ] && [ -s "kept/$program/report.json" ] ||
        fail "no artefacts of $program"
done
expect 66 "$racerun" replay kept/deadlock/deadlock-*.rrs
expect 66 "$racerun" test --explore --schedules=100 --jobs=1 --out=. ./deadlock
expect 66 "$racerun" replay ./deadlock-*.rrs

# The codes: a failure without a finding is 1, a finding comes first, 0 only on request.
expect 1 "$racerun" test ./clean -- "$actor" exit 3
has out 'actor exit 3: failed: exit status 3 \('
ends '1 clean, 1 failed; 0 different findings; verdict: failed'
expect 66 "$racerun" test -- "$actor" exit 3 -- ./race -- ./clean an argument
has out ' ./clean an argument: clean'
expect 1 "$racerun" test -- "$actor" signal 11
has out 'failed: killed by signal 11 \(SIGSEGV\)'
expect 0 "$racerun" test --exit-code=0 ./race
expect 7 "$racerun" test --exit-code=7 ./race
# Exploring looks for a failing status.
expect 66 "$racerun" test --explore --schedules=3 -- "$actor" exit 3
has err '^racerun: exit status #1'

# A crash of one, even of its racerun, loses nothing of the others.
cat >killer.c <<'E2'
#include <signal.h>
#include <unistd.h>
int main(void) { kill(getppid(), SIGKILL); pause(); }
E2
"$racerun" cc killer.c -o killer
expect 66 "$racerun" test ./killer ./race
has out './killer: failed: its racerun was killed by signal 9'
has out './race: findings: 1 finding'

# Flaky: it fails the first time.
cat >flaky.c <<'E2'
#include <stdio.h>
int main(int argc, char **argv)
{
    FILE *file = fopen(argv[argc - 1], "r");
    puts("a word of the flaky one");
    if (file)
        return 0;
    fopen(argv[argc - 1], "w");
    return 4;
}
E2
"$racerun" cc flaky.c -o flaky
expect 0 "$racerun" test --junit=flaky.xml -- ./flaky mark
has out 'flaky: exit status 4, but it passed when it was run again'
has err '^    a word of the flaky one'
grep -q '<failure' flaky.xml && fail "flaky is no failure"
grep -q 'flaky: exit status 4' flaky.xml || fail "JUnit does not say flaky"
rm mark
expect 1 "$racerun" test --flaky-is-failure --junit=flaky.xml -- ./flaky mark
grep -q '<failure' flaky.xml || fail "flaky is a failure"

# What is no test, or is not there, is told and fails.
echo text >text
mkdir folder
expect 1 "$racerun" test ./missing ./text ./folder ./clean
has out './missing: not run: it does not exist'
has out './text: not run: it cannot be executed'
ends '1 clean, 3 not run; 0 different findings; verdict: failed'
cp "$(type -P true)" plain
expect 0 "$racerun" test ./plain
has out 'plain: clean: nothing was observed: it is not instrumented'
expect 1 "$racerun" test --require-instrumented ./plain
has out 'plain: not run: racerun could not observe it'
expect 125 "$racerun" test
has err 'which programs\?'
expect 125 "$racerun" test --explore --
expect 125 "$racerun" test --no-such ./clean
expect 125 "$racerun" run --junit=x ./clean
has err '^racerun: --junit belongs to `racerun test`'

# Lists.
printf '# the tests\n./clean\n\n  ./clean "an argument" \\#2\n' >list
expect 0 "$racerun" test @list
has out ' ./clean an argument #2: clean'
ends '2 clean; .*'
: >empty
expect 125 "$racerun" test @empty
has err 'which programs'
expect 125 "$racerun" test @missing
has err '^racerun: cannot read the list of programs missing: No such file'

# Time: what hangs is ended, what found something before has found it, what is late is not run.
cat >hang.c <<'E2'
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc > 1)
        dprintf(creat(argv[1], 0600), "%d\n", getpid());
    for (;;)
        pause();
}
E2
"$racerun" cc hang.c -o hang
expect 1 "$racerun" test --time=1 --jobs=1 ./hang ./clean
has out './hang: failed: it was ended after'
has out './clean: not run: no time was left'
cp hang hang2
expect 1 "$racerun" test --time=2 --jobs=1 --artifacts=late ./hang ./hang2
has out './hang: failed: it was ended after'
[ -e late/hang/again ] && fail "what was ended for its time takes as much again"

# Who is asked to end takes its programs along, and says so; so does who is killed, but for the words.
started() { # NAME: it has begun, and is $pid
    until [ -s "$1" ]; do :; done
    pid=$(cat "$1")
}
"$racerun" test --jobs=1 -- ./hang begun -- ./clean >"$work/out" 2>"$work/err" &
started begun
kill -TERM $!
wait $!
[ $? = 130 ] || fail "the code of an interruption"
has out './clean: not run: interrupted'
ends '1 failed, 1 not run; 0 different findings; verdict: interrupted'
[ -e "/proc/$pid" ] && fail "the program was left behind"
# What had failed before has failed, though there was no second run.
"$racerun" test --jobs=1 -- "$actor" exit 3 -- ./hang after >"$work/out" 2>"$work/err" &
started after
kill -TERM $!
wait $!
has out 'actor exit 3: failed: exit status 3; not run again: interrupted'
ends '2 failed; 0 different findings; verdict: interrupted'
"$racerun" test -- ./hang again >"$work/out" 2>"$work/err" &
started again
kill -KILL $!
while [ -e "/proc/$pid" ]; do :; done

# Outputs.
expect 66 env GITHUB_ACTIONS=true "$racerun" test --explore --schedules=100 --junit=all.xml \
    --sarif=all.sarif --format=json --log-path=all.json ./race ./deadlock ./clean -- ./missing
has out '^::error file=.*race\.c,line=[0-9]+,col=[0-9]+,title=racerun%3A data race \[[0-9a-f]{8}\]::data race on `customers` in teller%0A'
has out '^::error title=racerun%3A \./missing::not run: it does not exist$'
grep -q '<testsuites name="racerun" tests="4" failures="2" errors="1"' all.xml || fail "JUnit's counts"
grep -q '"executionOrder":1' all.sarif || fail "no thread flow"
grep -q '"schema":"racerun-test/1","name":"./deadlock","status":"findings"' all.json || fail "no test in JSON"
well_formed all.xml
valid_sarif all.sarif
expect 66 "$racerun" --format=sarif --log-path=run.sarif ./race
valid_sarif run.sarif
expect 66 "$racerun" explore --format=sarif --log-path=explore.sarif ./deadlock
grep -q '"executionOrder":1' explore.sarif || fail "no thread flow of explore"
valid_sarif explore.sarif
expect 66 "$racerun" explore --format=mermaid --log-path=stdout ./deadlock
has out '^    participant T2 as thread 2 \(work\)$'
has out '^    Note over T[12]: [0-9]+\. lock lock \(deadlock\.c:[0-9]+\)$'
expect 66 "$racerun" explore --format=trace --log-path=stdout ./deadlock
has out '^\{"traceEvents":\[.*"name":"lock lock","ph":"X"'
expect 66 "$racerun" --format=junit -o run.xml ./race
grep -q '<testcase classname="racerun" name="./race"' run.xml || fail "JUnit of a run"
expect 3 "$racerun" --format=junit -o run.xml "$actor" exit 3
grep -q '<failure type="failed" message="exit status 3">' run.xml || fail "JUnit of a failure"
well_formed run.xml
expect 125 "$racerun" test --junit=no/such/file ./clean
has err '^racerun: cannot write results to no/such/file: No such file'
lacks out .
expect 125 "$racerun" test --artifacts=no/such/folder ./clean
has err '^racerun: cannot make the folder no/such/folder'
expect 125 "$racerun" test --sarif=/dev/full ./clean
has err '^racerun: cannot write results to /dev/full: No space left'
expect 66 "$racerun" test --sarif=/dev/full ./race

# Names that are hostile to terminals, XML, JSON and URLs.
odd=$'a <&"%> \x1b[1m\xff ::error::.prog'
cp race "$odd"
expect 66 env GITHUB_ACTIONS=true "$racerun" test --explore --schedules=9 --junit=odd.xml \
    --sarif=odd.sarif --artifacts=odd "./$odd"
lacks out $'\x1b'
well_formed odd.xml
valid_sarif odd.sarif
expect 66 "$racerun" replay odd/*/*.rrs

# The baseline: what is known is counted; only new findings fail.
expect 0 "$racerun" test --baseline=all.json --explore --schedules=20 ./race ./deadlock ./clean
has out './race: clean: 20 schedules, 1 known'
ends '3 clean; 0 different findings, 2 known; verdict: passed'
expect 66 "$racerun" test --format=json --log-path=one.json ./race
expect 66 "$racerun" test --baseline=one.json --explore --schedules=99 ./race ./deadlock
ends '1 clean, 1 with findings; 1 different finding, 1 known; verdict: findings'
expect 0 "$racerun" --baseline=one.json ./race
has err '^racerun: 1 known findings'
expect 125 "$racerun" test --baseline=list ./race
has err '^racerun: the baseline list:1: not a report of racerun'
sed 's,racerun-finding/1,racerun-finding/9,' one.json >future.json
expect 125 "$racerun" test --baseline=future.json ./race
has err 'written by another version of racerun: racerun-finding/9'
