/*
 * An echo server and its clients.
 * stdout-only: 0: hello from client 0
 * stdout-only: 1: hello from client 1
 * stdout-only: 2: hello from client 2
 * stdout-only: served 3
 */
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>

static void echo(conn *c, chan(int) served)
{
    char buffer[256];
    ssize_t got;
    while ((got = conn_read(c, buffer, sizeof buffer)) > 0)
        conn_write(c, buffer, (size_t)got);
    conn_close(c);
    chan_send(served, 1);
}

static void serve(listener *l, chan(int) served)
{
    for (conn *c; (c = listener_accept(l));)
        go(echo, c, served);
    listener_release(l);
}

static void client(const char *address, int id)
{
    char text[64], back[64];
    conn *c = net_dial("tcp", address, seconds(10));
    if (!c) {
        perror(address);
        return;
    }
    int length = snprintf(text, sizeof text, "hello from client %d", id);
    conn_write(c, text, (size_t)length);
    conn_close_write(c);
    ssize_t got = conn_read_full(c, back, sizeof back);
    printf("%d: %.*s\n", id, (int)got, back);
    conn_close(c);
}

int main(void)
{
    chan(int) served = chan_make(int, 0);
    listener *l = net_listen("tcp", "127.0.0.1:0");
    if (!l) {
        perror("listen");
        return 1;
    }
    go(serve, listener_retain(l), served);
    int count = 0;
    for (int i = 0; i < 3; i++) {
        client(listener_address(l), i);
        count += chan_get(served);
    }
    printf("served %d\n", count);
    listener_close(l);
    return 0;
}
