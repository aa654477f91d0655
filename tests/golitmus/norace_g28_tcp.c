/* G28: over a connection of this machine with itself. */
#include "golitmus.h"

static listener *door;

int g_x, g_y;

static void server(void)
{
    char bytes[4];
    conn *c = listener_accept(door);
    must(c && conn_read_full(c, bytes, 4) == 4);
    must(g_x == 1);
    g_y = 1;
    must(conn_write(c, bytes, 4) == 4);
    conn_close(c);
}

static void client(void)
{
    char bytes[4] = "abc";
    conn *c = net_dial("tcp", listener_address(door), 0);
    must(c);
    g_x = 1;
    must(conn_write(c, bytes, 4) == 4);
    must(conn_read_full(c, bytes, 4) == 4);
    must(g_y == 1);
    conn_close(c);
}

int main(void)
{
    must((door = net_listen("tcp", "127.0.0.1:0")));
    run2(server, client);
    listener_close(door);
    return 0;
}
