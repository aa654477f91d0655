/* P11: close is ordered before the read that sees the end of file. */
// tsan: a read of 0 bytes acquires nothing
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
static int ends[2];

static void closer(void)
{
    g_x = 1;
    must(close(ends[1]) == 0);
}

static void reader(void)
{
    char c;
    must(read(ends[0], &c, 1) == 0);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(closer, reader);
    return 0;
}
