/*
 * No operation may be called from a signal handler. What a program does instead: the handler writes
 * to a pipe, which is async-signal-safe and does not wait, and a goroutine that reads the pipe does
 * the rest.
 * stdout-only: 1000 signals, the last was SIGUSR2
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <racerun/go.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int handler_end;

static void handler(int number)
{
    char byte = (char)number;
    int before = errno;
    ssize_t ignored = write(handler_end, &byte, 1);
    (void)ignored;
    errno = before;
}

static void reads(conn *from, chan(int) signals)
{
    char byte;
    while (conn_read(from, &byte, 1) == 1)
        chan_send(signals, byte);
    conn_close(from);
    chan_close(signals);
}

static void raises(int count, chan(int) done)
{
    for (int i = 0; i < count; i++)
        kill(getpid(), SIGUSR1);
    chan_send(done, 1);
}

int main(void)
{
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
        return 1;
    handler_end = ends[1];
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    chan(int) signals = chan_make(int), done = chan_make(int, 1);
    go(reads, conn_of(ends[0]), signals);
    int count = 0, last = 0;
    for (int i = 0; i < 999; i++) { /* pending ones of a kind are one: one at a time */
        go(raises, 1, done);
        last = chan_get(signals);
        chan_recv(done, NULL);
        count += last == SIGUSR1;
    }
    raise(SIGUSR2);
    last = chan_get(signals);
    count++;
    printf("%d signals, the last was %s\n", count, last == SIGUSR2 ? "SIGUSR2" : "another");
    return 0;
}
