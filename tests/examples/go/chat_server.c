/*
 * A chat server, as in The Go Programming Language: one goroutine, the hub, owns the list of
 * clients, so that nothing is locked; each client has one goroutine that reads and one that writes.
 * Who is slow misses lines instead of holding up the others. When both clients have gone, the hub
 * closes the server.
 *
 * stdout-only: ann heard: bob is here
 * stdout-only: bob heard: ann says hi
 * stdout-only: ann heard: bob has left
 * stdout-only: server closed
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 3 }; /* bytes: a stream does not keep what was written apart */

typedef struct line {
    char text[64];
} line;

typedef struct client {
    struct client *next;
    conn *connection;
    chan(line) out; /* the hub sends and closes */
    char name[NAME + 1];
} client;

static struct hub {
    listener *listener;
    chan(client *) enters, leaves;
    chan(line) says;
    waitgroup running;
} hub;

/* ---- the server ---- */

static void tell(client *clients, const client *but, line said)
{
    for (client *to = clients; to; to = to->next)
        if (to != but)
            chan_try_send(to->out, said);
}

static line line_of(const char *name, const char *what)
{
    line made;
    snprintf(made.text, sizeof made.text, "%s %s\n", name, what);
    return made;
}

static void hub_run(void)
{
    client *clients = NULL, *one;
    line said;
    int left = 0;
    while (left < 2) {
        chan_select
        {
            on_recv(hub.enters, &one)
            {
                tell(clients, one, line_of(one->name, "is here"));
                one->next = clients;
                clients = one;
            }
            on_recv(hub.says, &said)
            {
                tell(clients, NULL, said);
            }
            on_recv(hub.leaves, &one)
            {
                client **at = &clients;
                while (*at != one)
                    at = &(*at)->next;
                *at = one->next;
                tell(clients, NULL, line_of(one->name, "has left"));
                chan_close(one->out);
                left++;
            }
        }
    }
    listener_close(hub.listener);
}

/* The last to use the client. */
static void client_write(client *one)
{
    chan_range(said, one->out) conn_write(one->connection, said.text, strlen(said.text));
    conn_close(one->connection);
    chan_free(one->out);
    free(one);
}

static void client_read(client *one)
{
    line said;
    ssize_t got = conn_read_full(one->connection, one->name, NAME);
    chan_send(hub.enters, one);
    while ((got = conn_read(one->connection, said.text, sizeof said.text - 1)) > 0) {
        said.text[got] = '\0';
        chan_send(hub.says, said);
    }
    chan_send(hub.leaves, one);
}

static void serve(void)
{
    conn *connection;
    while ((connection = listener_accept(hub.listener))) {
        client *one = calloc(1, sizeof *one);
        if (!one)
            abort();
        one->connection = connection;
        one->out = chan_make(line, 8);
        waitgroup_go(&hub.running, client_read, one);
        waitgroup_go(&hub.running, client_write, one);
    }
}

/* ---- two clients that talk in turns, so that it is known who hears what ---- */

static conn *enter(const char *name)
{
    conn *made = net_dial("tcp", listener_address(hub.listener), 0);
    if (!made || conn_write(made, name, NAME) < 0) {
        perror("dial");
        exit(1);
    }
    return made;
}

static void hear(const char *name, conn *c)
{
    line heard = {{0}};
    if (conn_read(c, heard.text, sizeof heard.text - 1) > 0)
        printf("%s heard: %s", name, heard.text);
}

int main(void)
{
    hub.listener = net_listen("tcp", "127.0.0.1:0");
    if (!hub.listener) {
        perror("listen");
        return 1;
    }
    hub.enters = chan_make(client *);
    hub.leaves = chan_make(client *);
    hub.says = chan_make(line);
    listener_retain(hub.listener);
    waitgroup_go(&hub.running, hub_run);
    waitgroup_go(&hub.running, serve);

    conn *ann = enter("ann");
    conn_write(ann, "(is alone)\n", 11);
    char alone[16];
    conn_read_full(ann, alone, 11); /* she is in */
    conn *bob = enter("bob");
    hear("ann", ann);
    conn_write(ann, "ann says hi\n", 12);
    hear("bob", bob);
    line own;
    conn_read(ann, own.text, sizeof own.text);
    conn_close(bob);
    hear("ann", ann);
    conn_close(ann);

    waitgroup_wait(&hub.running);
    listener_release(hub.listener);
    chan_free(hub.enters);
    chan_free(hub.leaves);
    chan_free(hub.says);
    puts("server closed");
    return 0;
}
