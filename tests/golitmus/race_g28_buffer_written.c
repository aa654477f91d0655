/* G28: a read writes its buffer. */
// expect-location: g_buffer
// expect-count: 1
#include "golitmus.h"

static conn *reading, *writing;

char g_buffer[8];

static void reader(void)
{
    must(conn_write(writing, "abcd", 4) == 4);
    must(conn_read(reading, g_buffer, sizeof g_buffer) == 4);
    reach(1);
}

static void other(void)
{
    await(1);
    use(g_buffer[3]);
}

int main(void)
{
    must(net_pipe(&reading, &writing) == 0);
    run2(reader, other);
    conn_close(reading);
    conn_close(writing);
    return 0;
}
