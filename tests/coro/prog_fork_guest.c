/*
 * A thread of the program's own forks, while goroutines run: in the child it is the only one, starts
 * goroutines, which get a worker of their own, waits for them, and exits. The parent goes on.
 * stdout: child: 1 goroutine, then 42, then 3 of 3
 * stdout: parent: 0
 */
#include <pthread.h>
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

static void busy(context *until, chan(int) c)
{
    while (!context_err(until)) {
        chan_send(c, 1);
        chan_get(c);
        go_yield();
    }
}

static void done_one(waitgroup *wg, _Atomic int *count)
{
    go_sleep(ms(1));
    ++*count;
    waitgroup_done(wg);
}

static void child(void)
{
    int goroutines = (int)go_count(), last = 0;
    chan(int) c = chan_make(int);
    _Atomic int count = 0;
    waitgroup wg = {0};
    go(answer, c);
    for (int i = 0; i < 41; i++)
        last = chan_get(c);
    waitgroup_add(&wg, 3);
    for (int i = 0; i < 3; i++)
        go(done_one, &wg, &count);
    waitgroup_wait(&wg);
    chan_free(c);
    printf("child: %d goroutine, then %d, then %d of 3\n", goroutines, last, count);
    exit(0);
}

static void *forks(void *raw)
{
    chan(int) statuses = raw;
    (void)go_id(); /* a guest already */
    for (int i = 0; i < 3; i++) {
        int status = -1;
        pid_t pid = fork();
        if (!pid)
            child();
        waitpid(pid, &status, 0);
        chan_send(statuses, status);
    }
    return NULL;
}

int main(void)
{
    chan(int) statuses = chan_make(int), c = chan_make(int, 8);
    context *until = context_with_cancel(NULL);
    for (int i = 0; i < 4; i++)
        go(busy, until, c);
    pthread_t thread;
    if (pthread_create(&thread, NULL, forks, statuses))
        return 1;
    int status = 0;
    for (int i = 0; i < 3; i++)
        status |= chan_get(statuses);
    pthread_join(thread, NULL);
    context_cancel(until);
    while (go_count() > 1)
        go_yield();
    context_release(until);
    chan_free(statuses);
    chan_free(c);
    printf("parent: %d\n", status);
    return 0;
}
