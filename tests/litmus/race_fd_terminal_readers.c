/* P11: who writes to one end of a pseudo-terminal comes before who reads from the other one only.
 */
// expect-location: g_x
// expect-count: 1
// flags: -lutil
#include "../support/litmus.h"
#include <pty.h>
#include <termios.h>
#include <unistd.h>

int g_x;
static int g_master, g_slave;

static void writer(void)
{
    must(write(g_master, "x", 1) == 1);
    g_x = 1;
    must(write(g_slave, "y", 1) == 1);
    reach(1);
}

static void reader(void)
{
    char byte;
    await(1);
    must(read(g_slave, &byte, 1) == 1);
    use(g_x);
}

int main(void)
{
    struct termios raw = {0};
    cfmakeraw(&raw);
    must(openpty(&g_master, &g_slave, NULL, &raw, NULL) == 0);
    litmus_run2(writer, reader);
    return 0;
}
