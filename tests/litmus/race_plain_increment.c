/* HB: a counter without a lock. */
// expect-location: g_counter
// expect-frame: worker
#include "../support/litmus.h"

int g_counter;

static void worker(void)
{
    for (int i = 0; i < 100; i++) {
        g_counter++;
        use(i);
    }
}

int main(void)
{
    litmus_run2(worker, worker);
    return 0;
}
