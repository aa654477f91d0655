/* P12: a malloc'ed byte that nobody wrote is unknown to all: writing it first is no race, though
 * the block's address came unordered. */
// tsan: it takes malloc for a write of the block
#include "../support/litmus.h"
#include <stdlib.h>

static void allocator(void)
{
    send_box(malloc(64));
    reach(1);
}

static void writer(void)
{
    await(1);
    int *p = take_box(int);
    must(p);
    *p = 1;
    use(*p);
}

int main(void)
{
    litmus_run2(allocator, writer);
    return 0;
}
