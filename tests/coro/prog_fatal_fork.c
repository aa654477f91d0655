/*
 * The child of a fork has the goroutine that forked and nobody else; it may use the runtime anew.
 * stdout: child of main: 1 goroutine, then 42
 * stdout: child of another: 1 goroutine, then 42
 * stdout: parent goes on
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void answer(chan(int) c)
{
    for (int i = 0; i < 40; i++)
        chan_send(c, i);
    chan_send(c, 42);
}

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

static int child(const char *who)
{
    int goroutines = (int)go_count(), last = 0;
    chan(int) c = chan_make(int);
    go(answer, c);
    for (int i = 0; i < 41; i++)
        last = chan_get(c);
    printf("child of %s: %d goroutine, then %d\n", who, goroutines, last);
    fflush(stdout);
    _exit(last == 42 ? 0 : 1);
}

static void forks(const char *who, chan(int) done)
{
    int status = -1;
    pid_t pid = fork();
    if (!pid)
        child(who);
    waitpid(pid, &status, 0);
    chan_send(done, status);
}

int main(void)
{
    chan(int) done = chan_make(int, 1), other = chan_make(int);
    for (int i = 0; i < 50; i++)
        go(waits, other);
    go_yield();
    forks("main", done);
    int status = chan_get(done);
    go(forks, "another", done);
    status |= chan_get(done);
    chan_close(other);
    puts("parent goes on");
    return status ? 1 : 0;
}
