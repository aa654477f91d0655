#!/bin/bash
# Where findings go, and what happens when they cannot go there.
. "$(dirname "$0")/lib.sh"
build_actor

# The program's own output is untouched.
expect 66 "$racerun" "$actor" say hello race say goodbye
[ "$(cat "$work/out")" = $'hello\ngoodbye' ] || fail "the program's output changed"
[ "$(echo in | "$racerun" -q cat)" = in ] || fail "standard input"

expect 66 "$racerun" --log-path="$work/my log" "$actor" race
lacks err .
grep -q '^racerun: data race #1' "$work/my log" || fail "log path"
expect 0 "$racerun" --log-path="$work/my log" "$actor"
[ -s "$work/my log" ] && fail "the log of a run begins empty"
expect 66 "$racerun" --log-path=stdout "$actor" race
has out '^racerun: data race #1'
expect 66 "$racerun" -o stderr "$actor" race
has err '^racerun: data race #1'
expect 125 "$racerun" --log-path="$work/no/such/log" "$actor" say ran
has err '^racerun: cannot write findings to .*/no/such/log: No such file'
lacks out ran
expect 125 "$racerun" --log-path="$work" "$actor"
expect 66 "$racerun" --log-path=/dev/full "$actor" race
has err '^racerun: cannot write findings to /dev/full: No space left'
has err '^racerun: data race #1 \['
tail -n 1 "$work/err" | grep -q '^racerun: 1 findings$' || fail "the summary is not the last line"

# Counting does not depend on being heard.
expect 66 bash -c '"$0" "$1" race 2>&-' "$racerun" "$actor"
expect 66 bash -c '"$0" "$1" race 2>/dev/full' "$racerun" "$actor"
expect 66 bash -c '"$0" "$1" race <&- >&- 2>&-' "$racerun" "$actor"
expect 3 bash -c '"$0" "$1" exit 3 <&- >&- 2>&-' "$racerun" "$actor"
expect 66 bash -c 'set -o pipefail; "$0" -o stdout "$1" race race2 | head -c 1' "$racerun" "$actor"
# A descriptor that was closed for us is closed for the program, and the journal is not in its place.
expect 0 bash -c '"$0" sh -c "! true >&2" 2>&-' "$racerun"

expect 66 "$racerun" --color=always "$actor" race
has err $'\033\['
expect 66 "$racerun" "$actor" race
lacks err $'\033\['
expect 66 "$racerun" --format=json --log-path=stdout "$actor" race
has out '^\{.*\}$'
expect 66 "$racerun" --format=tsan "$actor" race
has err 'WARNING: ThreadSanitizer: data race'
expect 66 "$racerun" --strip-path-prefix="$here/" "$actor" race
has err '[^/]actor\.c:'
expect 0 "$racerun" --stats "$actor"
has err '^racerun: 1 processes,'

# The summary is the last line, whatever else there is to say.
expect 66 "$racerun" --stats "$actor" race
tail -n 1 "$work/err" | grep -q '^racerun: 1 findings$' || fail "the summary is not the last line"
expect 66 "$racerun" -v "$actor" race
lacks err 'times'

# JSON: a summary of every run, with how it ended.
expect 3 "$racerun" --format=json -o stdout "$actor" exit 3
has out '^\{"schema":"racerun-summary/1","findings":0,.*"exit_status":3,"lost":0,"observed":true\}$'
expect 137 "$racerun" --format=json -o stdout "$actor" signal 9
has out '^\{"schema":"racerun-summary/1",.*"signal":9,"lost":0,"observed":true\}$'
expect 0 "$racerun" --format=json -o stdout true
has out '"exit_status":0,"lost":0,"observed":false\}$'
