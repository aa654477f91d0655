/* G28: a write is ordered before the read that gets its bytes. */
#include "golitmus.h"

static conn *reading, *writing;

int g_x;

static void writer(void)
{
    g_x = 1;
    must(conn_write(writing, "a", 1) == 1);
}

static void reader(void)
{
    char byte;
    must(conn_read(reading, &byte, 1) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(net_pipe(&reading, &writing) == 0);
    run2(writer, reader);
    conn_close(reading);
    conn_close(writing);
    return 0;
}
