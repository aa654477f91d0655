#!/bin/bash
# Signals reach the program, and racerun outlives them to report.
. "$(dirname "$0")/lib.sh"
build_actor

# Sends SIGNAL to the tool when the program is up, waits, leaves the code in $code.
signalled() {
    local signal=$1
    shift
    "$racerun" "$@" >"$work/out" 2>"$work/err" &
    local pid=$!
    last="$* & kill -$signal"
    for _ in $(seq 100); do
        grep -q ready "$work/out" && break
        sleep 0.05
    done
    kill "-$signal" "$pid"
    wait "$pid"
    code=$?
}

for signal in TERM HUP USR1; do
    signalled "$signal" "$actor" race say ready sleep 20000
    [ "$code" = 66 ] || fail "$signal: code $code"
    has err 'data race #1'
done
signalled TERM "$actor" say ready sleep 20000
[ "$code" = 143 ] || fail "TERM: code $code"
signalled TERM "$actor" catch 15 say ready sleep 20000 exit 3
[ "$code" = 3 ] || fail "caught TERM: code $code"
has out 'got 15'

# The program goes on when racerun is killed.
"$racerun" "$actor" say ready sleep 1500 clean say survived >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 100); do
    grep -q ready "$work/out" && break
    sleep 0.05
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 2.5
has out survived

# Ctrl-C: the terminal's signal is for the program; racerun stays to report.
if command -v script >/dev/null; then
    (sleep 2; printf '\003'; sleep 1) |
        TERM=dumb script -qefc "'$racerun' '$actor' race say ready catch 2 sleep 20000 exit 3" /dev/null \
            >"$work/out" 2>"$work/err"
    code=$?
    last="script -c racerun ... and ^C"
    [ "$code" = 66 ] || fail "^C: code $code"
    has out 'data race #1'
fi
