/* P11: write reads its buffer. */
// expect-location: g_buffer
// expect-frame: sender
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

char g_buffer[16];
static int ends[2];

static void filler(void)
{
    g_buffer[7] = 1;
    reach(1);
}

static void sender(void)
{
    await(1);
    must(write(ends[1], g_buffer, 8) == 8);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(filler, sender);
    return 0;
}
