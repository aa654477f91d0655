/*
 * An echo server and three clients in one program. Each connection has a goroutine that reads and
 * writes as if it were alone; the runtime waits for all of them with one epoll. The kernel chooses
 * the port. The server accepts in a loop while main closes the listener: both have a reference.
 *
 * stdout-only: hello from client 1
 * stdout-only: hello from client 2
 * stdout-only: hello from client 3
 * stdout-only: server closed
 */
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>

enum { CLIENTS = 3, LINE = 64 };

static void echo(conn *c)
{
    char buffer[LINE];
    ssize_t got;

    while ((got = conn_read(c, buffer, sizeof buffer)) > 0)
        conn_write(c, buffer, (size_t)got);
    conn_close(c);
}

static void serve(listener *l, chan(bool) closed)
{
    conn *c;

    while ((c = listener_accept(l)))
        go(echo, c);
    listener_release(l);
    chan_send(closed, true);
}

static void client(const char *address, int number, char *reply, waitgroup *wg)
{
    char line[LINE] = {0};
    conn *c = net_dial("tcp", address, seconds(60));

    defer(waitgroup_done, wg);
    if (!c)
        return;
    snprintf(line, sizeof line, "hello from client %d", number);
    conn_write(c, line, sizeof line);
    conn_read_full(c, reply, LINE);
    conn_close(c);
}

int main(void)
{
    chan(bool) closed = chan_make(bool);
    char replies[CLIENTS][LINE] = {{0}};
    waitgroup wg = {0};

    listener *l = net_listen("tcp", "127.0.0.1:0");
    if (!l) {
        perror("listen");
        return 1;
    }
    go(serve, listener_retain(l), closed);
    for (int i = 0; i < CLIENTS; i++) {
        waitgroup_add(&wg, 1);
        go(client, listener_address(l), i + 1, replies[i], &wg);
    }
    waitgroup_wait(&wg);
    for (int i = 0; i < CLIENTS; i++)
        printf("%s\n", replies[i]);

    listener_close(l);
    chan_get(closed);
    printf("server closed\n");
    chan_free(closed);
    return 0;
}
