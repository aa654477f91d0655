#!/bin/bash
# explore: programs and options that it cannot or need not search, and what it says then.
. "$(dirname "$0")/lib.sh"

summary='^racerun: explored [0-9]+ schedules \([0-9]+ distinct\) in [0-9]+\.[0-9] s: '
# build NAME: the program on standard input.
build() { "$racerun" cc -g -O1 -pthread -x c - -o "$1" || fail "cannot build $1"; }
# The summary is the last line, and ends like this.
ends() { tail -1 "$work/err" | grep -Eq "$summary$1\$" || { fail "the last line is not: $1" && show; }; }

build single <<'E2'
#include <stdio.h>
int main(void) { puts("out"); return 3; }
E2
build pair <<'E2'
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *work(void *unused)
{
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return unused;
}
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
E2

# No threads: one schedule is all there are. The exit status is no failure unless one is expected.
expect 0 "$racerun" explore ./single
ends '0 findings, first at schedule -; stopped: exhausted'
lacks out .
expect 66 "$racerun" explore --expect-exit=0 ./single
has err '^racerun: exit status #1 \['
has err '^    out$'
ends '1 findings, first at schedule 1; stopped: finding'
expect 0 "$racerun" explore --expect-exit=3 ./single
expect 3 "$racerun" explore --exit-code=3 --expect-exit=0 ./single

# It ends where it is told.
expect 0 "$racerun" explore --schedules=20 ./pair
ends '0 findings, first at schedule -; stopped: schedules'
expect 0 "$racerun" explore --time=1 ./pair
ends '0 findings, first at schedule -; stopped: time'

# Programs that never end: by steps, and by no step at all.
build endless <<'E2'
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
int main(void)
{
    for (;;) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
}
E2
expect 66 "$racerun" explore --max-steps=500 ./endless
has err '^racerun: livelock #1 \['
ends '1 findings, first at schedule 1; stopped: finding'
# A token is for pasting: one of thousands of characters is not shown, unless the file cannot be written.
build ticks <<'E2'
#include <unistd.h>
int main(void)
{
    for (;;)
        sleep(1);
}
E2
expect 66 "$racerun" explore --max-steps=20000 ./ticks
has err '^racerun: token: none, of 20000 steps; the file has them$'
expect 66 "$racerun" replay ./ticks-*.rrs
expect 66 "$racerun" explore --max-steps=20000 --out=absent ./ticks
has err '^racerun: token: rr1-.{4000}'
build stuck <<'E2'
#include <pthread.h>
static void *spin(void *unused)
{
    for (volatile int i = 0;; i = !i)
        continue;
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, spin, 0);
    pthread_join(thread, 0);
}
E2
expect 66 "$racerun" explore --hang=5 ./stuck
has err '^racerun: hang #1 \['
has err '^    #0 spin '
has err '^  in main thread:'

# Standard input is empty in every schedule, files are written by each, time is virtual.
build busy <<'E2'
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
static void *work(void *unused)
{
    int file = open("written", O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert(file >= 0 && write(file, "line\n", 5) == 5 && close(file) == 0);
    return unused;
}
int main(void)
{
    pthread_t a, b;
    time_t before = time(NULL);
    assert(getchar() == EOF);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    sleep(100000);
    pthread_join(a, 0);
    pthread_join(b, 0);
    assert(time(NULL) >= before + 100000);
    return 0;
}
E2
last='racerun explore ./busy <words'
echo words >words
"$racerun" explore --schedules=10 ./busy <words >"$work/out" 2>"$work/err" || { fail "code $?" && show; }
ends '0 findings, first at schedule -; stopped: schedules'
# (One schedule more is run in one process, to see whether that repeats.)
[ "$(grep -c line written)" -ge 20 ] || fail "ten schedules did not write 20 lines"

has err '^racerun: the program reads its standard input, which is empty under explore: '
expect 0 "$racerun" explore --schedules=10 ./busy </dev/null
lacks err 'standard input'

# What has one schedule.
"$racerun" cc -x c - -o alone <<<'int main(void) { return 0; }' || fail "cannot build alone"
for jobs in 1 2; do
    expect 0 "$racerun" explore --jobs=$jobs ./alone
    has err '^racerun: the program starts no thread or goroutine: there is one schedule$'
    ends '0 findings, first at schedule -; stopped: exhausted'
done
expect 0 "$racerun" explore --quiet ./alone
[ "$(wc -l <"$work/err")" = 1 ] || { fail 'not quiet' && show; }

# What cannot be explored.
expect 127 "$racerun" explore ./absent
has err '^racerun: \./absent: not found'
expect 125 "$racerun" explore
has err 'which program'
printf '#!/bin/sh\n./pair\n' >script
chmod +x script
expect 125 "$racerun" explore ./script
has err 'is a script: explore the program that it starts'
expect 126 "$racerun" explore ./words
if echo 'int main(void) { return 0; }' | gcc -x c - -static -o static 2>/dev/null; then
    expect 125 "$racerun" explore ./static
    has err 'statically linked'
    has err 'cannot be explored'
fi
if [ "$(id -u)" = 0 ]; then
    cp pair privileged
    if chown 1 privileged && chmod u+s privileged; then
        expect 125 "$racerun" explore ./privileged
        has err 'setuid'
        has err 'cannot be explored'
        expect 125 "$racerun" explore --quiet ./privileged
        has err 'cannot be explored: .* setuid'
    fi
fi

# Options.
refused() { # WORDS OPTION
    expect 125 "$racerun" explore "$2" ./pair
    has err "^racerun: .*$1"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "$2: more than one line"
}
refused "no strategy 'best'" --strategy=best
refused "wants a number from 1" --strategy=pct:x
refused "wants a number from 1" --strategy=pct:
refused "wants a number from 1" --strategy=pct:0
refused "wants a number from 1" --strategy=rr:-1
refused "wants a number from 1" --strategy=pct:99999999999
refused "random takes no number" --strategy=random:3
refused "portfolio takes no number" --strategy=portfolio:3
refused "no strategy" --strategy=
refused "wants a number, not '-1'" --schedules=-1
refused "wants a number" --time=soon
refused "wants a number" --seed=x
refused "must be between 1 and" --max-steps=0
refused "must be between 1 and" --max-steps=999999999
refused "must be between 1 and" --hang=0
refused "must be between 1 and" --hang=99999999999999999
refused "at most" --time=99999999999999999
refused "at most" --spurious=99999999999
refused "up to 255" --expect-exit=256
refused "up to 255" --expect-exit=well
refused "wants one of sync" --visible=everything
refused "unknown option" --nosuch
