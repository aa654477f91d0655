/* P6, P8: std::counting_semaphore made of atomics in the header. */
// flags: -std=gnu++20
#include "../support/litmus.h"
#include <semaphore>

int g_x;
static std::counting_semaphore<4> units(0);

static void poster()
{
    g_x = 1;
    units.release();
}

static void taker()
{
    units.acquire();
    must(g_x == 1);
}

int main()
{
    litmus_run2(taker, poster);
    return 0;
}
