#!/bin/bash
# replay --times=N: the same N times, in whatever engine, or what is not.
. "$(dirname "$0")/lib.sh"

# Ends in a way that its argument says. Where there is a file `armed`, the fifth run since `count` was empty,
# and all after it, are different: they take a further lock, or end with another status.
"$racerun" cc -g -O1 -pthread -x c - -o ends <<'E2' || fail "cannot build"
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static int plain;
static void *work(void *locks)
{
    pthread_mutex_lock(locks ? &one : &other);
    pthread_mutex_lock(locks ? &other : &one);
    plain++;
    pthread_mutex_unlock(&one);
    pthread_mutex_unlock(&other);
    return NULL;
}
static int is_late(void)
{
    int fd = open("count", O_WRONLY | O_APPEND | O_CREAT, 0600);
    int runs = write(fd, "x", 1) == 1 ? (int)lseek(fd, 0, SEEK_END) : 0;
    close(fd);
    return runs >= 5 && access("armed", F_OK) == 0;
}
int main(int argc, char **argv)
{
    const char *end = argc > 1 ? argv[1] : "";
    pthread_t thread;
    int late = is_late();
    for (int i = 0; i < 1 + (late && strcmp(end, "steps") == 0); i++) {
        pthread_mutex_lock(&one);
        pthread_mutex_unlock(&one);
    }
    pthread_create(&thread, NULL, work, NULL);
    if (strcmp(end, "deadlock") == 0)
        work(&one);
    if (strcmp(end, "race") == 0)
        plain++;
    pthread_join(thread, NULL);
    assert(strcmp(end, "assertion") != 0);
    if (strcmp(end, "crash") == 0)
        abort();
    return late && strcmp(end, "status") == 0 ? 4 : 3;
}
E2

explore() { # END: $file, $token
    rm -f ./*.rrs armed
    expect 66 "$racerun" explore --jobs=1 --expect-exit=$([ "$1" = race ] && echo 3 || echo 0) ./ends "$1"
    file=$(echo ./*.rrs)
    token=$(sed -n 's/^racerun: token: //p' "$work/err" | head -1)
}
last_is() {
    [[ $(tail -1 "$work/err") == "racerun: $1" ]] || { fail "the last line is not: $1" && show; }
}

for end in deadlock race assertion crash status; do
    explore $end
    for engine in auto fork threads; do
        expect 66 "$racerun" replay --engine=$engine --times=20 "$file"
        last_is '20 of 20 replays took the same steps and found the same'
        [ "$(grep -c '^racerun: replayed ' "$work/err")" = 1 ] || { fail "$end: not told once" && show; }
    done
    expect 66 "$racerun" replay --times=20 "$token" ./ends $end
    last_is '20 of 20 replays took the same steps and found the same'
done
expect 5 "$racerun" replay --times=2 --exit-code=5 "$file"
last_is '2 of 2 replays took the same steps and found the same'

# What is put back is proved first, by one more run.
explore deadlock
rm -f count
expect 66 "$racerun" replay --times=3 "$file"
[ "$(wc -c <count)" = 4 ] || fail "in-process: $(wc -c <count) runs, not 4"
rm -f count
expect 66 "$racerun" replay --times=3 --engine=fork "$file"
[ "$(wc -c <count)" = 3 ] || fail "fork: $(wc -c <count) runs, not 3"

# One that is different.
explore steps
: >armed
for engine in fork threads; do
    rm -f count
    expect 125 "$racerun" replay --times=10 --engine=$engine "$file"
    has err '^racerun: replay 5 differs from the first at step [0-9]+: there task [0-9]+ was to '
    last_is '4 of 10 replays took the same steps and found the same'
done
explore status
: >armed
rm -f count
expect 125 "$racerun" replay --times=10 --engine=fork "$file"
has err '^racerun: replay 5 took the same steps, but what was found is not the same'
last_is '4 of 10 replays took the same steps and found the same'

# Numbers.
rm -f armed
expect 125 "$racerun" replay --times=0 "$file"
has err '^racerun: --times must be 1 at least$'
expect 125 "$racerun" replay --times=x "$file"
expect 125 "$racerun" replay --times=2 --gdb "$file"
has err 'leave out --times'
