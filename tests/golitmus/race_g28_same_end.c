/* G28: two goroutines at one end: who reads there is ordered after the other end's write, not
 * after the write of its neighbour. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

static conn *one, *other;

int g_x;

static void far(void)
{
    must(conn_write(other, "a", 1) == 1);
    reach(1);
}

static void writer(void)
{
    await(1);
    g_x = 1;
    must(conn_write(one, "b", 1) == 1);
    reach(2);
}

static void reader(void)
{
    char byte;
    await(2);
    must(conn_read(one, &byte, 1) == 1 && byte == 'a');
    use(g_x);
}

int main(void)
{
    must(conn_pair(&one, &other) == 0);
    run3(far, writer, reader);
    conn_close(other);
    conn_close(one);
    return 0;
}
