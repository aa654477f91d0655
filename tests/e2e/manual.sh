#!/bin/bash
# The manual page is complete and well-formed.
. "$(dirname "$0")/lib.sh"
page=${RACERUN_BUILD:-$here/../../build}/share/man/man1/racerun.1
[ -f "$page" ] || skip "no manual page built"

third=${page%man1/*}man3/rrun_explore.3
[ -f "$third" ] || fail "no page of rrun_explore"
"$racerun" --help >help
for option in $(grep -oE -- '--[a-z][a-z-]+' help | sort -u); do
    grep -qF -- "${option//-/\\-}" "$page" || fail "$option is not in the manual page"
done
if command -v man >/dev/null; then
    expect 0 env MANROFFSEQ= LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$page"
    lacks err .
    expect 0 env MANROFFSEQ= LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$third"
    lacks err .
fi

# The example of rrun_explore(3) is a whole program, and does what the page says.
awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0 } on' "$third" | sed 's/\\-/-/g' >example.c
"$racerun" cc -g -O1 -pthread example.c -o example || fail "the example does not compile"
expect 1 ./example
has err '^racerun: assertion #1 \['
