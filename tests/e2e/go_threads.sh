#!/bin/bash
# Goroutines and threads of the program's own in one program: what orders them, in either direction, and
# that nothing else does.
. "$(dirname "$0")/lib.sh"

cat >both.c <<'C'
#include <pthread.h>
#include <racerun/go.h>
#include <semaphore.h>
#include <stdio.h>

static int shared;
static sem_t posted;
static pthread_mutex_t posix_lock = PTHREAD_MUTEX_INITIALIZER;
static mutex go_lock;
static waitgroup group;
static chan(int) channel;
static chan(int) buffered;
static chan(int) done;

/* ---- the first half writes, the second reads ---- */

static void write_then(void (*tell)(void))
{
    shared++;
    tell();
}

static void then_read(void (*hear)(void))
{
    hear();
    printf("%d\n", shared);
}

static void post(void) { sem_post(&posted); }
static void await(void) { sem_wait(&posted); }
static void send(void) { chan_send(channel, 1); }
static void receive(void) { (void)chan_get(channel); }
static void put(void) { chan_send(buffered, 1); }
static void take(void) { (void)chan_get(buffered); }
static void shut(void) { chan_close(channel); }
static void finish(void) { waitgroup_done(&group); }
static void join(void) { waitgroup_wait(&group); }
static void nothing(void) {}

static void *thread_writes(void *tell) { write_then((void (*)(void))tell); return NULL; }
static void *thread_reads(void *hear) { then_read((void (*)(void))hear); return NULL; }

static void goroutine_writes(void (*tell)(void)) { write_then(tell); chan_send(done, 1); }
static void goroutine_reads(void (*hear)(void)) { then_read(hear); chan_send(done, 1); }

/* ---- both count ---- */

static void count_by_posix(void)
{
    pthread_mutex_lock(&posix_lock);
    shared++;
    pthread_mutex_unlock(&posix_lock);
}
static void count_by_go(void)
{
    mutex_lock(&go_lock);
    shared++;
    mutex_unlock(&go_lock);
}

static void from_thread(void (*tell)(void), void (*hear)(void))
{
    pthread_t thread;
    go(goroutine_reads, hear);
    pthread_create(&thread, NULL, thread_writes, (void *)tell);
    (void)chan_get(done);
    pthread_join(thread, NULL);
}

static void to_thread(void (*tell)(void), void (*hear)(void))
{
    pthread_t thread;
    pthread_create(&thread, NULL, thread_reads, (void *)hear);
    go(goroutine_writes, tell);
    (void)chan_get(done);
    pthread_join(thread, NULL);
}

static void count_bare(void)
{
    shared++;
}

static void *thread_counts(void *step) { ((void (*)(void))step)(); return NULL; }
static void goroutine_counts(void (*step)(void)) { step(); chan_send(done, 1); }

static void both_count(void (*in_thread)(void), void (*in_goroutine)(void))
{
    pthread_t thread;
    pthread_create(&thread, NULL, thread_counts, (void *)in_thread);
    go(goroutine_counts, in_goroutine);
    (void)chan_get(done);
    pthread_join(thread, NULL);
}

int main(void)
{
    sem_init(&posted, 0, 0);
    channel = chan_make(int);
    buffered = chan_make(int, 4);
    done = chan_make(int);
    waitgroup_add(&group, 1);
    CASE;
    return 0;
}
C
quiet() { # CASE
    expect 0 "$racerun" both.c "-DCASE=$1"
    lacks err .
}
racy() {
    expect 66 "$racerun" both.c "-DCASE=$1"
    has err 'on `shared`'
}
for RGO_PROCS in 1 2; do
    export RGO_PROCS
    quiet 'from_thread(post, await)'
    quiet 'to_thread(post, await)'
    quiet 'from_thread(send, receive)'
    quiet 'to_thread(send, receive)'
    quiet 'from_thread(receive, send)'
    quiet 'to_thread(receive, send)'
    quiet 'from_thread(put, take)'
    quiet 'to_thread(put, take)'
    quiet 'from_thread(shut, receive)'
    quiet 'to_thread(shut, receive)'
    quiet 'from_thread(finish, join)'
    quiet 'to_thread(finish, join)'
    quiet 'both_count(count_by_posix, count_by_posix)'
    quiet 'both_count(count_by_go, count_by_go)'
    racy 'from_thread(nothing, nothing)'
    racy 'to_thread(nothing, nothing)'
    racy 'from_thread(take, put)'
    racy 'to_thread(take, put)'
    racy 'both_count(count_by_posix, count_by_go)'
    racy 'both_count(count_by_go, count_bare)'
done
