/* G28: a read is not ordered before the write whose bytes it gets, nor before later ones. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static conn *one, *other;

int g_x;

static void reader(void)
{
    char byte;
    g_x = 1;
    must(conn_read(one, &byte, 1) == 1);
    reach(1);
}

static void writer(void)
{
    must(conn_write(other, "a", 1) == 1);
    await(1);
    must(conn_write(other, "b", 1) == 1);
    use(g_x);
}

int main(void)
{
    must(conn_pair(&one, &other) == 0);
    run2(reader, writer);
    conn_close(other);
    conn_close(one);
    return 0;
}
