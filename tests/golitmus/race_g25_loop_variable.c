/* G25: goroutines that all get the address of the loop's variable. */
// expect-frame: worker
#include "golitmus.h"

static void worker(const int *which)
{
    use(*which);
    arrive();
}

int main(void)
{
    int i;
    for (i = 0; i < 3; i++)
        go(worker, &i);
    await_arrivals(3);
    return 0;
}
