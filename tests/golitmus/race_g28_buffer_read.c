/* G28: a write reads its buffer. */
// expect-location: g_buffer
// expect-count: 1
#include "golitmus.h"

static conn *reading, *writing;

char g_buffer[8];

static void writer(void)
{
    must(conn_write(writing, g_buffer, sizeof g_buffer) == 8);
    reach(1);
}

static void other(void)
{
    await(1);
    g_buffer[7] = 1;
}

int main(void)
{
    must(net_pipe(&reading, &writing) == 0);
    run2(writer, other);
    conn_close(reading);
    conn_close(writing);
    return 0;
}
