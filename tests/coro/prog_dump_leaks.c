/*
 * Goroutines that wait when main returns, on request.
 * exit: 66
 * stdout-only: handler
 * stderr: ^racerun-go: 2 goroutines still wait:$
 * stderr: ^goroutine [0-9]+ \[chan receive\]:$
 * stderr: ^created by main at .*prog_dump_leaks.c:30 in goroutine 1$
 * env: RGO_LEAKS_EXIT=66
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

static void handler(void)
{
    puts("handler");
}

static void waits(chan(int) c, chan(int) ready)
{
    chan_send(ready, 1);
    chan_recv(c, NULL);
}

int main(void)
{
    chan(int) c = chan_make(int), ready = chan_make(int);
    atexit(handler);
    for (int i = 0; i < 2; i++)
        go(waits, c, ready);
    for (int i = 0; i < 2; i++)
        chan_get(ready);
    for (int i = 0; i < 1000; i++)
        go_yield();
    while (go_leak_report() < 2)
        go_yield();
    return 0;
}
