/*
 * A goroutine forks and returns from its function in the child: its deferred calls run and the
 * process ends with code 0, whatever main would have returned. A thread of the program's own forks
 * too.
 * stdout: the child's deferred call
 * stdout: the child exits
 * stdout: a thread's child: 42
 * stdout: statuses 0 0
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t parent_pid;

static void at_exit(void)
{
    if (getpid() != parent_pid)
        puts("the child exits");
}

static void say(const char *text)
{
    if (getpid() != parent_pid)
        puts(text);
}

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

static void forks(chan(int) done, chan(int) other)
{
    defer(say, "the child's deferred call");
    pid_t pid = fork();
    if (!pid) {
        go(waits, other); /* the end does not wait for anybody */
        go_yield();
        return;
    }
    int status = -1;
    waitpid(pid, &status, 0);
    chan_send(done, status);
}

static void gives(chan(int) c)
{
    go_sleep(ms(1));
    chan_send(c, 42);
}

static void *forks_as_thread(void *raw)
{
    int *status = raw;
    pid_t pid = fork();
    if (!pid) {
        chan(int) c = chan_make(int);
        go(gives, c);
        printf("a thread's child: %d\n", chan_get(c));
        fflush(stdout);
        _exit(0);
    }
    waitpid(pid, status, 0);
    return NULL;
}

int main(void)
{
    parent_pid = getpid();
    atexit(at_exit);
    chan(int) done = chan_make(int), other = chan_make(int);
    timer *never = timer_new(minutes(60));
    for (int i = 0; i < 20; i++)
        go(waits, other);
    go(forks, done, other);
    int status = chan_get(done), threads = -1;
    pthread_t thread;
    pthread_create(&thread, NULL, forks_as_thread, &threads);
    pthread_join(thread, NULL);
    chan_close(other);
    printf("statuses %d %d\n", status, threads);
    timer_free(never);
    return 0;
}
