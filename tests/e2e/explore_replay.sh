#!/bin/bash
# replay: schedules that fit, and files and tokens that do not.
. "$(dirname "$0")/lib.sh"

source='#include <pthread.h>
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static void *cross(void *swap)
{
    pthread_mutex_lock(swap ? &one : &other);
    pthread_mutex_lock(swap ? &other : &one);
    pthread_mutex_unlock(&one);
    pthread_mutex_unlock(&other);
    return NULL;
}
int main(int argc, char **argv)
{
    pthread_t a, b;
    pthread_create(&a, 0, cross, 0);
    pthread_create(&b, 0, cross, argc > 1 ? argv[1] : 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}'
"$racerun" cc -g -pthread -x c - -o pair <<<"$source" || fail "cannot build"
expect 66 "$racerun" explore ./pair 'an argument'
file=$(echo ./*.rrs)
token=$(sed -n 's/^racerun: token: //p' err)

# The file knows program and arguments, the token the steps alone.
expect 66 "$racerun" replay "$file"
has err 'deadlock'
expect 66 "$racerun" replay "$token" ./pair x
expect 5 "$racerun" replay --exit-code=5 "$file"
expect 125 "$racerun" replay "$token"
has err 'names no program'
expect 125 "$racerun" replay
has err 'which schedule'

# Without its argument the program cannot follow, and says where.
expect 125 "$racerun" replay "$token" ./pair
has err 'diverged at step [0-9]+'
expect 125 "$racerun" replay "$file" ./pair
has err 'diverged at step [0-9]+'

# Files.
unusable() { # WORDS FILE
    expect 125 "$racerun" replay "$2"
    has err "^racerun: .*$1"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "$2: more than one line"
}
head -c 200 "$file" >torn
unusable 'it is truncated' torn
head -n -1 "$file" >torn
unusable 'it is truncated' torn
sed 's/^1 LOCK/2 LOCK/' "$file" >changed
unusable 'its checksum is wrong' changed
sed 's/^racerun schedule 1/racerun schedule 2/' "$file" >newer
unusable 'newer version' newer
sed 's/ LOCK / JUGGLE /' "$file" >unknown
unusable 'makes no sense' unknown
: >empty
unusable 'no schedule file' empty
unusable 'no schedule file' ./pair
unusable 'cannot read absent' absent
unusable 'no schedule file|Is a directory' .
unusable 'damaged or not complete' rr1-abc
unusable 'damaged or not complete' "${token%??}"

# Programs: another build, none, none that can be explored.
"$racerun" cc -g -O1 -pthread -x c - -o other <<<"$source
int another;"
expect 125 "$racerun" replay "$file" ./other
has err 'another build of \./other'
expect 125 "$racerun" replay "$token" ./other
has err 'another build of \./other'
expect 127 "$racerun" replay "$file" ./absent
mv pair elsewhere
expect 127 "$racerun" replay "$file"
has err '\./pair: not found'
expect 66 "$racerun" replay "$file" ./elsewhere x

# A deadlock is told with the calls that led to where each thread waits.
"$racerun" cc -g -pthread -x c - -o deep <<'E2' || fail "cannot build"
#include <pthread.h>
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static void second_lock(pthread_mutex_t *mutex) { pthread_mutex_lock(mutex); }
static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
    pthread_mutex_lock(first);
    second_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}
static void *upwards(void *unused) { both(&one, &other); return unused; }
static void *downwards(void *unused) { both(&other, &one); return unused; }
static void wait_for(pthread_t thread) { pthread_join(thread, NULL); }
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, upwards, 0);
    pthread_create(&b, 0, downwards, 0);
    wait_for(a);
    wait_for(b);
    return 0;
}
E2
rm -f ./*.rrs
deep() {
    expect 66 "$racerun" "$@"
    for frames in 'second_lock both upwards' 'second_lock both downwards' 'wait_for main'; do
        tr '\n' ' ' <"$work/err" >flat
        # shellcheck disable=SC2086
        grep -Eq "$(printf '#[0-9] %s [^#]*' $frames)" flat || { fail "no stack $frames" && show; }
    done
}
deep explore ./deep
deep replay ./deep-*.rrs

# A plan that asks for a descriptor too soon, while others could go, is no deadlock: what the schedule of
# one is shortened to has all threads started, and leads to where they wait.
"$racerun" cc -g -O1 -pthread -x c - -o server <<'E2' || fail "cannot build server"
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
static int pairs[2][2];
static void *client(void *number)
{
    int fd = pairs[(long)number][1];
    char answer[4];
    if (write(fd, "ping", 4) != 4 || read(fd, answer, 4) != 4)
        abort();
    close(fd);
    return NULL;
}
int main(void)
{
    int epoll = epoll_create1(0), open = 2;
    pthread_t threads[2];
    for (long i = 0; i < 2; i++) {
        socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = pairs[i][0]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, pairs[i][0], &event);
    }
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, client, (void *)i);
    while (open) {
        struct epoll_event event;
        char question[4];
        epoll_wait(epoll, &event, 1, -1);
        if (read(event.data.fd, question, 4) == 0) {
            epoll_ctl(epoll, EPOLL_CTL_DEL, event.data.fd, NULL);
            open--;
        } else if (open == 2 && write(event.data.fd, "pong", 4) != 4) { /* the last one waits */
            abort();
        }
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
E2
rm -f ./*.rrs
for seed in 1 2 3 5; do
    expect 66 "$racerun" explore --seed=$seed ./server
    [ "$(grep -cE '^ +[0-9]+ .* start ' "$work/err")" = 2 ] || { fail "not all threads started" && show; }
    has err 'end +server.c|  end *$'
done

# What decides on the failure besides the steps is in the schedule: here how much freed memory is held back,
# and whether misuse is a failure.
"$racerun" cc -g -O1 -pthread -x c - -o reuse <<'E2' || fail "cannot build reuse"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <stdint.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *work(void *unused)
{
    pthread_mutex_unlock(&mutex);
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    char *volatile one = malloc(1000);
    uintptr_t before = (uintptr_t)one;
    free(one);
    char *volatile other = malloc(1000);
    assert((uintptr_t)other != before);
    free(other);
    return 0;
}
E2
rm -f ./*.rrs
expect 0 "$racerun" explore --misuse=no --schedules=10 ./reuse
expect 66 "$racerun" explore --misuse=no --quarantine=0 ./reuse
has err '^racerun: assertion #1 '
token=$(sed -n 's/^racerun: token: //p' "$work/err")
for what in "$(echo ./reuse-*.rrs)" "$token ./reuse"; do
    # shellcheck disable=SC2086
    expect 66 "$racerun" replay $what
    has err '^racerun: assertion #1 '
    lacks err 'misuse'
done

# What the schedule does not hold may have changed meanwhile: the program's input, its environment. Where that
# makes the run another one it is refused with the first step that differs, or the other end.
"$racerun" cc -g -O1 -pthread -x c - -o changes <<'E2' || fail "cannot build changes"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t sum = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static int count;
static void *work(void *unused)
{
    pthread_mutex_lock(&sum);
    int seen = count;
    pthread_mutex_unlock(&sum);
    pthread_mutex_lock(&sum);
    count = seen + 1;
    pthread_mutex_unlock(&sum);
    return unused;
}
int main(void)
{
    int threads_count = 0;
    pthread_t threads[9];
    FILE *input = fopen("input", "r");
    assert(input && fscanf(input, "%d", &threads_count) == 1);
    fclose(input);
    pthread_mutex_t *mutex = getenv("OTHER") ? &other : &sum;
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    for (int i = 0; i < threads_count; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < threads_count; i++)
        pthread_join(threads[i], NULL);
    if (getenv("ABORTS"))
        abort();
    if (getenv("RETURNS"))
        return 0;
    assert(count == threads_count);
    return 0;
}
E2
rm -f ./*.rrs
echo 2 >input
expect 66 "$racerun" explore ./changes
file=$(echo ./changes-*.rrs)
token=$(sed -n 's/^racerun: token: //p' "$work/err")
differs() { # WORDS COMMAND...: the schedule, and the token where that can know
    local words=$1
    shift
    expect 125 "$@" "$racerun" replay "$file"
    has err "^racerun: the $words"
    lacks err '^racerun: replayed'
}
for count in 1 3; do
    echo $count >input
    differs 'run diverged (at|after) step [0-9]+: ' env
    expect 125 "$racerun" replay "$token" ./changes
done
echo 2 >input
differs 'run diverged at step [0-9]+: task [0-9]+ was to lock a mutex, and did so with another object$' env OTHER=1
differs 'schedule ran to its end, but led to "crash" instead of "assertion"$' env ABORTS=1
differs 'run diverged after step [0-9]+: the schedule ends there, but the program went on$' env RETURNS=1

# What has to make no difference: other variables, the folder, processors, room for stacks, priorities.
mkdir -p folder
cp input folder
same() {
    expect 66 "$@"
    has err '^racerun: replayed [0-9]+ steps: assertion: '
}
same env MANY="$(head -c 50000 /dev/zero | tr '\0' x)" MALLOC_PERTURB_=7 LC_ALL=C.UTF-8 "$racerun" replay "$file"
same env -C folder "$racerun" replay "../$file" ../changes
same bash -c "ulimit -s 65536 && exec '$racerun' replay '$file'"
same bash -c "ulimit -s unlimited && exec '$racerun' replay '$file'"
same bash -c "exec '$racerun' replay '$file' <&-"
same taskset -c "$(taskset -cp $$ | sed 's/.*[ ,-]//')" "$racerun" replay "$file"
for engine in inprocess fork threads; do
    same "$racerun" replay --engine=$engine "$file"
    same "$racerun" replay --engine=$engine "$token" ./changes
done
expect 127 env -C folder "$racerun" replay "../$file"
has err '^racerun: the schedule names the program as it was given then: '
