#!/bin/bash
# The manual page is complete and well-formed.
. "$(dirname "$0")/lib.sh"
page=${RACERUN_BUILD:-$here/../../build}/share/man/man1/racerun.1
[ -f "$page" ] || skip "no manual page built"

"$racerun" --help >help
for option in $(grep -oE -- '--[a-z][a-z-]+' help | sort -u); do
    grep -qF -- "${option//-/\\-}" "$page" || fail "$option is not in the manual page"
done
if command -v man >/dev/null; then
    expect 0 env MANROFFSEQ= LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$page"
    lacks err .
fi
