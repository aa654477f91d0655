/* P11: what follows the write is not ordered with the read. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    must(write(ends[1], "x", 1) == 1);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    char c;
    must(read(ends[0], &c, 1) == 1);
    await(1);
    use(g_x);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
