#!/bin/bash
# Options, their nearest names, and where else they are read from.
. "$(dirname "$0")/lib.sh"
build_actor

expect 125 "$racerun" --exit-cod=3 "$actor"
has err 'unknown option --exit-cod; did you mean --exit-code\?'
expect 125 "$racerun" --supression=x "$actor"
has err 'did you mean --suppressions\?'
expect 125 "$racerun" --zzzzzzzzzz "$actor"
has err 'unknown option --zzzzzzzzzz; see'
expect 125 "$racerun" -Z "$actor"
expect 125 "$racerun" --format=yaml "$actor"
has err 'yaml'
expect 125 "$racerun" --color=blue "$actor"
has err 'auto\|always\|never'
expect 125 "$racerun" --halt-on-error=perhaps "$actor"
expect 125 "$racerun" --quarantine=64X "$actor"
expect 125 "$racerun" --quarantine=-1 "$actor"
expect 125 "$racerun" --quarantine=99999999999999T "$actor"
expect 125 "$racerun" --linger "$actor"
expect 125 "$racerun" --log-path
has err 'needs a value'
expect 0 "$racerun" --quarantine=1M --no-halt-on-error --follow-children=no -q "$actor"
expect 0 "$racerun" --quarantine 0 -- "$actor"
expect 6 "$racerun" -- "$actor" exit 6
expect 99 "$racerun" "$actor" --help # after the program, options are the program's
has err 'no verb --help'

expect 0 "$racerun" --version
has out '^racerun [0-9]+\.[0-9]'
expect 0 "$racerun" -V
expect 0 "$racerun" --help
has out '--release-sequence=c11'
expect 0 "$racerun" help
lacks err .
ln -s "$actor" explore
expect 8 "$racerun" ./explore exit 8
expect 8 env PATH="$work:$PATH" "$racerun" run explore exit 8

# Our own places are strict.
expect 125 env RACERUN_OPTIONS="exitcodes=3" "$racerun" "$actor"
has err "RACERUN_OPTIONS: unknown key 'exitcodes'; did you mean 'exit-code'"
expect 125 env RACERUN_OPTIONS="exit_code=many" "$racerun" "$actor"
has err 'RACERUN_OPTIONS'
expect 9 env RACERUN_OPTIONS="exit_code=9:color=never" "$racerun" "$actor" race
expect 9 env RACERUN_OPTIONS="log-path='$work/a:b':exit-code=9" "$racerun" "$actor" race
[ -s "$work/a:b" ] || fail "a quoted value with a colon"
printf '# comment\n\n exit-code = 11 \n' >.racerun.conf
expect 11 "$racerun" "$actor" race
expect 9 env RACERUN_OPTIONS="exit_code=9" "$racerun" "$actor" race
expect 8 env RACERUN_OPTIONS="exit_code=9" "$racerun" --exit-code=8 "$actor" race
expect 11 env TSAN_OPTIONS="exitcode=12" GORACE="exitcode=13" "$racerun" "$actor" race
printf 'exit-code = 11\nexitcod = 4\n' >.racerun.conf
expect 125 "$racerun" "$actor"
has err '\.racerun\.conf:2: unknown key'
rm .racerun.conf

# Those of others are lenient.
expect 12 env TSAN_OPTIONS="exitcode=12" "$racerun" "$actor" race
expect 13 env GORACE="exitcode=13 history_size=5" "$racerun" "$actor" race
expect 66 env TSAN_OPTIONS="exitcode=x:history_size=7:what=ever:halt_on_error=maybe" \
    "$racerun" "$actor" race
expect 66 env TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1" "$racerun" "$actor" race say on
lacks out on
expect 66 env TSAN_OPTIONS="log_path=$work/tsan.log" "$racerun" "$actor" race
lacks err 'data race'
ls "$work"/tsan.log.[0-9]* >/dev/null || fail "TSan's log_path gets the pid"
