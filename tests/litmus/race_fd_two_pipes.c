/* P11: each pipe has a clock of its own. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
static int first[2];
static int second[2];

static void writer(void)
{
    g_x = 1;
    must(write(first[1], "x", 1) == 1);
    reach(1);
}

static void reader(void)
{
    char c;
    await(1);
    must(read(second[0], &c, 1) == 1);
    use(g_x);
}

int main(void)
{
    must(pipe(first) == 0 && pipe(second) == 0);
    must(write(second[1], "y", 1) == 1);
    litmus_run2(writer, reader);
    return 0;
}
