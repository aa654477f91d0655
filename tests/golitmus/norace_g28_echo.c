/* G28: there and back over a pair of sockets, many times. */
#include "golitmus.h"

static conn *one, *other;

int g_x;

static void asker(void)
{
    char byte = 0;
    for (int i = 0; i < 10; i++) {
        g_x++;
        must(conn_write(one, &byte, 1) == 1);
        must(conn_read_full(one, &byte, 1) == 1);
    }
    conn_close(one);
}

static void answerer(void)
{
    char byte;
    while (conn_read(other, &byte, 1) == 1) {
        g_x++;
        must(conn_write(other, &byte, 1) == 1);
    }
    must(g_x == 20);
    conn_close(other);
}

int main(void)
{
    must(conn_pair(&one, &other) == 0);
    run2(asker, answerer);
    return 0;
}
