/* clean */
/*
 * Waits that are rarely used: on a message queue, on a stream over a pipe, in ppoll with a mask of
 * its own, with a time-out by another clock, on locks that inherit priorities.
 */
#define _GNU_SOURCE
#include "threads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static mqd_t queue;
static int lines[2], quiet[2];
static pthread_mutex_t heir;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool told;
static volatile sig_atomic_t handled;

static struct timespec soon(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_sec += 5;
    return time;
}

static void *of_queue(void *unused)
{
    char bytes[16];
    struct timespec until = soon(CLOCK_REALTIME);
    ssize_t size = mq_receive(queue, bytes, sizeof bytes, NULL);
    assert(size == 2 && bytes[0] == 'm');
    assert(mq_timedreceive(queue, bytes, sizeof bytes, NULL, &until) == -1 && errno == ETIMEDOUT);
    return unused;
}

static void *of_stream(void *unused)
{
    char line[16];
    FILE *stream = fdopen(lines[0], "r");
    assert(fgets(line, sizeof line, stream) && strcmp(line, "line\n") == 0);
    assert(fgetc(stream) == '2');
    fclose(stream);
    return unused;
}

static void handler(int signal)
{
    (void)signal;
    handled = 1;
}

static void *of_mask(void *unused)
{
    struct pollfd fd = {.fd = quiet[0], .events = POLLIN};
    sigset_t none;
    sigemptyset(&none);
    while (!handled)
        assert(ppoll(&fd, 1, NULL, &none) == -1 && errno == EINTR);
    return unused;
}

static void *of_clocks(void *unused)
{
    struct timespec until = soon(CLOCK_MONOTONIC);
    sem_t none;
    sem_init(&none, 0, 0);
    assert(sem_clockwait(&none, CLOCK_MONOTONIC, &until) == -1 && errno == ETIMEDOUT);
    assert(pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, &until) == 0);
    pthread_rwlock_unlock(&rwlock);
    until = soon(CLOCK_MONOTONIC);
    pthread_mutex_lock(&heir);
    while (!told && pthread_cond_clockwait(&changed, &heir, CLOCK_MONOTONIC, &until) == 0)
        ;
    pthread_mutex_unlock(&heir);
    return unused;
}

/* All processes see the same queues: one for each folder that this is run in. */
static void queue_name(char *ret_name)
{
    char *folder = getcwd(NULL, 0);
    assert(folder && strlen(folder) < NAME_MAX);
    strcpy(ret_name, folder);
    free(folder);
    for (char *at = ret_name + 1; (at = strchr(at, '/'));)
        *at = '-';
}

int main(void)
{
    char name[NAME_MAX + 1];
    struct mq_attr shape = {.mq_maxmsg = 1, .mq_msgsize = 16};
    struct sigaction action = {.sa_handler = handler};
    pthread_mutexattr_t attributes;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGUSR1, &action, NULL);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&heir, &attributes);
    queue_name(name);
    queue = mq_open(name, O_CREAT | O_RDWR, 0600, &shape);
    mq_unlink(name);
    int error = pipe(lines) || pipe(quiet);
    assert(!error && queue >= 0);
    start(of_queue);
    start(of_stream);
    start(of_mask);
    start(of_clocks);
    assert(mq_send(queue, "m", 2, 0) == 0);
    assert(write(lines[1], "line\n", 5) == 5 && write(lines[1], "2", 1) == 1);
    pthread_kill(threads[2], SIGUSR1);
    pthread_mutex_lock(&heir);
    told = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&heir);
    while (pthread_tryjoin_np(threads[0], NULL) == EBUSY)
        sleep(1); /* or its steps would be most of all, until the clocks get there */
    for (int i = 1; i < 4; i++)
        assert(pthread_clockjoin_np(threads[i], NULL, CLOCK_MONOTONIC, NULL) == 0);
    return 0;
}
