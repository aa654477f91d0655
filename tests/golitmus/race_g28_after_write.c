/* G28: what is done after the write is not ordered by it. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static conn *reading, *writing;

int g_x;

static void writer(void)
{
    must(conn_write(writing, "a", 1) == 1);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    char byte;
    must(conn_read(reading, &byte, 1) == 1);
    await(1);
    use(g_x);
}

int main(void)
{
    must(net_pipe(&reading, &writing) == 0);
    run2(writer, reader);
    conn_close(reading);
    conn_close(writing);
    return 0;
}
