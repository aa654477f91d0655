/*
 * Processes that end, by return from main, exit or _exit, while their other goroutines and threads
 * are busy with everything: each ends at once, with its code, and without a word.
 * stdout-only: 60 ended well
 * stderr-not: .
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static mutex m;
static long counter;

static void computes(void)
{
    for (volatile long i = 0;; i++)
        if (i % 100000 == 0)
            go_yield();
}

static void leaf(chan(int) c)
{
    chan_send(c, 1);
}

static void talks(chan(int) c)
{
    for (;;) {
        go(leaf, c);
        with_mutex(&m) counter += chan_get(c);
        free(malloc(100 + (size_t)counter % 1000));
        chan_select
        {
            on_recv(c, NULL) counter++;
            on_timeout(us(5))
            {
            }
        }
        if (counter % 8 == 0)
            go_blocking(usleep, 1u);
    }
}

static void *guest(void *raw)
{
    chan(int) c = (chan(int))raw;
    for (;;)
        chan_send(c, 1);
    return NULL;
}

static void flushes(void)
{
    with_mutex(&m) counter = 0; /* the others still run */
}

static int busy_until_end(int way)
{
    chan(int) c = chan_make(int);
    pthread_t thread;
    atexit(flushes);
    if (way % 4 == 0)
        go(computes);
    for (int i = 0; i < 10; i++)
        go(talks, c);
    pthread_create(&thread, NULL, guest, (void *)c);
    go_sleep(us(way * 37));
    if (way % 3 == 0)
        exit(40 + way);
    if (way % 3 == 1)
        _exit(40 + way);
    return 40 + way;
}

static int run(const char *self, int way)
{
    char number[16];
    int status = 0;
    snprintf(number, sizeof number, "%d", way);
    pid_t pid = fork();
    if (pid == 0) {
        execl(self, self, number, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int main(int argc, char **argv)
{
    int well = 0;
    if (argc > 1)
        return busy_until_end(atoi(argv[1]));
    for (int way = 0; way < 60; way++) {
        int code = run("/proc/self/exe", way);
        well += code == 40 + way;
        if (code != 40 + way)
            printf("way %d: %d\n", way, code);
    }
    printf("%d ended well\n", well);
    return 0;
}
