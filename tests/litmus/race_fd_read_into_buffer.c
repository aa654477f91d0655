/* P11: read writes the bytes that it delivers. */
// expect-location: g_buffer
// expect-frame: receiver
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

char g_buffer[16];
static int ends[2];

static void receiver(void)
{
    must(read(ends[0], g_buffer, sizeof g_buffer) == 5);
    reach(1);
}

static void looker(void)
{
    await(1);
    use(g_buffer[4]);
}

int main(void)
{
    must(pipe(ends) == 0);
    must(write(ends[1], "hello", 5) == 5);
    litmus_run2(receiver, looker);
    return 0;
}
