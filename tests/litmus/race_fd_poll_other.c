/* P11: poll acquires from the descriptors that it reports, not from those it merely watches. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <poll.h>
#include <unistd.h>

int g_x;
static int silent[2];
static int ready[2];

static void writer(void)
{
    char c;
    g_x = 1;
    must(write(silent[1], "x", 1) == 1);
    must(read(silent[0], &c, 1) == 1);
    reach(1);
}

static void poller(void)
{
    struct pollfd entries[2] = {{.fd = silent[0], .events = POLLIN},
                                {.fd = ready[0], .events = POLLIN}};
    await(1);
    must(poll(entries, 2, 20000) == 1 && entries[1].revents);
    use(g_x);
}

int main(void)
{
    must(pipe(silent) == 0 && pipe(ready) == 0);
    must(write(ready[1], "y", 1) == 1);
    litmus_run2(writer, poller);
    return 0;
}
