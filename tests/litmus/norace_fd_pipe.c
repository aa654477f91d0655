/* P11: a write is ordered before the read that sees it. */
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
}

static void reader(void)
{
    char c;
    must(read(ends[0], &c, 1) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
