/*
 * With a default case, select never waits: it does what is possible now, or nothing.
 *
 * stdout-only: no message received
 * stdout-only: no message sent
 * stdout-only: sent hi
 * stdout-only: received hi
 */
#include <racerun/go.h>
#include <stdio.h>

static void try_receive(chan(const char *) c)
{
    const char *message;
    chan_select {
        on_recv(c, &message)
            printf("received %s\n", message);
        on_default
            printf("no message received\n");
    }
}

static void try_send(chan(const char *) c, const char *message)
{
    chan_select {
        on_send(c, message)
            printf("sent %s\n", message);
        on_default
            printf("no message sent\n");
    }
}

int main(void)
{
    chan(const char *) nobody_there = chan_make(const char *);
    chan(const char *) mailbox = chan_make(const char *, 1);

    try_receive(nobody_there);
    try_send(nobody_there, "hi");
    try_send(mailbox, "hi");
    try_receive(mailbox);
    chan_free(nobody_there);
    chan_free(mailbox);
    return 0;
}
