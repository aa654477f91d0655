#!/bin/bash
# Signals reach the program, and racerun outlives them to report.
. "$(dirname "$0")/lib.sh"
build_actor

# Waits, for two minutes at most, until TEXT is in the program's output.
await() {
    for _ in $(seq 2400); do
        grep -q "$1" "$work/out" && return
        sleep 0.05
    done
    fail "never said $1"
    show
}

# Sends SIGNAL to the tool when the program is up, waits, leaves the code in $code.
signalled() {
    local signal=$1
    shift
    "$racerun" "$@" >"$work/out" 2>"$work/err" &
    local pid=$!
    last="$* & kill -$signal"
    await ready
    kill "-$signal" "$pid"
    wait "$pid"
    code=$?
}

for signal in TERM HUP USR1; do
    signalled "$signal" "$actor" race say ready sleep 200000
    [ "$code" = 66 ] || fail "$signal: code $code"
    has err 'data race #1'
done
signalled TERM "$actor" say ready sleep 200000
[ "$code" = 143 ] || fail "TERM: code $code"
signalled TERM "$actor" catch 15 say ready caught exit 3
[ "$code" = 3 ] || fail "caught TERM: code $code"
has out 'got 15'

# The program goes on when racerun is killed.
mkfifo "$work/gate"
last="racerun ... & kill -9"
: >"$work/err"
"$racerun" "$actor" say ready pipe "$work/gate" clean say survived >"$work/out" 2>"$work/err" &
pid=$!
await ready
kill -9 "$pid"
wait "$pid" 2>/dev/null
: >"$work/gate"
await survived

# Ctrl-C: the terminal's signal is for the program; racerun stays to report. exec, as a shell between
# script and racerun would die of the signal itself.
if command -v script >/dev/null; then
    mkfifo "$work/keys"
    last="script -c racerun ... and ^C"
    : >"$work/out"
    TERM=dumb script -qefc "exec '$racerun' '$actor' race catch 2 say armed caught exit 3" /dev/null \
        <"$work/keys" >"$work/out" 2>"$work/err" &
    pid=$!
    exec 3>"$work/keys"
    await armed
    printf '\003' >&3
    wait "$pid"
    code=$?
    exec 3>&-
    [ "$code" = 66 ] || {
        fail "^C: code $code"
        show
    }
    has out 'data race #1'
fi
