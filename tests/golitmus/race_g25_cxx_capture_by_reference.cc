/* G25: a lambda that has captured a local variable by reference. */
// expect-frame: main
// expect-count: 1
#include "golitmus.h"

int main()
{
    int local = 0;
    go([&local] {
        local = 2;
        reach(1);
    });
    await(1);
    use(local);
    return 0;
}
