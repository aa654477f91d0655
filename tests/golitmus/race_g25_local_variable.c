/* G25: a local variable that a goroutine was given the address of. */
// expect-frame: main
// expect-frame: child
// expect-count: 1
#include "golitmus.h"

static void child(int *local)
{
    *local = 1;
    reach(1);
}

int main(void)
{
    int local = 0;
    go(child, &local);
    await(1);
    use(local);
    return 0;
}
