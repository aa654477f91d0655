/* G28: bytes of another pipe. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static conn *reading[2], *writing[2];

int g_x;

static void writer(void)
{
    g_x = 1;
    must(conn_write(writing[0], "a", 1) == 1);
    reach(1);
}

static void reader(void)
{
    char byte;
    await(1);
    must(conn_write(writing[1], "b", 1) == 1);
    must(conn_read(reading[1], &byte, 1) == 1);
    use(g_x);
}

int main(void)
{
    for (int i = 0; i < 2; i++)
        must(net_pipe(&reading[i], &writing[i]) == 0);
    run2(writer, reader);
    return 0;
}
