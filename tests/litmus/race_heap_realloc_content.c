/* P12: what realloc copies is written into the new block by its caller. */
// expect-frame: grower
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

static void grower(void)
{
    char *p = (char *)calloc(64, 1);
    must(p);
    send_box(realloc(p, 1 << 16));
    reach(1);
}

static void reader(void)
{
    await(1);
    char *p = take_box(char);
    must(p);
    use(p[20]);
}

int main(void)
{
    litmus_run2(grower, reader);
    return 0;
}
