/* P12: calloc's zeroes are a write by its caller. */
// expect-frame: allocator
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static void allocator(void)
{
    send_box(calloc(16, 4));
    reach(1);
}

static void reader(void)
{
    await(1);
    int *p = take_box(int);
    must(p);
    use(p[15]);
}

int main(void)
{
    litmus_run2(allocator, reader);
    return 0;
}
