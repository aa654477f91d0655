#!/bin/bash
# The sample project by plain shell and in an environment like GitHub's: the README's quick start for
# pipelines, run as it is written.
. "$(dirname "$0")/lib.sh"
PATH="$(dirname "$racerun"):$PATH"
cp "$here"/gate/*.c .
sed -n '/^## A gate for pipelines/,/^```$/p' "$here/../../README.md" | sed -n '/^```sh$/,/^```$/{/^```/!p}' >quick.sh
grep -q '^racerun test ' quick.sh || fail "the README has no quick start"

judge() {
    has out '^racerun: [123]/3 \./race: findings: 1 finding '
    has out '^racerun: [123]/3 \./deadlock: findings: 1 finding '
    has out '^racerun: [123]/3 \./clean: clean: [0-9]+ schedules '
    has out '^racerun: tested 3 programs in .*: 1 clean, 2 with findings; 2 different findings; verdict: findings$'
    has err '^racerun: data race #[12] \['
    has err '^racerun: deadlock #[12] \['
    grep -q 'tests="3" failures="2" errors="0"' racerun.xml || fail "JUnit"
    [ "$(grep -o '"racerunFindingId/v1":"[0-9a-f]*"' racerun.sarif | sort -u | wc -l)" = 2 ] || fail "SARIF"
    expect 66 racerun replay racerun-artifacts/deadlock/*.rrs
    expect 66 racerun replay racerun-artifacts/race/*.rrs
}
expect 66 bash -e quick.sh
lacks out '^::'
judge
expect 66 env CI=true GITHUB_ACTIONS=true GITHUB_WORKSPACE="$work" bash -e quick.sh
has out '^::error file=race\.c,line=9,col=[0-9]+,title=racerun%3A data race'
has out '^::error file=deadlock\.c,line=39,col=[0-9]+,title=racerun%3A deadlock'
judge
