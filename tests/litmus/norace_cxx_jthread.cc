/* P1, P8: std::jthread joins by itself; a stop request is seen by its thread. */
// flags: -std=gnu++20
#include "../support/litmus.h"
#include <thread>

int g_x;
int g_y;

int main()
{
    {
        std::jthread t([](std::stop_token token) {
            while (!token.stop_requested())
                invisible_yield();
            must(g_x == 1);
            g_y = 1;
        });
        g_x = 1;
        t.request_stop();
    }
    must(g_y == 1);
    return 0;
}
