/* P11: a pseudo-terminal carries order in both directions. */
// flags: -lutil
// tsan: does not know that its two ends are one
#include "../support/litmus.h"
#include <pty.h>
#include <termios.h>
#include <unistd.h>

int g_x, g_y;
static int g_master, g_slave;

static void emulator(void)
{
    char byte;
    g_x = 1;
    must(write(g_master, "x", 1) == 1);
    must(read(g_master, &byte, 1) == 1);
    use(g_y);
}

static void shell(void)
{
    char byte;
    must(read(g_slave, &byte, 1) == 1);
    use(g_x);
    g_y = 1;
    must(write(g_slave, "y", 1) == 1);
}

int main(void)
{
    struct termios raw = {0};
    cfmakeraw(&raw);
    must(openpty(&g_master, &g_slave, NULL, &raw, NULL) == 0);
    litmus_run2(emulator, shell);
    return 0;
}
