#!/bin/bash
# Colours and width of what people read: on a terminal only, by --color, NO_COLOR and TERM; source
# lines end where the terminal does. A terminal is made by script(1).
. "$(dirname "$0")/lib.sh"
command -v script >/dev/null || skip "no script(1) here"
cp "$here"/gate/race.c "$here"/gate/deadlock.c .
for name in race deadlock; do
    "$racerun" cc -g -O1 -pthread $name.c -o $name || exit 1
done
esc=$(printf '\033')

# on_terminal COLUMNS COMMAND: its standard output and error are a terminal of that width.
on_terminal() {
    local columns=$1
    shift
    last="on a terminal of $columns columns: $*"
    script -qefc "stty cols $columns rows 50; exec env $*" /dev/null </dev/null 2>"$work/err" | tr -d '\r' >"$work/out"
}
colored() { has "$1" "$esc\[[0-9;]*m"; }
plain() { lacks "$1" "$esc"; }

# Not on a terminal: only if it is asked for.
expect 66 "$racerun" ./race
plain err
expect 66 "$racerun" --color=always ./race
has err "^racerun: $esc\[1;31mdata race$esc\[0m #1"
has err "^  $esc\[1;31m(read|write) of [48] bytes by "
has err "^  $esc\[1;35mprevious (read|write) of [48] bytes by "
has err "$esc\[34m +[0-9]+ \|$esc\[0m +[a-z]"
has err "$esc\[34m +\|$esc\[0m +$esc\[1;31m\^~*$esc\[0m$"
has err "$esc\[34m +\|$esc\[0m +$esc\[1;35m\^~*$esc\[0m$"
expect 66 "$racerun" --color=always --format=json ./race
plain err

# On a terminal by itself, unless somebody minds.
on_terminal 100 TERM=xterm "'$racerun' ./race"
colored out
for mind in NO_COLOR=1 TERM=dumb; do
    on_terminal 100 $mind "'$racerun' ./race"
    has out '^racerun: data race #1'
    plain out
done
on_terminal 100 TERM=xterm NO_COLOR= "'$racerun' ./race" # empty does not count (no-color.org)
colored out
on_terminal 100 TERM=xterm "'$racerun' --color=never ./race"
plain out
on_terminal 100 NO_COLOR=1 "'$racerun' --color=always ./race"
colored out
on_terminal 100 TERM=xterm "'$racerun' explain data-race"
colored out
on_terminal 100 NO_COLOR=1 "'$racerun' explain data-race"
plain out

# The steps of a schedule: a colour a task, and what waits for ever.
expect 66 "$racerun" explore --color=always ./deadlock
has err "$esc\[34mmain thread +$esc\[0m$esc\[33mthread 2 \(work\) +$esc\[0m$"
has err " $esc\[33mlock lock$esc\[0m +$esc\[36mdeadlock\.c:[0-9]+$esc\[0m$"
has err "^ +$esc\[1;31mmain thread waits to wait on answer$esc\[0m  $esc\[36mdeadlock\.c:39"
expect 66 "$racerun" explore ./deadlock
plain err
has err '^ +2 +lock lock +deadlock\.c:[0-9]+$'

# Source lines and sentences fit.
cat >wide.c <<'C'
#include <pthread.h>
static int customers;
static void *teller(void *unused)
{
    int a_name_that_takes_much_room = 1, and_another_one_of_that_kind = a_name_that_takes_much_room; customers += and_another_one_of_that_kind; return unused;
}
int main(void)
{
    pthread_t one, other;
    pthread_create(&one, 0, teller, 0);
    pthread_create(&other, 0, teller, 0);
    pthread_join(one, 0);
    pthread_join(other, 0);
    return 0;
}
C
"$racerun" cc -g -O0 -pthread wide.c -o wide || exit 1
for columns in 60 80; do
    on_terminal $columns NO_COLOR=1 "'$racerun' ./wide"
    has out '^racerun: data race #1'
    has out '^ +[0-9]+ \| .*customers \+= '
    has out '^ +\| +\^~+$'
    longest=$(grep -E '^ +[0-9]* \|' "$work/out" | awk '{ if (length > max) max = length } END { print max }')
    [ "$longest" -le $columns ] || fail "a line of $longest columns on a terminal of $columns"
    grep -A30 '^  why:' "$work/out" | awk -v c=$columns 'length > c { exit 1 }' || fail "a sentence wider than $columns"
done
on_terminal 30 NO_COLOR=1 "'$racerun' ./wide"
grep -A9 '^  why:' "$work/out" | awk 'length > 30 { exit 1 }' || fail "a sentence wider than 30"
# Of a pipe or a file nothing is cut.
expect 66 "$racerun" ./wide
has err '  int a_name_that_takes_much_room = 1, .*return unused;$'
