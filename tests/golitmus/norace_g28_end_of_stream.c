/* G28: closing is ordered before the read that sees the end. */
#include "golitmus.h"

static conn *reading, *writing;

int g_x;

static void writer(void)
{
    g_x = 1;
    conn_close(writing);
}

static void reader(void)
{
    char byte;
    must(conn_read(reading, &byte, 1) == 0);
    must(g_x == 1);
    conn_close(reading);
}

int main(void)
{
    must(net_pipe(&reading, &writing) == 0);
    run2(writer, reader);
    return 0;
}
