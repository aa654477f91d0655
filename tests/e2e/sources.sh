#!/bin/bash
# `racerun FILE.c`: compile, run, leave nothing behind.
. "$(dirname "$0")/lib.sh"
export TMPDIR=$work/tmp
mkdir tmp

expect 66 "$racerun" "$here/actor.c" -- race say done
has err 'data race #1'
has err 'actor\.c:[0-9]+'
has out done
expect 5 "$racerun" run "$here/actor.c" -- exit 5
expect 0 "$racerun" "$here/actor.c"
expect 66 "$racerun" --halt-on-error "$here/actor.c" -O2 --exit-code=66 -- race say on
lacks out on
expect 9 "$racerun" "$here/actor.c" -O2 --exit-code=9 -- race
expect 125 "$racerun" "$here/actor.c" --exit-code=x -- race

cat >one.c <<'EOF'
#include <racerun/racerun.h>
int two(void);
int main(void) { int x; rrun_release(&x); rrun_acquire(&x); return two() + VALUE; }
EOF
echo 'int two(void) { return 2; }' >two.c
expect 7 "$racerun" one.c two.c -DVALUE=5
echo 'int main() { auto f = [](int x) { return x; }; return f(4); }' >"some file.cpp"
expect 4 "$racerun" "some file.cpp"
echo 'int main(void) { return undeclared; }' >broken.c
expect 125 "$racerun" broken.c
has err 'undeclared'
expect 125 "$racerun" two.c
expect 125 env RACERUN_CC=no-such-compiler "$racerun" two.c
has err 'no-such-compiler'
expect 125 env TMPDIR=/no/such "$racerun" one.c
[ -z "$(ls -A tmp)" ] || fail "left behind: $(ls tmp)"
