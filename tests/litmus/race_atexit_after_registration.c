/* P7: what comes after atexit is not ordered with the run; a race found at exit counts. */
// expect-location: g_x
// expect-frame: at_end
// expect-frame: registrar
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;

static void at_end(void)
{
    use(g_x);
}

static void registrar(void)
{
    must(atexit(at_end) == 0);
    g_x = 1;
    reach(1);
}

int main(void)
{
    spawn_detached(registrar);
    await(1);
    return 0;
}
