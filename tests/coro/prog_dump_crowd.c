/*
 * SIGQUIT while other threads dump, again and again: the process ends with one dump more, unharmed.
 * exit: 2
 * stderr: ^SIGQUIT: quit$
 * stderr: ^goroutine [0-9]+ "last of many" \[chan receive\]:$
 * procs: 2 4
 */
#include <racerun/go.h>
#include <signal.h>

static _Atomic int dumps;

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

static void dumper(void)
{
    for (;;) {
        go_dump();
        dumps++;
        go_sleep(us(200)); /* lets another thread's dump in */
    }
}

int main(void)
{
    chan(int) never = chan_make(int);
    for (int i = 0; i < 30; i++)
        go(waits, never);
    go_with(&((go_attr){.name = "last of many"}), waits, never);
    for (int i = 0; i < 3; i++)
        go(dumper);
    while (dumps < 4)
        go_yield();
    raise(SIGQUIT);
}
