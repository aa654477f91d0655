/* P11: a read that answers EAGAIN saw nothing. */
// expect-location: g_x
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    char c;
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
    must(read(ends[0], &c, 1) == 1);
    reach(1);
}

static void reader(void)
{
    char c;
    await(1);
    must(read(ends[0], &c, 1) == -1 && errno == EAGAIN);
    use(g_x);
}

int main(void)
{
    must(pipe2(ends, O_NONBLOCK) == 0);
    litmus_run2(writer, reader);
    return 0;
}
