#!/bin/bash
# rrun_explore: unit tests that explore schedules, run in every way that tests are run.
. "$(dirname "$0")/lib.sh"
pkg-config --exists check || skip "no Check"
read -ra check <<<"$(pkg-config --cflags --libs check)"
"$racerun" cc -g -O1 -pthread "$here/explored_test.c" -o tests "${check[@]}" || fail "cannot build"

passes() { # COMMAND...
    rm -f ./*.rrs
    expect 0 "$@"
    has out '100%: Checks: 5, Failures: 0, Errors: 0'
}
# RACERUN is not needed: what racerun cc linked knows where it is.
for mode in yes no; do
    passes env -u RACERUN CK_FORK=$mode ./tests
    passes env CK_FORK=$mode "RACERUN=$racerun" ./tests
done
passes "$racerun" ./tests

# The schedule that a test found is replayed without it.
for file in *.rrs; do
    expect 66 "$racerun" replay "$file"
    has err 'replayed [0-9]+ steps: assertion: .*(withdraw_twice|choose): Assertion'
done
[ "$(ls ./*.rrs | wc -l)" = 2 ] || fail "not two schedules: $(ls ./*.rrs)"

# Any compiler; then racerun is the one on the path.
gcc -g -O1 -pthread -I"$here/../../lib/include" "$here/explored_test.c" -o plain "${check[@]}" ||
    fail "cannot build with gcc"
passes env -u RACERUN "PATH=$(dirname "$racerun"):$PATH" ./plain

# C++, and goroutines; the report goes to standard error where nobody takes it.
"$racerun" c++ -g -O1 -pthread -x c++ - -o cpp <<'E2' || fail "cannot build C++"
#include <racerun/racerun.h>
#include <racerun/test.h>
#include <cassert>
#include <thread>
static int shared;
static void race(void *) { std::thread t([] { shared++; }); shared++; t.join(); }
static void fine(void *) { std::thread t([] { shared++; }); t.join(); shared++; }
int main()
{
    rrun_explore_options options = {};
    options.schedules = 50;
    return rrun_explore(&options, fine, nullptr) + 10 * rrun_explore(&options, race, nullptr);
}
E2
expect 10 ./cpp
has err '^racerun: data race #1 \['
"$racerun" cc -g -O1 -x c - -o go <<'E2' || fail "cannot build goroutines"
#include <racerun/go.h>
#include <racerun/test.h>
static void send(chan(int) c) { chan_send(c, 1); }
static void receive_one_of_two(void *unused)
{
    chan(int) c = chan_make(int);
    (void)unused;
    go(send, c);
    go(send, c);
    chan_get(c);
    go_yield();
}
int main(void)
{
    struct rrun_explore_options options = {.schedules = 50, .more = "--leaks --spurious=0"};
    return rrun_explore(&options, receive_one_of_two, NULL);
}
E2
expect 1 ./go
has err '^racerun: goroutine leak #1 \['

# An explored test calls the function itself.
expect 66 "$racerun" explore --schedules=50 ./cpp
has err '^racerun: data race #1 \['

# The option behind it.
for wrong in x 12:0 12:zz 12x 0; do
    expect 125 "$racerun" explore "--body=$wrong" ./tests
    has err "^racerun: --body wants ADDRESS"
done
